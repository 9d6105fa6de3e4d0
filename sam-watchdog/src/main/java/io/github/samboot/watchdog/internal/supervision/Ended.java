package io.github.samboot.watchdog.internal.supervision;

import io.github.samboot.core.SupervisionState;

/**
 * Nothing is left to do.
 *
 * @param isFailure whether the application failed
 */
record Ended(boolean isFailure) implements Phase {

	@Override
	public SupervisionState state() {
		return this.isFailure ? SupervisionState.FAILED : SupervisionState.STOPPED;
	}

	@Override
	public boolean isLast() {
		return true;
	}

}
