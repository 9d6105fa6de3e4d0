package io.github.samboot.watchdog.internal.supervision;

/**
 * The instance was asked to end because a spare is ready to replace it.
 *
 * @param killAt when SIGKILL follows, or follows again
 * @param isKilled whether SIGKILL was sent already
 * @param isHurried whether quorum was lost meanwhile
 */
record BeingReplaced(long killAt, boolean isKilled, boolean isHurried) implements ClosingDown {

	@Override
	public ClosingDown until(long killAt, boolean isKilled) {
		return new BeingReplaced(killAt, isKilled, this.isHurried);
	}

	@Override
	public ClosingDown hurried(long killAt) {
		return new BeingReplaced(killAt, false, true);
	}

	/** That is no failure, and counts as no restart. */
	@Override
	public void exited(Draft next, Event.Exited event) {
		String what = next.name() + " ended with " + event.status().text() + " to be replaced; ";
		next.history = next.history.replaced();
		next.instance = next.instance.next();
		Replacement.isStarting(next);
		String how = Recovery.launch(next);
		next.info(what + how + " now.");
	}

	@Override
	public void stopRequested(Draft next, Event.StopRequested event) {
		long killAt = this.isKilled || this.isHurried ? this.killAt : next.shutdownDeadline();
		Stops.passOn(next, event, NEVER, killAt, this.isKilled, this.isHurried);
	}

	@Override
	public void markFailed(Draft next) {
		Recovery.fail(next, Failure.markedAsFailed(next.now));
	}

	/** It ends anyway, and the spare is for what comes after. */
	@Override
	public void finish(Draft next) {
	}

}
