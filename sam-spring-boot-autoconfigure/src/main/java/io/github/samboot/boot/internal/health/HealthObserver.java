package io.github.samboot.boot.internal.health;

import java.util.List;
import java.util.Map;

import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Watches heartbeats and health checks, to measure them. Called on a thread of its own;
 * what it does not keep up with is dropped.
 */
public interface HealthObserver {

	/**
	 * Heartbeats were due: all since the last call, which is a second ago or more.
	 * @param latenesses how late the thread was at each, in nanoseconds
	 */
	default void heartbeats(List<Long> latenesses) {
	}

	/**
	 * The members of the health group were found, as in every round.
	 * @param members how to check each, by name
	 */
	default void found(Map<String, HealthIndicator> members) {
	}

	/**
	 * A timeout has passed without an answer of a member of the health group, the first
	 * of a check or a further one.
	 * @param contributor its name
	 * @param duration how long the check has lasted so far, in nanoseconds
	 */
	default void overdue(String contributor, long duration) {
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
