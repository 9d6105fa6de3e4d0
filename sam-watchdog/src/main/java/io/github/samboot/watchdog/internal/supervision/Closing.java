package io.github.samboot.watchdog.internal.supervision;

/**
 * The application is closing down by itself.
 *
 * @param killAt when that has taken too long
 * @param isKilled whether it was killed for that
 * @param isHurried whether quorum was lost meanwhile
 */
record Closing(long killAt, boolean isKilled, boolean isHurried) implements Supervised, ClosingDown {

	@Override
	public ClosingDown until(long killAt, boolean isKilled) {
		return new Closing(killAt, isKilled, this.isHurried);
	}

	@Override
	public ClosingDown hurried(long killAt) {
		return new Closing(killAt, false, true);
	}

	@Override
	public void exited(Draft next, Event.Exited event) {
		Exits.whileClosing(next, event, this.isKilled);
	}

	/** It has begun to close: a signal from the terminal is not sent to it again. */
	@Override
	public void stopRequested(Draft next, Event.StopRequested event) {
		if (this.isHurried) {
			Stops.passOn(next, event, NEVER, this.killAt, this.isKilled, true);
		}
		else {
			Stops.passOn(next, event, NEVER);
		}
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
