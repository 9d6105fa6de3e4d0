package io.github.samboot.core;

import java.time.Duration;

/**
 * How often and how fast a failed application is replaced.
 *
 * @param maxRestarts how many restarts are allowed within {@code within}, -1 for no limit
 * @param within the window in which restarts are counted
 * @param delay the wait before the second restart in a row (the first is immediate); it
 * doubles from there
 * @param maxDelay the longest wait
 * @param atLimit what happens when there were as many restarts as allowed
 */
public record RestartLimits(int maxRestarts, Duration within, Duration delay, Duration maxDelay, AtLimit atLimit) {

	/** What libsam does: replace for ever, at once. */
	public static final RestartLimits NONE = new RestartLimits(-1, Duration.ofMinutes(10), Duration.ZERO, Duration.ZERO,
			AtLimit.QUIT);

	/**
	 * Check the limits.
	 * @param maxRestarts how many restarts are allowed within {@code within}, -1 for no
	 * limit
	 * @param within the window in which restarts are counted
	 * @param delay the wait before the second restart in a row
	 * @param maxDelay the longest wait
	 * @param atLimit what happens when there were as many restarts as allowed
	 * @throws SamException with {@link CsError#INVALID_PARAM} if a duration is negative
	 */
	public RestartLimits {
		if (within.isNegative() || delay.isNegative() || maxDelay.isNegative()) {
			throw new SamException(CsError.INVALID_PARAM, "Restart limits must not be negative, but are within "
					+ within + ", delay " + delay + ", max-delay " + maxDelay);
		}
	}

	/**
	 * Create limits at which the watchdog quits.
	 * @param maxRestarts how many restarts are allowed within {@code within}, -1 for no
	 * limit
	 * @param within the window in which restarts are counted
	 * @param delay the wait before the second restart in a row
	 * @param maxDelay the longest wait
	 */
	public RestartLimits(int maxRestarts, Duration within, Duration delay, Duration maxDelay) {
		this(maxRestarts, within, delay, maxDelay, AtLimit.QUIT);
	}

	RestartLimits through(OptionValues values) {
		return new RestartLimits(values.number("restart.max-restarts", this.maxRestarts),
				values.duration("restart.within", this.within), values.duration("restart.delay", this.delay),
				values.duration("restart.max-delay", this.maxDelay),
				values.constant("restart.at-limit", this.atLimit, AtLimit.values()));
	}

	/**
	 * What happens when there were as many restarts as allowed.
	 */
	public enum AtLimit {

		/** The watchdog quits with a non-zero exit code. */
		QUIT,

		/** It goes on trying, no more often than allowed. */
		KEEP_TRYING

	}

}
