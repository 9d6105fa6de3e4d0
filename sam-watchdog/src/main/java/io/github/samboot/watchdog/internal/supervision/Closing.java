package io.github.samboot.watchdog.internal.supervision;

import io.github.samboot.core.SupervisionState;

/**
 * The application is closing down by itself.
 *
 * @param killAt when that has taken too long
 * @param isKilled whether it was killed for that
 */
record Closing(long killAt, boolean isKilled) implements Supervised {

	@Override
	public SupervisionState state() {
		return SupervisionState.STOPPING;
	}

	@Override
	public boolean hasDeadline() {
		return !this.isKilled;
	}

	@Override
	public Phase later(long nanos) {
		return new Closing(this.killAt + nanos, false);
	}

	@Override
	public long wakeAt() {
		return this.killAt;
	}

	@Override
	public void timePassed(Draft next, Event.TimePassed event) {
		if (!this.isKilled && Stops.wasFrozen(next, this.killAt)) {
			next.phase = new Closing(next.shutdownDeadline(), false);
			if (!next.isDue(next.phase.wakeAt())) {
				return;
			}
		}
		Stops.kill(next, this.isKilled, event);
		next.phase = new Closing(next.after(Recovery.STUCK_AFTER), true);
	}

	@Override
	public void exited(Draft next, Event.Exited event) {
		Exits.whileClosing(next, event, this.isKilled);
	}

	/** It has begun to close: a signal from the terminal is not sent to it again. */
	@Override
	public void stopRequested(Draft next, Event.StopRequested event) {
		Stops.passOn(next, event, NEVER);
	}

	/** It closes already. */
	@Override
	public void stopping(Draft next) {
	}

	/** The application context was started again. */
	@Override
	public void start(Draft next, Event.Start event) {
		Startup.start(next, event, next.startupDeadline());
	}

}
