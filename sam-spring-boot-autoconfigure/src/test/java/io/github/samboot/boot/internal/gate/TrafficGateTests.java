package io.github.samboot.boot.internal.gate;

import java.time.Duration;
import java.util.List;

import io.github.samboot.boot.SamQuorumEvent;
import io.github.samboot.boot.internal.lifecycle.RecordingSam;
import io.github.samboot.boot.internal.lifecycle.Supervision;
import io.github.samboot.core.IncidentReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.availability.ApplicationAvailabilityBean;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TrafficGate}.
 */
class TrafficGateTests {

	private final RecordingSam sam = RecordingSam.initialized();

	private final Supervision supervision = this.sam.supervision();

	private final GenericApplicationContext context = new GenericApplicationContext();

	private TrafficGate gate;

	@BeforeEach
	void refresh() {
		this.context.registerBean(ApplicationAvailabilityBean.class);
		this.context.registerBean(TrafficGate.class, () -> new TrafficGate(this.supervision, true, this.context));
		this.context.refresh();
		this.gate = this.context.getBean(TrafficGate.class);
	}

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void shouldBeClosedUntilStarted() {
		assertThat(this.gate.isOpen()).isFalse();
		this.gate.quorumChanged(true, List.of(1L));
		assertThat(this.gate.isOpen()).isFalse();
		this.gate.started();
		assertThat(this.gate.isOpen()).isTrue();
	}

	@Test
	void shouldBeOpenWhenAnotherContextOfTheProcessHasStarted() {
		this.sam.register();
		assertThat(this.gate.isOpen()).isFalse();
		this.sam.start(true);
		assertThat(this.gate.isOpen()).isTrue();
	}

	@Test
	void shouldCloseOnLossEvenIfThatIsHeardBeforeTheEndOfStart() {
		this.gate.quorumChanged(false, List.of());
		this.gate.started();
		assertThat(this.gate.isOpen()).isFalse();
	}

	@Test
	void lossShouldCloseUntilQuorumIsBack() {
		this.gate.started();
		changeReadiness(ReadinessState.ACCEPTING_TRAFFIC);
		quorum(false);
		assertThat(this.gate.isOpen()).isFalse();
		assertThat(readiness()).isEqualTo(ReadinessState.REFUSING_TRAFFIC);
		quorum(true);
		assertThat(this.gate.isOpen()).isTrue();
		assertThat(readiness()).isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
	}

	@Test
	void instanceThatIsToEndShouldNotOpenAgain() {
		this.gate.started();
		changeReadiness(ReadinessState.ACCEPTING_TRAFFIC);
		quorum(false);
		this.gate.recoveryImminent(IncidentReason.QUORUM_LOST, "the cluster lost quorum", Duration.ofSeconds(1));
		quorum(true);
		assertThat(this.gate.isOpen()).isFalse();
		assertThat(readiness()).isEqualTo(ReadinessState.REFUSING_TRAFFIC);
	}

	@Test
	void otherRecoveryShouldNotClose() {
		this.gate.started();
		this.gate.recoveryImminent(IncidentReason.UNHEALTHY, "orders is DOWN", Duration.ofSeconds(1));
		assertThat(this.gate.isOpen()).isTrue();
	}

	@Test
	void readinessThatTheApplicationTookBackShouldStayTakenBack() {
		this.gate.started();
		changeReadiness(ReadinessState.REFUSING_TRAFFIC);
		quorum(false);
		quorum(true);
		assertThat(readiness()).isEqualTo(ReadinessState.REFUSING_TRAFFIC);
	}

	@Test
	void shouldBeOpenWithoutWatchdogAndWithoutQuorumPolicy() {
		assertThat(new TrafficGate(this.supervision, false, this.context).isOpen()).isTrue();
		this.sam.unsupervised();
		assertThat(this.gate.isOpen()).isTrue();
	}

	private void quorum(boolean quorate) {
		this.gate.quorumChanged(quorate, List.of());
		this.context.publishEvent(new SamQuorumEvent(this.context, quorate, List.of()));
	}

	private void changeReadiness(ReadinessState state) {
		AvailabilityChangeEvent.publish(this.context, state);
	}

	private ReadinessState readiness() {
		return this.context.getBean(ApplicationAvailabilityBean.class).getReadinessState();
	}

}
