package io.github.samboot.watchdog.internal.supervision;

import io.github.samboot.core.IncidentReason;

/**
 * The call of start has returned, and what the application reports counts. These phases
 * have some cells in common.
 */
sealed interface Started extends Supervised permits ComingUp, Running {

	@Override
	default void quorum(Draft next, Event.Quorum event) {
		if (next.hasLostQuorum()) {
			Recovery.fail(next, Failure.lostQuorum(event, next.now));
		}
	}

	@Override
	default void stop(Draft next) {
		Stops.switchOff(next);
	}

	@Override
	default void unhealthy(Draft next, Event.Unhealthy event) {
		Recovery.fail(next, new Failure(IncidentReason.UNHEALTHY, event.message(), next.now));
	}

	@Override
	default void recover(Draft next, Event.Recover event) {
		next.ok(Lane.ACTIVE, event.request());
		Recovery.fail(next, new Failure(IncidentReason.REQUESTED, event.message(), next.now));
	}

}
