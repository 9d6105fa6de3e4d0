package io.github.samboot.boot.internal.health;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.internal.lifecycle.RecordingSam;
import io.github.samboot.boot.internal.lifecycle.Supervision;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link HealthSupervision}.
 */
@ExtendWith(OutputCaptureExtension.class)
class HealthSupervisionTests {

	private final RecordingSam sam = RecordingSam.initialized();

	private final Supervision supervision = this.sam.supervision();

	private final Map<String, HealthIndicator> members = new LinkedHashMap<>();

	private final AtomicInteger lookups = new AtomicInteger();

	private HealthSupervision health;

	@AfterEach
	void destroy() {
		this.health.destroy();
		await().until(HealthSupervisionTests::noThreads);
	}

	@Test
	void startedShouldBeatBeforeStartupIsOver() {
		create("sam.time-interval=100ms");
		startSupervision();
		this.health.started();
		await().until(() -> this.sam.beats() > 2);
		assertThat(this.health.verdict()).isNull();
	}

	@Test
	void readyShouldAskMembersAndGoOnBeating() {
		this.members.put("a", () -> Health.up().build());
		create("sam.time-interval=100ms");
		startSupervision();
		this.health.started();
		this.health.ready();
		await().until(() -> this.health.verdict().status().equals("UP"));
		int beats = this.sam.beats();
		await().until(() -> this.sam.beats() > beats + 4);
	}

	/**
	 * To look for them may create them.
	 */
	@Test
	void liveShouldLookForTheMembersOnce() {
		create("sam.time-interval=100ms");
		startSupervision();
		this.health.started();
		assertThat(this.lookups).hasValue(0);
		this.health.live();
		assertThat(this.lookups).hasValue(1);
	}

	@Test
	void badVerdictShouldBeReportedAndEndHeartbeats() {
		this.members.put("a", () -> Health.down().withDetail("error", "gone").build());
		create("sam.time-interval=100ms", "sam.health.failure-threshold=1");
		startSupervision();
		this.health.started();
		this.health.ready();
		await().until(() -> !this.sam.unhealthyMessages().isEmpty());
		assertThat(this.sam.unhealthyMessages().get(0)).isEqualTo("health indicator 'a' is DOWN: gone");
		int beats = this.sam.beats();
		await().until(() -> this.sam.unhealthyMessages().size() > 3);
		assertThat(this.sam.beats()).isBetween(beats, beats + 1);
		this.members.put("a", () -> Health.up().build());
		await().until(() -> this.sam.beats() > beats + 4);
	}

	@Test
	void stoppedSupervisionShouldPauseHeartbeats() {
		create("sam.time-interval=100ms");
		startSupervision();
		this.health.started();
		await().until(() -> this.sam.beats() > 0);
		this.sam.stop();
		this.health.heartbeat().stop();
		int beats = this.sam.beats();
		this.health.heartbeat().start();
		this.sam.start();
		await().until(() -> this.sam.beats() > beats);
	}

	@Test
	void startWhoseThreadIsDeadlockedShouldBeReported() {
		create("sam.time-interval=100ms");
		startSupervision();
		try (Deadlock deadlock = Deadlock.begin(this.health::started)) {
			await().until(() -> !this.sam.unhealthyMessages().isEmpty());
			assertThat(this.sam.unhealthyMessages().get(0)).startsWith("start-up is deadlocked: thread '")
				.contains("thread 'left-hand' waits for 'right-hand'", "thread 'right-hand' waits for 'left-hand'");
		}
	}

	@Test
	void deadlockOfOtherThreadsShouldNotEndTheStart() {
		create("sam.time-interval=100ms");
		startSupervision();
		try (Deadlock deadlock = Deadlock.begin()) {
			await().until(() -> new DeadlockDetector().find() != null);
			this.health.started();
			int beats = this.sam.beats();
			await().until(() -> this.sam.beats() > beats + 8);
			assertThat(this.sam.unhealthyMessages()).isEmpty();
		}
	}

	@Test
	void deadlockOfTheStartShouldNotBeReportedWhereDetectionIsSwitchedOff() {
		create("sam.time-interval=100ms", "sam.health.deadlock-detection=false");
		startSupervision();
		try (Deadlock deadlock = Deadlock.begin(this.health::started)) {
			await().until(() -> new DeadlockDetector().find() != null);
			int beats = this.sam.beats();
			await().until(() -> this.sam.beats() > beats + 8);
			assertThat(this.sam.unhealthyMessages()).isEmpty();
		}
	}

	@Test
	void applicationModeShouldStartNothing(CapturedOutput output) {
		create("sam.health.mode=application");
		startSupervision();
		this.health.started();
		this.health.ready();
		assertThat(noThreads()).isTrue();
		assertThat(output).containsOnlyOnce("The application itself sends the heartbeats");
	}

	@Test
	void intervalZeroShouldStartNothing(CapturedOutput output) {
		create("sam.time-interval=0");
		startSupervision();
		this.health.started();
		this.health.ready();
		assertThat(noThreads()).isTrue();
		assertThat(output).containsOnlyOnce("No heartbeats and no health checks (sam.time-interval=0)");
	}

	@Test
	void stoppedShouldEndAllThreadsAndReadyStartThemAgain() {
		this.members.put("a", () -> Health.up().build());
		create("sam.time-interval=100ms");
		startSupervision();
		this.health.started();
		this.health.ready();
		assertThat(this.health.verdict()).isNotNull();
		this.health.stopped();
		assertThat(this.health.verdict()).isNull();
		await().until(HealthSupervisionTests::noThreads);
		this.health.started();
		this.health.ready();
		await().until(() -> this.health.verdict().status().equals("UP"));
	}

	private void startSupervision() {
		this.sam.register();
		this.sam.start(true);
	}

	private void create(String... properties) {
		Map<String, String> map = new LinkedHashMap<>();
		for (String property : properties) {
			map.put(property.split("=")[0], property.split("=")[1]);
		}
		SamProperties bound = new Binder(new MapConfigurationPropertySource(map)).bindOrCreate("sam",
				SamProperties.class);
		this.health = new HealthSupervision(this.supervision, bound, this::lookUp,
				new StaticListableBeanFactory().getBeanProvider(ApplicationAvailability.class), new MockEnvironment());
	}

	private Map<String, HealthIndicator> lookUp(Consumer<String> progress) {
		this.lookups.incrementAndGet();
		return this.members;
	}

	private static boolean noThreads() {
		return Thread.getAllStackTraces().keySet().stream().noneMatch((thread) -> thread.getName().startsWith("sam-h"));
	}

}
