package io.github.samboot.watchdog.internal.supervision;

import io.github.samboot.core.SupervisionState;

/**
 * Start-up is not over, and has to be in time. These phases have some cells in common.
 */
sealed interface StartingUp extends Supervised permits Starting, ComingUp {

	@Override
	long deadline();

	StartingUp until(long deadline);

	@Override
	default SupervisionState state() {
		return SupervisionState.STARTING;
	}

	@Override
	default long wakeAt() {
		return deadline();
	}

	@Override
	default void timePassed(Draft next, Event.TimePassed event) {
		long deadline = Startup.deadlineAfterFreeze(next, deadline());
		next.phase = until(deadline);
		if (next.isDue(deadline)) {
			Startup.timedOut(next, event);
		}
	}

	@Override
	default void exited(Draft next, Event.Exited event) {
		Exits.beforeUp(next, event);
	}

	@Override
	default void extendStartup(Draft next, Event.ExtendStartup event) {
		next.phase = until(Startup.extended(next, deadline(), event));
	}

}
