package io.github.samboot.watchdog.internal.supervision;

import io.github.samboot.core.SupervisionState;

/**
 * The application has ended for good. These phases have some cells in common.
 */
sealed interface Over extends Phase permits Ending, Ended {

	/**
	 * Return whether the application failed.
	 */
	boolean isFailure();

	@Override
	default SupervisionState state() {
		return isFailure() ? SupervisionState.FAILED : SupervisionState.STOPPED;
	}

	@Override
	default boolean isLast() {
		return true;
	}

}
