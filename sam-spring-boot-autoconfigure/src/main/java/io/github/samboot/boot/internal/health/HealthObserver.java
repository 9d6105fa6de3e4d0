package io.github.samboot.boot.internal.health;

/**
 * Watches heartbeats and health checks, to measure them. Called on SAM's own threads:
 * return soon.
 */
public interface HealthObserver {

	/**
	 * A heartbeat was due.
	 * @param lateness how late the thread was, in nanoseconds
	 */
	default void heartbeat(long lateness) {
	}

	/**
	 * A member of the health group answered.
	 * @param contributor its name
	 * @param outcome {@code up}, {@code down}, {@code error} or {@code stuck}, the last
	 * if it took longer than the timeout
	 * @param duration how long it took, in nanoseconds
	 */
	default void checked(String contributor, String outcome, long duration) {
	}

}
