package io.github.samboot.watchdog.internal.supervision;

/**
 * There is a process that may become the next instance, or its start has begun. These
 * states have some cells in common.
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
			Standby.spawnFailed(next, failures() + 1, event);
		}
	}

	@Override
	default void exited(Draft next, Event.Exited event) {
		if (pid() != 0) {
			Standby.ended(next, this, failuresNow(next), event);
		}
	}

	@Override
	default void unusable(Draft next, Event.SpareUnusable event) {
		if (pid() != 0) {
			Standby.refresh(next, this, failuresNow(next), event);
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

}
