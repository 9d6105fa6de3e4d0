package io.github.samboot.core;

/**
 * Where the application stands between {@link Sam#initialize initialize} and
 * {@link Sam#finalizeSam finalize}; decides which calls are allowed.
 */
public enum SamState {

	/** Before {@link Sam#initialize initialize}. */
	NOT_INITIALIZED,

	/** After {@link Sam#initialize initialize}. */
	INITIALIZED,

	/** After {@link Sam#register register}, and again after {@link Sam#stop stop}. */
	REGISTERED,

	/** After {@link Sam#start start}: the watchdog expects heartbeats. */
	STARTED,

	/** After {@link Sam#finalizeSam finalize}: nothing works any more. */
	FINALIZED

}
