package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;

/**
 * Time in which the watchdog did not run, and so perhaps neither did the application: the
 * machine was suspended, the container frozen, or the host starved. The application is
 * not blamed for it.
 */
final class Freeze {

	/**
	 * While a process has to be done with something by a deadline, the watchdog looks so
	 * often: then it notices when both were frozen, however short before the deadline.
	 */
	static final long LOOK = Duration.ofSeconds(1).toNanos();

	/** Lateness that any busy machine has. */
	static final long USUAL_LATENESS = Duration.ofMillis(20).toNanos();

	/** Lateness that no machine has whose programs run. */
	private static final long UNUSUAL_LATENESS = Duration.ofSeconds(1).toNanos();

	private Freeze() {
	}

	/**
	 * Return whether a look that comes so late was kept from coming by a freeze.
	 * @param late how late it is
	 * @param timeout how long the application may take for what it is doing
	 */
	static boolean isLikely(long late, long timeout) {
		return late > USUAL_LATENESS && late > Math.min(timeout / 8, UNUSUAL_LATENESS);
	}

	/**
	 * Return for how long nothing ran since the last step, if that was a look at a
	 * deadline; 0 if that cannot be told.
	 */
	static long length(long seenAt, long now) {
		long late = (seenAt != LaneState.NEVER) ? now - seenAt - LOOK : 0;
		return (late > LOOK) ? late : 0;
	}

	/**
	 * Return by how much a deadline is extended after a freeze. One that was ahead before
	 * it is still ahead.
	 */
	static long extension(long frozen, long deadline, long seenAt, long now) {
		boolean hasPassed = deadline != LaneState.NEVER && now - deadline >= 0;
		if (!hasPassed) {
			return frozen;
		}
		return (deadline - seenAt > 0) ? frozen + LOOK : 0;
	}

}
