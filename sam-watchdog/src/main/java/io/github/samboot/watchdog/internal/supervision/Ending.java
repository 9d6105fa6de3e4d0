package io.github.samboot.watchdog.internal.supervision;

/**
 * The application has ended for good, a spare has not yet.
 *
 * @param code the exit code of the watchdog
 * @param isFailure whether the application failed
 */
record Ending(int code, boolean isFailure) implements Over {

	@Override
	public void spareEnded(Draft next) {
		next.spare = NoSpare.UNPLANNED;
		next.phase = new Ended(this.isFailure);
		next.effects.add(new Effect.Quit(this.code, this.isFailure));
	}

}
