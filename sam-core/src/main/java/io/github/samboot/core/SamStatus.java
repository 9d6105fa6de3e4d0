package io.github.samboot.core;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What the watchdog knows, at one moment.
 *
 * @param state what it is doing
 * @param instanceId the id of the current instance, from 0
 * @param pid the process id of the current instance, 0 while it has no process
 * @param watchdogPid the process id of the watchdog
 * @param mode {@code parent}, {@code sidecar} or {@code external}
 * @param recoveryPolicy the policy in force
 * @param timeInterval the time interval in force, zero for no limit
 * @param quorum the view of the cluster, {@code null} without a quorum policy
 * @param standby the spare instance, {@code null} without one
 * @param replacement the last planned replacement, {@code null} if none was asked for
 * @param connections the socket that the watchdog holds, {@code null} if none is wanted
 * @param dataSize size of the saved user data in bytes
 * @param recentRestarts how many restarts count towards the limit now
 * @param recoveries completed recoveries by reason, over the life of the watchdog and
 * those it took over from
 * @param downtime time from detection to recovery, summed over all recoveries
 * @param incidents the last incidents, newest first
 */
public record SamStatus(SupervisionState state, int instanceId, long pid, long watchdogPid, String mode,
		RecoveryPolicy recoveryPolicy, Duration timeInterval, @Nullable Quorum quorum, @Nullable Standby standby,
		@Nullable Replacement replacement, @Nullable Connections connections, long dataSize, int recentRestarts,
		Map<IncidentReason, Integer> recoveries, Duration downtime, List<Incident> incidents) {

	/**
	 * Return how many recoveries there were, whatever the reason.
	 * @return the number of recoveries
	 */
	public int totalRecoveries() {
		int total = 0;
		for (int count : this.recoveries.values()) {
			total += count;
		}
		return total;
	}

	/**
	 * The cluster as the quorum provider sees it.
	 *
	 * @param provider the provider, such as {@code corosync}
	 * @param quorate whether this node is in the quorate partition
	 * @param members the node ids of the partition
	 */
	public record Quorum(String provider, boolean quorate, List<Long> members) {

	}

	/**
	 * The spare instance.
	 *
	 * @param mode {@code warm} or {@code hot}
	 * @param state {@code none}, {@code preparing}, {@code ready} or {@code failed} (it
	 * is tried again)
	 * @param pid its process id, 0 if there is none now
	 */
	public record Standby(String mode, String state, long pid) {

	}

	/**
	 * A planned replacement of the instance.
	 *
	 * @param state {@code preparing} a spare, {@code ending} the instance,
	 * {@code starting} the next one, {@code done} or {@code failed}
	 * @param since when it came to that
	 * @param message why it failed, empty if it did not
	 */
	public record Replacement(String state, Instant since, String message) {

	}

	/**
	 * The socket that outlives instances.
	 *
	 * @param state {@code none} until there is one, {@code accepting}, {@code waiting}
	 * for the next instance, or {@code refusing}
	 * @param port its port, 0 if there is none
	 * @param since when it came to that
	 * @param waits how often connections had to wait, over the life of the watchdog
	 * @param refusals how often they were refused
	 */
	public record Connections(String state, int port, Instant since, int waits, int refusals) {

	}

}
