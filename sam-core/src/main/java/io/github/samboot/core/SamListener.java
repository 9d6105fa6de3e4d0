package io.github.samboot.core;

import java.time.Duration;
import java.util.List;

/**
 * Hears what the watchdog has to tell. All listeners are called on one thread of SAM's
 * own, one after the other, in the order in which things happened; one that throws is
 * logged and keeps nothing from the others. Return soon: {@link Sam#register()} in a
 * spare, {@link Sam#status()}, and an exit because of a lost watchdog wait until what was
 * told before has been heard, for 500 ms at most.
 */
public interface SamListener {

	/**
	 * The cluster gained or lost quorum; or it counts as lost, as there is no watchdog
	 * any more that could tell, and the application exits.
	 * @param quorate whether this node is quorate now
	 * @param members the node ids of its partition, none if they are not known
	 */
	default void quorumChanged(boolean quorate, List<Long> members) {
	}

	/**
	 * This process was a spare and is the active instance now.
	 * @param instanceId the instance id it got
	 */
	default void promoted(int instanceId) {
	}

	/**
	 * The watchdog is about to end this instance. After missed heartbeats it may still
	 * live on: with a warn signal that does not end a JVM by itself, the next heartbeat
	 * within the grace period cancels SIGKILL.
	 * @param reason why
	 * @param message one sentence that names the culprit
	 * @param gracePeriod how long until SIGKILL, zero if that is sent at once
	 */
	default void recoveryImminent(IncidentReason reason, String message, Duration gracePeriod) {
	}

	/**
	 * The watchdog died; a new one is being started, or the application exits.
	 */
	default void watchdogLost() {
	}

	/**
	 * A new watchdog took over.
	 * @param watchdogPid its process id
	 */
	default void watchdogReplaced(long watchdogPid) {
	}

	/**
	 * No new watchdog could be started; it is tried again, unless those that can be
	 * started are of another release. Under a quorum policy the application exits then,
	 * and when there is none for as long as lost quorum would take to end it.
	 * @param problem why
	 */
	default void watchdogReplacementFailed(String problem) {
	}

}
