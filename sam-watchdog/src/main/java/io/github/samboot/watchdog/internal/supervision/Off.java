package io.github.samboot.watchdog.internal.supervision;

import io.github.samboot.core.SupervisionState;

/**
 * Supervision is off.
 *
 * @param isDeclined whether it was never wanted: the watchdog only passes on signals and
 * the exit code
 */
record Off(boolean isDeclined) implements Phase {

	@Override
	public SupervisionState state() {
		return SupervisionState.STOPPED;
	}

	@Override
	public void exited(Draft next, Event.Exited event) {
		Exits.withoutFailure(next, event.status(), false);
	}

	@Override
	public void stopRequested(Draft next, Event.StopRequested event) {
		// how long an application that declined may take is not known
		Stops.passOn(next, event, Stops.afterReaction(next), this.isDeclined ? NEVER : next.shutdownDeadline(), false,
				false);
	}

	@Override
	public void register(Draft next, Event.Register event) {
		if (this.isDeclined && next.isInitialized) {
			// a later application context of the same process is to be supervised
			next.phase = new Starting(next.now.nanos(), next.startupDeadline());
		}
		Phase.super.register(next, event);
	}

	@Override
	public void start(Draft next, Event.Start event) {
		Startup.start(next, event, next.startupDeadline());
	}

	@Override
	public void markFailed(Draft next) {
		Recovery.fail(next, Failure.markedAsFailed(next.now));
	}

}
