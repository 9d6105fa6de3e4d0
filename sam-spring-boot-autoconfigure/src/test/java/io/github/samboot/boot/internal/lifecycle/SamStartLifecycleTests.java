package io.github.samboot.boot.internal.lifecycle;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.samboot.autoconfigure.SamPropertiesTests;
import io.github.samboot.boot.internal.standby.ActiveInstanceBeans;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamState;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.SupervisionState;
import org.junit.jupiter.api.Test;

import org.springframework.boot.availability.ApplicationAvailabilityBean;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SamStartLifecycle}.
 */
class SamStartLifecycleTests {

	private final List<String> seen = new ArrayList<>();

	private final GenericApplicationContext context = new GenericApplicationContext();

	@Test
	void phaseShouldBeBehindWebServersAndBeforeListeners() {
		int managementServer = WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE - 512;
		int kafkaListeners = Integer.MAX_VALUE - 100;
		assertThat(SamStartLifecycle.PHASE).isGreaterThan(WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE)
			.isGreaterThan(managementServer)
			.isLessThan(kafkaListeners);
	}

	@Test
	void startShouldWaitBehindTheWebServerWhileRegisterDoesNot() {
		RecordingSam sam = sam(() -> {
		});
		run(sam);
		assertThat(this.seen).containsExactly("web server sees REGISTERED", "listener sees STARTED");
		assertThat(sam.calls()).containsExactly("initialize", "register", "start(true)", "stopping");
	}

	@Test
	void waitingApplicationShouldBeLiveButNotReady() {
		RecordingSam sam = sam(() -> {
			ApplicationAvailabilityBean availability = this.context.getBean(ApplicationAvailabilityBean.class);
			this.seen.add(availability.getLivenessState() + " " + availability.getReadinessState());
		});
		sam.status(new SamStatus(SupervisionState.STARTING, 0, 2, 1, "parent", RecoveryPolicy.QUORUM_RESTART,
				Duration.ofSeconds(1), new SamStatus.Quorum("corosync", false, List.of(1L)), null, null, null, 0, 0,
				Map.of(), Duration.ZERO, List.of()));
		run(sam);
		assertThat(this.seen).contains(LivenessState.CORRECT + " " + ReadinessState.REFUSING_TRAFFIC);
		assertThat(sam.calls()).as("start-up is not over").doesNotContain("ready");
	}

	@Test
	void stopAndStartOfContextShouldStartBehindTheWebServerAgain() {
		RecordingSam sam = sam(() -> {
		});
		prepare(sam);
		this.context.refresh();
		SamLifecycleTests.becomeCorrect(this.context);
		this.context.stop();
		assertThat(sam.state()).isEqualTo(SamState.REGISTERED);
		this.seen.clear();
		this.context.start();
		assertThat(this.seen).containsExactly("web server sees REGISTERED", "listener sees STARTED");
		this.context.close();
	}

	private RecordingSam sam(Runnable inStart) {
		RecordingSam sam = RecordingSam.initialized();
		sam.onStart(inStart);
		return sam;
	}

	private void run(RecordingSam sam) {
		prepare(sam);
		this.context.refresh();
		this.context.close();
	}

	private void prepare(RecordingSam sam) {
		this.context.registerBean(SupervisionParticipant.class, SamLifecycleTests::heart);
		this.context.registerBean(ApplicationAvailabilityBean.class);
		this.context.registerBean(SamLifecycle.class,
				() -> new SamLifecycle(sam.supervision(), this.context,
						this.context.getBeanProvider(SupervisionParticipant.class),
						this.context.getBeanProvider(ActiveInstanceBeans.class), SamPropertiesTests
							.bind(Map.of("sam.quorum.gate", "traffic", "sam.recovery-policy", "quorum-restart"))));
		this.context.registerBean(SamStartLifecycle.class,
				() -> new SamStartLifecycle(this.context.getBean(SamLifecycle.class)));
		lifecycle("web server", WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE, sam);
		lifecycle("listener", SmartLifecycle.DEFAULT_PHASE - 100, sam);
	}

	private void lifecycle(String name, int phase, RecordingSam sam) {
		this.context.registerBean(name, SmartLifecycle.class, () -> new SmartLifecycle() {

			private boolean running;

			@Override
			public int getPhase() {
				return phase;
			}

			@Override
			public void start() {
				this.running = true;
				SamStartLifecycleTests.this.seen.add(name + " sees " + sam.state());
			}

			@Override
			public void stop() {
				this.running = false;
			}

			@Override
			public boolean isRunning() {
				return this.running;
			}

		});
	}

}
