package io.github.samboot.boot.internal.health;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What the rounds say about the application at one moment.
 *
 * @param at when, on the clock of {@link System#nanoTime()}
 * @param status the worst status of all members; {@code UNKNOWN} before the first answer
 * @param consecutiveFailures how many failed checks in a row the worst health indicator
 * has had
 * @param problem why the application counts as unhealthy, {@code null} if it does not
 */
public record HealthVerdict(long at, String status, int consecutiveFailures, @Nullable String problem) {

	/**
	 * Return whether the application counts as healthy.
	 * @return whether no member has been bad for too long
	 */
	public boolean isGood() {
		return this.problem == null;
	}

	/**
	 * Return whether a heartbeat may be sent on the strength of this verdict.
	 * @param now the current time
	 * @param validity how old a verdict may be
	 * @return whether it is good and fresh
	 */
	public boolean allowsHeartbeat(long now, Duration validity) {
		return isGood() && now - this.at <= validity.toNanos();
	}

}
