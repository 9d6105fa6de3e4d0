package io.github.samboot.watchdog.internal.supervision;

import io.github.samboot.core.Signal;

/**
 * The watchdog was asked to stop, and so is the application.
 *
 * @param signal the signal that asked
 * @param forwardAt when the application gets it too, if it does not react by itself, or
 * {@link #NEVER}
 * @param killAt when the application has taken too long, or {@link #NEVER}
 * @param isKilled whether it was killed for that
 * @param isHurried whether quorum was lost
 */
record ShuttingDown(Signal signal, long forwardAt, long killAt, boolean isKilled,
		boolean isHurried) implements ClosingDown {

	@Override
	public boolean isLast() {
		return true;
	}

	@Override
	public ClosingDown until(long killAt, boolean isKilled) {
		return new ShuttingDown(this.signal, this.forwardAt, killAt, isKilled, this.isHurried);
	}

	@Override
	public ClosingDown hurried(long killAt) {
		return new ShuttingDown(this.signal, this.forwardAt, killAt, false, true);
	}

	@Override
	public long wakeAt() {
		return (this.forwardAt != NEVER) ? this.forwardAt : this.killAt;
	}

	@Override
	public void timePassed(Draft next, Event.TimePassed event) {
		if (this.forwardAt == NEVER) {
			ClosingDown.super.timePassed(next, event);
			return;
		}
		long killAt = wasFrozen(next) ? deadlineAfterFreeze(next) : this.killAt;
		next.send(Lane.ACTIVE, this.signal);
		next.phase = new ShuttingDown(this.signal, NEVER, killAt, this.isKilled, this.isHurried);
	}

	@Override
	public void exited(Draft next, Event.Exited event) {
		Exits.withoutFailure(next, event.status(), this.isKilled);
	}

	@Override
	public void stopRequested(Draft next, Event.StopRequested event) {
		next.send(Lane.ACTIVE, event.signal());
		next.phase = new ShuttingDown(event.signal(), NEVER, this.killAt, this.isKilled, this.isHurried);
	}

	/** It has reacted by itself. */
	@Override
	public void stopping(Draft next) {
		next.phase = new ShuttingDown(this.signal, NEVER, this.killAt, this.isKilled, this.isHurried);
	}

}
