package io.github.samboot.watchdog.internal.supervision;

import io.github.samboot.core.Signal;
import io.github.samboot.core.SupervisionState;

/**
 * SIGKILL was sent; the process has not ended yet.
 *
 * @param failure why
 * @param lookAt when a process that still exists is reported
 * @param isStuck whether it was
 */
record Killed(Failure failure, long lookAt, boolean isStuck) implements Phase {

	@Override
	public SupervisionState state() {
		return this.isStuck ? SupervisionState.FAILED : SupervisionState.RECOVERING;
	}

	@Override
	public long wakeAt() {
		return this.lookAt;
	}

	@Override
	public void timePassed(Draft next, Event.TimePassed event) {
		// the first attempt may have failed, for example for lack of descriptors
		next.send(Lane.ACTIVE, Signal.SIGKILL);
		next.warn(next.name() + " still exists "
				+ (this.isStuck ? "after" : Recovery.STUCK_AFTER / 1_000_000_000 + " s after") + " SIGKILL"
				+ event.processStateWords() + ". SAM starts no new instance until it has ended.");
		next.phase = new Killed(this.failure, next.after(Recovery.STUCK_AFTER), true);
	}

	@Override
	public void exited(Draft next, Event.Exited event) {
		Recovery.recover(next, this.failure, event.status());
	}

	@Override
	public void stopRequested(Draft next, Event.StopRequested event) {
		Stops.passOn(next, event, Stops.afterReaction(next), next.shutdownDeadline(), true, false);
	}

	/** It is being recovered already, though that may take long. */
	@Override
	public void recover(Draft next, Event.Recover event) {
		next.ok(Lane.ACTIVE, event.request());
	}

	@Override
	public void markFailed(Draft next) {
		next.phase = new Killed(Failure.markedAsFailed(next.now), this.lookAt, this.isStuck);
	}

}
