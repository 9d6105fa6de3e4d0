package io.github.samboot.watchdog.internal.supervision;

import io.github.samboot.core.Signal;
import io.github.samboot.core.SupervisionState;

/**
 * The watchdog was asked to stop, and so is the application.
 *
 * @param signal the signal that asked
 * @param forwardAt when the application gets it too, if it does not react by itself, or
 * {@link #NEVER}
 * @param killAt when the application has taken too long, or {@link #NEVER}
 * @param isKilled whether it was killed for that
 */
record ShuttingDown(Signal signal, long forwardAt, long killAt, boolean isKilled) implements Phase {

	@Override
	public SupervisionState state() {
		return SupervisionState.STOPPING;
	}

	@Override
	public boolean isLast() {
		return true;
	}

	@Override
	public long deadline() {
		return this.isKilled ? NEVER : this.killAt;
	}

	@Override
	public Phase later(long nanos) {
		return new ShuttingDown(this.signal, this.forwardAt, this.killAt + nanos, false);
	}

	@Override
	public long wakeAt() {
		return (this.forwardAt != NEVER) ? this.forwardAt : this.killAt;
	}

	@Override
	public void timePassed(Draft next, Event.TimePassed event) {
		long killAt = (hasDeadline() && Stops.wasFrozen(next, wakeAt())) ? next.shutdownDeadline() : this.killAt;
		if (this.forwardAt != NEVER) {
			next.send(Lane.ACTIVE, this.signal);
			next.phase = new ShuttingDown(this.signal, NEVER, killAt, this.isKilled);
		}
		else if (next.isDue(killAt)) {
			Stops.kill(next, this.isKilled, event);
			next.phase = new ShuttingDown(this.signal, NEVER, next.after(Recovery.STUCK_AFTER), true);
		}
		else {
			next.phase = new ShuttingDown(this.signal, NEVER, killAt, false);
		}
	}

	@Override
	public void exited(Draft next, Event.Exited event) {
		Exits.withoutFailure(next, event.status(), this.isKilled);
	}

	@Override
	public void stopRequested(Draft next, Event.StopRequested event) {
		next.send(Lane.ACTIVE, event.signal());
		next.phase = new ShuttingDown(event.signal(), NEVER, this.killAt, this.isKilled);
	}

	/** It has reacted by itself. */
	@Override
	public void stopping(Draft next) {
		next.phase = new ShuttingDown(this.signal, NEVER, this.killAt, this.isKilled);
	}

}
