package io.github.samboot.core;

import java.time.Duration;
import java.util.List;

/**
 * Hears what the watchdog has to tell. Called on SAM's own threads: return soon.
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
	 * The watchdog is about to end this instance.
	 * @param reason why
	 * @param message one sentence that names the culprit
	 * @param gracePeriod how long until SIGKILL
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
