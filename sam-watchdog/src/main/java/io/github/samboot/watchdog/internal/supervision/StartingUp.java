package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;

import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.SupervisionState;
import io.github.samboot.core.internal.process.Nanos;

/**
 * Start-up is not over, and has to be in time. These phases have some cells in common.
 */
sealed interface StartingUp extends Supervised permits Starting, ComingUp {

	StartingUp until(long deadline);

	@Override
	default SupervisionState state() {
		return SupervisionState.STARTING;
	}

	@Override
	default void timePassed(Draft next, Event.TimePassed event) {
		Duration timeout = next.options.restart().startupTimeout();
		// all of it again after a freeze
		boolean wasFrozen = Freeze.isLikely(next.now.nanos() - deadline(), Nanos.of(timeout));
		long deadline = wasFrozen ? next.startupDeadline() : deadline();
		next.phase = until(deadline);
		if (next.isDue(deadline)) {
			String message = "start-up did not finish within the start-up timeout of " + Words.seconds(timeout)
					+ event.processStateWords();
			Recovery.fail(next, new Failure(IncidentReason.STARTUP_FAILED, message, next.now));
		}
	}

	@Override
	default void exited(Draft next, Event.Exited event) {
		Exits.beforeUp(next, event);
	}

	/** Never to an earlier deadline. */
	@Override
	default void extendStartup(Draft next, Event.ExtendStartup event) {
		long until = next.after(event.nanos());
		if (deadline() != NEVER && deadline() - until < 0) {
			next.phase = until(until);
		}
	}

}
