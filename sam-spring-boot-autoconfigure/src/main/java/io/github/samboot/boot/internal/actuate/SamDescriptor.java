package io.github.samboot.boot.internal.actuate;

import java.util.List;
import java.util.Objects;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import io.github.samboot.boot.internal.faststart.FastStart;
import io.github.samboot.core.Incident;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.internal.client.WatchdogConnection;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * What the endpoint {@code sam} shows. Times are text, so that every JSON mapper writes
 * them the same.
 *
 * @param state what the watchdog is doing; {@code off} without supervision
 * @param reason why there is no supervision, {@code null} if there is
 * @param instanceId the id of this instance
 * @param pid the process id of this instance
 * @param watchdogPid the process id of the watchdog
 * @param mode {@code parent}, {@code sidecar}, {@code external} or {@code off}
 * @param recoveryPolicy the recovery policy in force
 * @param timeInterval the time interval in force
 * @param standby the spare instance
 * @param replacement the last planned replacement
 * @param connections the socket that the watchdog holds
 * @param quorum the view of the cluster
 * @param health what the health group said last
 * @param data the saved user data
 * @param recoveries how many recoveries there were
 * @param recentRestarts how many restarts count towards the limit now
 * @param incidents the last incidents, newest first
 * @param fastStart how later starts are prepared, {@code null} if they are not
 * @param output what is wrong with the output of this process, {@code null} if nothing is
 */
@JsonInclude(Include.NON_NULL)
public record SamDescriptor(String state, @Nullable String reason, @Nullable Integer instanceId, long pid,
		@Nullable Long watchdogPid, String mode, @Nullable String recoveryPolicy, @Nullable String timeInterval,
		SamStatus.@Nullable Standby standby, @Nullable ReplacementDescriptor replacement,
		@Nullable HeldConnections connections, SamStatus.@Nullable Quorum quorum, @Nullable GroupHealth health,
		@Nullable SavedData data, @Nullable Integer recoveries, @Nullable Integer recentRestarts,
		@Nullable List<IncidentDescriptor> incidents, FastStart.@Nullable Description fastStart,
		@Nullable String output) implements OperationResponseBody {

	static SamDescriptor of(SamStatus status, @Nullable GroupHealth health, FastStart.@Nullable Description fastStart,
			@Nullable String output) {
		return new SamDescriptor(status.state().text(), null, status.instanceId(), status.pid(), status.watchdogPid(),
				status.mode(), status.recoveryPolicy().id(), status.timeInterval().toString(), status.standby(),
				ReplacementDescriptor.of(status.replacement()), HeldConnections.of(status.connections()),
				status.quorum(), health, new SavedData(status.dataSize()), status.totalRecoveries(),
				status.recentRestarts(), status.incidents().stream().map(IncidentDescriptor::of).toList(), fastStart,
				output);
	}

	/**
	 * Describe a process that has no watchdog, or none now.
	 */
	static SamDescriptor withoutWatchdog(WatchdogConnection connection, @Nullable String reason,
			@Nullable Integer instanceId, String mode, @Nullable GroupHealth health, @Nullable String output) {
		return new SamDescriptor(stateWithoutWatchdog(connection), reason, instanceId, ProcessHandle.current().pid(),
				null, mode, null, null, null, null, null, null, health, null, null, null, null, null, output);
	}

	static String stateWithoutWatchdog(WatchdogConnection connection) {
		return switch (connection) {
			case NONE -> "off";
			case CONNECTED -> "unknown";
			case REPLACING -> "watchdog being replaced";
			case REPLACEMENT_FAILED, IRREPLACEABLE -> "watchdog lost";
		};
	}

	/**
	 * The last planned replacement.
	 *
	 * @param state how far it has come
	 * @param since when it came to that
	 * @param message why it failed
	 */
	@JsonInclude(Include.NON_EMPTY)
	public record ReplacementDescriptor(String state, String since, String message) {

		static @Nullable ReplacementDescriptor of(SamStatus.@Nullable Replacement replacement) {
			return (replacement == null) ? null : new ReplacementDescriptor(replacement.state(),
					replacement.since().toString(), replacement.message());
		}

	}

	/**
	 * The socket that the watchdog holds.
	 *
	 * @param hold whether it does
	 * @param state what becomes of connections
	 * @param port its port
	 * @param since when it came to that
	 */
	public record HeldConnections(boolean hold, String state, int port, String since) {

		static @Nullable HeldConnections of(SamStatus.@Nullable Connections connections) {
			return (connections == null) ? null : new HeldConnections(true, connections.state(), connections.port(),
					connections.since().toString());
		}

	}

	/**
	 * What the health group said last.
	 *
	 * @param group the name of the group
	 * @param status the worst status of its members
	 * @param consecutiveFailures how many failed checks in a row the worst health
	 * indicator has had
	 */
	public record GroupHealth(String group, String status, int consecutiveFailures) {

	}

	/**
	 * The saved user data.
	 *
	 * @param size its size in bytes
	 */
	public record SavedData(long size) {

	}

	/**
	 * What happened to one instance.
	 *
	 * @param instanceId the instance that failed
	 * @param pid its process id
	 * @param reason why it was replaced
	 * @param message one sentence that names the culprit
	 * @param detectedAt when the watchdog noticed
	 * @param recoveredAt when the next instance was up
	 * @param downtime the time between
	 * @param exit how the process ended
	 */
	@JsonInclude(Include.NON_NULL)
	public record IncidentDescriptor(int instanceId, long pid, String reason, String message, String detectedAt,
			@Nullable String recoveredAt, @Nullable String downtime, @Nullable String exit) {

		static IncidentDescriptor of(Incident incident) {
			return new IncidentDescriptor(incident.instanceId(), incident.pid(), incident.reason().id(),
					incident.message(), incident.detectedAt().toString(),
					Objects.toString(incident.recoveredAt(), null), Objects.toString(incident.downtime(), null),
					incident.exit());
		}

	}

}
