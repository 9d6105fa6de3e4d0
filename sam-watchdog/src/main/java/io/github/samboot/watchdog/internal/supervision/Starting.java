package io.github.samboot.watchdog.internal.supervision;

import io.github.samboot.core.internal.process.Nanos;

/**
 * The process runs but has not called start.
 *
 * @param since when it was started
 * @param deadline when it counts as hung
 */
record Starting(long since, long deadline) implements StartingUp {

	@Override
	public StartingUp until(long deadline) {
		return new Starting(this.since, deadline);
	}

	/** Initialize may bring one that counts from the start. */
	@Override
	public boolean hasDeadline() {
		return true;
	}

	@Override
	public Phase later(long nanos) {
		return new Starting(this.since + nanos, (this.deadline != NEVER) ? this.deadline + nanos : NEVER);
	}

	@Override
	public void initialize(Draft next, Event.Initialize event) {
		StartingUp.super.initialize(next, event);
		// a registered one comes over another connection, and may have been given more
		// time
		if (!next.instance.isRegistered()) {
			long timeout = Nanos.of(next.options.restart().startupTimeout());
			next.phase = new Starting(this.since, (timeout != 0) ? this.since + timeout : NEVER);
		}
	}

	@Override
	public void start(Draft next, Event.Start event) {
		Startup.start(next, event, this.deadline);
	}

	/** A new watchdog hears that supervision had been switched off under the last one. */
	@Override
	public void stop(Draft next) {
		if (next.instance.isRegistered()) {
			Stops.switchOff(next);
		}
	}

}
