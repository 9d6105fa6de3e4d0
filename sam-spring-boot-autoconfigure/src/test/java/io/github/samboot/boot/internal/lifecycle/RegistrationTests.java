package io.github.samboot.boot.internal.lifecycle;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.samboot.boot.SamRegisteredEvent;
import io.github.samboot.boot.internal.standby.ActiveInstanceBeans;
import io.github.samboot.core.Incident;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.SupervisionState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.context.ApplicationListener;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Registration}.
 */
class RegistrationTests {

	private static final Incident OPEN = new Incident(1, 4650, IncidentReason.UNHEALTHY, "'orders' is DOWN",
			Instant.EPOCH, null, null, "SIGKILL");

	private static final Incident RECOVERED = new Incident(1, 4650, IncidentReason.UNHEALTHY, "'orders' is DOWN",
			Instant.EPOCH, Instant.EPOCH, Duration.ZERO, "SIGKILL");

	private static SamRegisteredEvent event(int instanceId, @Nullable Incident incident) {
		RecordingSam sam = new RecordingSam() {

			@Override
			public int instanceId() {
				return instanceId;
			}

		};
		sam.initialize(SamOptions.of(Duration.ofSeconds(1), RecoveryPolicy.RESTART));
		sam.register();
		sam.status((incident == null) ? null
				: new SamStatus(SupervisionState.STARTING, instanceId, 4712, 4711, "parent", RecoveryPolicy.RESTART,
						Duration.ofSeconds(1), null, null, null, null, 0, 0, Map.of(), Duration.ZERO,
						List.of(incident)));
		List<SamRegisteredEvent> events = new ArrayList<>();
		try (GenericApplicationContext context = new GenericApplicationContext()) {
			context.addApplicationListener((ApplicationListener<SamRegisteredEvent>) events::add);
			context.refresh();
			new Registration(sam.supervision(), context, context.getBeanProvider(ActiveInstanceBeans.class), false,
					List.of(), () -> {
					})
				.tellOnce();
		}
		assertThat(events).hasSize(1);
		// an instance is up sooner that does not ask for what no listener wants to know
		assertThat(sam.questions()).isZero();
		return events.get(0);
	}

	@Test
	void nextInstanceShouldHearOfTheIncident() {
		assertThat(event(2, OPEN).getPreviousIncident()).isEqualTo(OPEN);
	}

	@Test
	void instanceThatAsksLaterShouldHearOfTheIncidentThatItHasEnded() {
		assertThat(event(2, RECOVERED).getPreviousIncident()).isEqualTo(RECOVERED);
	}

	@Test
	void noIncidentShouldBeToldWhereTheInstanceFollowsNone() {
		assertThat(event(0, OPEN).getPreviousIncident()).isNull();
		assertThat(event(3, RECOVERED).getPreviousIncident()).isNull();
		assertThat(event(2, null).getPreviousIncident()).isNull();
	}

}
