package io.github.samboot.watchdog.internal.supervision;

import io.github.samboot.core.SupervisionState;

/**
 * Started, but start-up goes on: no heartbeats are expected yet.
 *
 * @param deadline when it counts as hung
 */
record ComingUp(long deadline) implements Started {

	@Override
	public SupervisionState state() {
		return SupervisionState.STARTING;
	}

	@Override
	public boolean hasDeadline() {
		return this.deadline != NEVER;
	}

	@Override
	public Phase later(long nanos) {
		return new ComingUp(this.deadline + nanos);
	}

	@Override
	public long wakeAt() {
		return this.deadline;
	}

	@Override
	public void timePassed(Draft next, Event.TimePassed event) {
		long deadline = Startup.deadlineAfterFreeze(next, this.deadline);
		next.phase = new ComingUp(deadline);
		if (next.isDue(deadline)) {
			Startup.timedOut(next, event);
		}
	}

	@Override
	public void exited(Draft next, Event.Exited event) {
		Exits.beforeUp(next, event);
	}

	/** The connection was lost, and perhaps with it that start-up is over. */
	@Override
	public void start(Draft next, Event.Start event) {
		next.ok(event.request());
		if (!event.startupContinues()) {
			Startup.cameUp(next);
		}
	}

	@Override
	public void ready(Draft next) {
		Startup.cameUp(next);
	}

	@Override
	public void extendStartup(Draft next, Event.ExtendStartup event) {
		next.phase = new ComingUp(Startup.extended(next, this.deadline, event));
		next.ok(event.request());
	}

}
