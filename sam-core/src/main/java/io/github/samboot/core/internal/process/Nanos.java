package io.github.samboot.core.internal.process;

import java.time.Duration;

/**
 * Durations as nanoseconds that can be added to the monotonic clock.
 */
public final class Nanos {

	/**
	 * Some 146 years: added to a clock reading it still does not overflow into the past.
	 */
	private static final long FOREVER = Long.MAX_VALUE / 2;

	private Nanos() {
	}

	/**
	 * Return a duration in nanoseconds.
	 * @param duration the duration
	 * @return its nanoseconds, at most some 146 years
	 */
	public static long of(Duration duration) {
		if (duration.getSeconds() >= FOREVER / 1_000_000_000) {
			return FOREVER;
		}
		return duration.toNanos();
	}

	/**
	 * Return the earlier one of two times on the monotonic clock, which may overflow.
	 * @param first a time
	 * @param second another one
	 * @return the earlier one
	 */
	public static long earlier(long first, long second) {
		return (first - second < 0) ? first : second;
	}

}
