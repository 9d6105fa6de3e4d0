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
		RecordedSupervision supervision = supervision(() -> {
		});
		run(supervision);
		assertThat(this.seen).containsExactly("web server sees REGISTERED", "listener sees STARTED");
		assertThat(supervision.sam().calls()).containsExactly("initialize", "register", "start(true)", "stopping");
	}

	@Test
	void waitingApplicationShouldBeLiveButNotReady() {
		RecordedSupervision supervision = supervision(() -> {
			ApplicationAvailabilityBean availability = this.context.getBean(ApplicationAvailabilityBean.class);
			this.seen.add(availability.getLivenessState() + " " + availability.getReadinessState());
		});
		supervision.sam()
			.status(new SamStatus(SupervisionState.STARTING, 0, 2, 1, "parent", RecoveryPolicy.QUORUM_RESTART,
					Duration.ofSeconds(1), new SamStatus.Quorum("corosync", false, List.of(1L)), null, 0, 0, Map.of(),
					Duration.ZERO, List.of()));
		run(supervision);
		assertThat(this.seen).contains(LivenessState.CORRECT + " " + ReadinessState.REFUSING_TRAFFIC);
		assertThat(supervision.sam().calls()).as("start-up is not over").doesNotContain("ready");
	}

	@Test
	void stopAndStartOfContextShouldStartBehindTheWebServerAgain() {
		RecordedSupervision supervision = supervision(() -> {
		});
		prepare(supervision);
		this.context.refresh();
		SamLifecycleTests.becomeCorrect(this.context);
		this.context.stop();
		assertThat(supervision.sam().state()).isEqualTo(SamState.REGISTERED);
		this.seen.clear();
		this.context.start();
		assertThat(this.seen).containsExactly("web server sees REGISTERED", "listener sees STARTED");
		this.context.close();
	}

	private RecordedSupervision supervision(Runnable inStart) {
		return new RecordedSupervision() {

			@Override
			public void start() {
				inStart.run();
				super.start();
			}

		};
	}

	private void run(RecordedSupervision supervision) {
		prepare(supervision);
		this.context.refresh();
		this.context.close();
	}

	private void prepare(RecordedSupervision supervision) {
		this.context.registerBean(ApplicationAvailabilityBean.class);
		this.context.registerBean(SamLifecycle.class,
				() -> new SamLifecycle(supervision, this.context,
						this.context.getBeanProvider(SupervisionParticipant.class),
						this.context.getBeanProvider(ActiveInstanceBeans.class), SamPropertiesTests
							.bind(Map.of("sam.quorum.gate", "traffic", "sam.recovery-policy", "quorum-restart"))));
		this.context.registerBean(SamStartLifecycle.class,
				() -> new SamStartLifecycle(this.context.getBean(SamLifecycle.class)));
		lifecycle("web server", WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE, supervision);
		lifecycle("listener", SmartLifecycle.DEFAULT_PHASE - 100, supervision);
	}

	private void lifecycle(String name, int phase, RecordedSupervision supervision) {
		this.context.registerBean(name, SmartLifecycle.class, () -> new SmartLifecycle() {

			private boolean running;

			@Override
			public int getPhase() {
				return phase;
			}

			@Override
			public void start() {
				this.running = true;
				SamStartLifecycleTests.this.seen.add(name + " sees " + supervision.sam().state());
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
