package io.github.samboot.boot.internal.health;

import java.util.Map;

/**
 * Watches heartbeats and health checks, to measure them. Called on a thread of its own;
 * what it does not keep up with is dropped.
 */
public interface HealthObserver {

	/**
	 * A heartbeat was due.
	 * @param lateness how late the thread was, in nanoseconds
	 */
	default void heartbeat(long lateness) {
	}

	/**
	 * The members of the health group were found, as in every round.
	 * @param members how to check each, by name
	 */
	default void found(Map<String, HealthProbe> members) {
	}

	/**
	 * A member of the health group answered.
	 * @param contributor its name
	 * @param outcome {@code up}, {@code down}, {@code error} or {@code stuck}, the last
	 * if it took longer than the timeout
	 * @param duration how long it took, in nanoseconds
	 * @param answer what it said
	 */
	default void checked(String contributor, String outcome, long duration, HealthAnswer answer) {
	}

}
