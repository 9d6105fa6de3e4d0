package io.github.samboot.watchdog.internal.supervision;

import io.github.samboot.core.SupervisionState;

/**
 * The application has ended for good, a spare has not yet.
 *
 * @param code the exit code of the watchdog
 * @param isFailure whether the application failed
 */
record Ending(int code, boolean isFailure) implements Phase {

	@Override
	public SupervisionState state() {
		return this.isFailure ? SupervisionState.FAILED : SupervisionState.STOPPED;
	}

	@Override
	public boolean isLast() {
		return true;
	}

	@Override
	public void spareEnded(Draft next) {
		next.spare = NoSpare.UNPLANNED;
		next.phase = new Ended(this.isFailure);
		next.effects.add(new Effect.Quit(this.code, this.isFailure));
	}

}
