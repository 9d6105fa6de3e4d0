package io.github.samboot.boot.internal.metrics;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.samboot.autoconfigure.SamAutoConfiguration;
import io.github.samboot.autoconfigure.SamHealthAutoConfiguration;
import io.github.samboot.autoconfigure.SamMetricsAutoConfiguration;
import io.github.samboot.boot.internal.lifecycle.RecordingSam;
import io.github.samboot.boot.internal.lifecycle.Supervision;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.SupervisionState;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link SamMetrics} and {@link SamMetricsAutoConfiguration}.
 */
class SamMetricsTests {

	private final RecordingSam sam = RecordingSam.initialized();

	private final Supervision supervision = this.sam.supervision();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SamAutoConfiguration.class, SamHealthAutoConfiguration.class,
				SamMetricsAutoConfiguration.class, MetricsAutoConfiguration.class,
				ApplicationAvailabilityAutoConfiguration.class, HealthContributorRegistryAutoConfiguration.class))
		.withBean(Supervision.class, () -> this.supervision)
		.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
		.withPropertyValues("sam.time-interval=100ms");

	@Test
	void metersShouldFollowTheWatchdog() {
		this.sam.inState(SupervisionState.RUNNING);
		this.contextRunner.run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			assertThat(value(registry, "sam.recoveries", "reason", "missed-heartbeat")).isEqualTo(2);
			assertThat(value(registry, "sam.recoveries", "reason", "unhealthy")).isZero();
			assertThat(registry.get("sam.downtime").timeGauge().value()).isEqualTo(0.36);
			assertThat(value(registry, "sam.instance.id", null, null)).isEqualTo(2);
			assertThat(value(registry, "sam.state", "state", "running")).isEqualTo(1);
			assertThat(value(registry, "sam.state", "state", "waiting-for-quorum")).isZero();
			assertThat(value(registry, "sam.restarts.recent", null, null)).isEqualTo(2);
			assertThat(registry.find("sam.quorate").gauge()).isNull();
			assertThat(registry.find("sam.connections.changes").functionCounter()).isNull();
			assertThat(registry.find("sam.standby.ready").gauge()).isNull();
		});
	}

	@Test
	void changesOfHeldConnectionsShouldBeCounted() {
		this.sam.inState(SupervisionState.RUNNING);
		this.contextRunner.withPropertyValues("sam.connections.hold=true").run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			assertThat(value(registry, "sam.connections.changes", "to", "waiting")).isEqualTo(3);
			assertThat(value(registry, "sam.connections.changes", "to", "refusing")).isEqualTo(1);
		});
	}

	@Test
	void heartbeatsAndChecksShouldBeMeasured() {
		this.contextRunner.run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			AvailabilityChangeEvent.publish(context.getSourceApplicationContext(), LivenessState.CORRECT);
			await().until(() -> value(registry, "sam.heartbeats", null, null) > 4);
			assertThat(registry.get("sam.heartbeat.lag").timer().count()).isPositive();
			await().until(() -> registry.find("sam.health.checks")
				.tags("contributor", "livenessState", "outcome", "up")
				.timer() != null);
			assertThat(registry.get("sam.health.checks").tag("contributor", "deadlock").timer().count()).isPositive();
		});
	}

	@Test
	void contributorsOfAHugeGroupShouldNotEachHaveMeters() {
		HealthIndicator up = () -> Health.up().build();
		Map<String, HealthIndicator> parts = IntStream.range(0, 300)
			.boxed()
			.collect(Collectors.toMap(String::valueOf, (part) -> up));
		this.contextRunner.withPropertyValues("management.endpoint.health.group.liveness.include=many")
			.withBean("many", HealthContributor.class, () -> CompositeHealthContributor.fromMap(parts))
			.run((context) -> {
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				AvailabilityChangeEvent.publish(context.getSourceApplicationContext(), LivenessState.CORRECT);
				await().until(() -> registry.find("sam.health.checks").tag("contributor", "other").timer() != null);
				assertThat(registry.get("sam.health.checks")
					.timers()
					.stream()
					.map((timer) -> timer.getId().getTag("contributor"))
					.distinct()).hasSize(201);
			});
	}

	@Test
	void quorateShouldBeThereUnderQuorumPolicyOnly() {
		this.sam.status(RecordingSam.status(SupervisionState.RUNNING,
				new SamStatus.Quorum("corosync", true, List.of(1L)), null));
		this.contextRunner.withPropertyValues("sam.recovery-policy=quorum-restart")
			.run((context) -> assertThat(value(context.getBean(MeterRegistry.class), "sam.quorate", null, null))
				.isEqualTo(1));
	}

	@ParameterizedTest
	@CsvSource({ "ready, 1", "preparing, 0", "failed, 0" })
	void spareShouldCountWhenItIsReady(String state, double ready) {
		this.sam.status(RecordingSam.status(SupervisionState.RUNNING, null, new SamStatus.Standby("hot", state, 4713)));
		this.contextRunner.withPropertyValues("sam.standby=hot")
			.run((context) -> assertThat(value(context.getBean(MeterRegistry.class), "sam.standby.ready", null, null))
				.isEqualTo(ready));
	}

	@Test
	void metersShouldKeepLastValueWhileWatchdogIsReplaced() {
		this.sam.inState(SupervisionState.RUNNING);
		this.contextRunner.run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			assertThat(value(registry, "sam.instance.id", null, null)).isEqualTo(2);
			this.sam.status(null);
			assertThat(value(registry, "sam.instance.id", null, null)).isEqualTo(2);
		});
	}

	/**
	 * Each question takes its time then.
	 */
	@Test
	void watchdogThatDoesNotAnswerShouldBeAskedOnceForAllMeters() {
		this.sam.status(null);
		this.contextRunner.run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			int before = this.sam.questions();
			long began = System.nanoTime();
			for (int i = 0; i < 50; i++) {
				value(registry, "sam.instance.id", null, null);
			}
			long halfSeconds = (System.nanoTime() - began) / 500_000_000;
			assertThat(this.sam.questions() - before).isLessThanOrEqualTo((int) halfSeconds + 1);
		});
	}

	@Test
	void metersWithoutWatchdogShouldBeZero() {
		this.sam.unsupervised();
		this.contextRunner.run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			assertThat(value(registry, "sam.heartbeats", null, null)).isZero();
			assertThat(value(registry, "sam.instance.id", null, null)).isZero();
		});
	}

	@Test
	void runWithoutMicrometerShouldHaveNoMeters() {
		new ApplicationContextRunner().withClassLoader(new FilteredClassLoader("io.micrometer"))
			.withConfiguration(AutoConfigurations.of(SamAutoConfiguration.class, SamHealthAutoConfiguration.class,
					SamMetricsAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SamMetrics.class));
	}

	@Test
	void runWithoutRegistryShouldWork() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(SamAutoConfiguration.class, SamHealthAutoConfiguration.class,
					SamMetricsAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(SamMetrics.class));
	}

	private static double value(MeterRegistry registry, String name, @Nullable String tag, @Nullable String value) {
		Map<String, String> tags = (tag != null && value != null) ? Map.of(tag, value) : Map.of();
		var search = registry.get(name);
		for (Map.Entry<String, String> entry : tags.entrySet()) {
			search = search.tag(entry.getKey(), entry.getValue());
		}
		return search.meter().measure().iterator().next().getValue();
	}

}
