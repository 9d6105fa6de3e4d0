package io.github.samboot.watchdog.internal.supervision;

/**
 * There is a process that may become the next instance, or its start has begun. These
 * states have some cells in common. Whatever becomes of it, the active instance is not
 * affected.
 */
sealed interface StartedSpare extends Spare permits PreparingSpare, ReadySpare {

	/**
	 * Return how many attempts in a row have failed, if this one fails now.
	 */
	int failuresNow(Draft next);

	SpareSettings settings();

	boolean canTakeOver();

	/**
	 * Go on as the current instance.
	 * @return that in words
	 */
	String goOn(Draft next);

	/** If it runs all the same, the process is ended, and its secret is void. */
	@Override
	default void spawnFailed(Draft next, Event.SpawnFailed event) {
		if (pid() == 0) {
			next.spare = NoSpare.pauseAfter(next, failures() + 1);
			next.warn("No spare could be started: " + event.problem() + nextAttempt(next));
			next.replacement.spareIsLost(next, "no spare could be started: " + event.problem());
		}
	}

	@Override
	default void exited(Draft next, Event.Exited event) {
		if (pid() == 0) {
			return;
		}
		next.spare = NoSpare.pauseAfter(next, failuresNow(next));
		String problem = words() + " ended with " + event.status().text();
		String text = Words.sentence(problem) + (next.isRunning() ? nextAttempt(next) : ".");
		if (next.isRunning() && failures() == 0) {
			next.warn(text);
		}
		else {
			next.info(text);
		}
		next.replacement.spareIsLost(next, problem);
	}

	/** It must not be promoted, but another one. */
	@Override
	default void unusable(Draft next, Event.SpareUnusable event) {
		if (pid() != 0) {
			int failures = failuresNow(next);
			next.info(Words.sentence(words()) + " is refreshed: " + event.reason() + ".");
			dismiss(next, event.isFailure() ? NoSpare.pauseAfter(next, failures)
					: new NoSpare(next.after(NoSpare.FIRST_PAUSE), failures - 1));
			next.replacement.spareIsLost(next, event.reason());
		}
	}

	@Override
	default String takeOver(Draft next) {
		if (!canTakeOver()) {
			dismiss(next, new NoSpare(NEVER, failures()));
			return "";
		}
		next.spare = NoSpare.UNPLANNED;
		next.instance = next.instance.promoted(pid());
		next.effects.add(new Effect.Promote(next.instance.id()));
		settings().adopt(next);
		return words() + goOn(next) + " instance ";
	}

	private static String nextAttempt(Draft next) {
		if (!next.options.wantsSpare()) {
			return unaffected(next);
		}
		return "; another one is started in " + Words.seconds(next.spare.wakeAt() - next.now.nanos())
				+ unaffected(next);
	}

	static String unaffected(Draft next) {
		return next.isRunning() ? "; the active instance is not affected." : ".";
	}

}
