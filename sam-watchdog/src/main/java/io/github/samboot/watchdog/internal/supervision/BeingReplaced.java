package io.github.samboot.watchdog.internal.supervision;

import io.github.samboot.core.SupervisionState;

/**
 * The instance was asked to end because a spare is ready to replace it.
 *
 * @param killAt when SIGKILL follows, or follows again
 * @param isKilled whether SIGKILL was sent already
 */
record BeingReplaced(long killAt, boolean isKilled) implements Phase {

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
		return new BeingReplaced(this.killAt + nanos, false);
	}

	@Override
	public long wakeAt() {
		return this.killAt;
	}

	@Override
	public void timePassed(Draft next, Event.TimePassed event) {
		if (!this.isKilled && Stops.wasFrozen(next, this.killAt)) {
			next.phase = new BeingReplaced(next.shutdownDeadline(), false);
			if (!next.isDue(next.phase.wakeAt())) {
				return;
			}
		}
		Stops.kill(next, this.isKilled, event);
		next.phase = new BeingReplaced(next.after(Recovery.STUCK_AFTER), true);
	}

	@Override
	public void exited(Draft next, Event.Exited event) {
		Recovery.replace(next, event.status());
	}

	@Override
	public void stopRequested(Draft next, Event.StopRequested event) {
		Stops.passOn(next, event, NEVER, this.isKilled ? this.killAt : next.shutdownDeadline(), this.isKilled);
	}

	@Override
	public void markFailed(Draft next, Event.MarkFailed event) {
		next.ok(event.request());
		Recovery.fail(next, Failure.markedAsFailed(next.now));
	}

	/** It ends anyway, and the spare is for what comes after. */
	@Override
	public void finish(Draft next, Event.Finish event) {
		next.ok(event.request());
	}

}
