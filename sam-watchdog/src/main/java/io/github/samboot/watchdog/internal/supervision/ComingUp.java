package io.github.samboot.watchdog.internal.supervision;

/**
 * Started, but start-up goes on: no heartbeats are expected yet.
 *
 * @param deadline when it counts as hung
 */
record ComingUp(long deadline) implements Started, StartingUp {

	@Override
	public StartingUp until(long deadline) {
		return new ComingUp(deadline);
	}

	@Override
	public Phase later(long nanos) {
		return new ComingUp(this.deadline + nanos);
	}

	/** The connection was lost, and perhaps with it that start-up is over. */
	@Override
	public void start(Draft next, Event.Start event) {
		next.ok(Lane.ACTIVE, event.request());
		if (!event.startupContinues()) {
			Startup.cameUp(next);
		}
	}

	@Override
	public void ready(Draft next) {
		Startup.cameUp(next);
	}

}
