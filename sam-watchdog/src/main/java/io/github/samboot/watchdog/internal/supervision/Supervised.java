package io.github.samboot.watchdog.internal.supervision;

/**
 * The process runs, supervision is on, and nothing has failed. These phases have some
 * cells in common.
 */
sealed interface Supervised extends Phase permits StartingUp, AwaitingQuorum, Started, Closing {

	@Override
	default void stopRequested(Draft next, Event.StopRequested event) {
		Stops.passOn(next, event, Stops.afterReaction(next));
	}

	@Override
	default void stopping(Draft next) {
		next.phase = new Closing(next.shutdownDeadline(), false, false);
	}

	@Override
	default void markFailed(Draft next) {
		Recovery.fail(next, Failure.markedAsFailed(next.now));
	}

	@Override
	default void finish(Draft next) {
		next.phase = new Off(false);
		Phase.super.finish(next);
	}

	@Override
	default void decline(Draft next, Event.Decline event) {
		next.info(next.name() + " runs unsupervised: " + event.reason()
				+ ". The watchdog only forwards signals and returns the exit code.");
		next.phase = new Off(true);
	}

}
