package io.github.samboot.boot.internal.actuate;

import io.github.samboot.boot.internal.lifecycle.Supervision;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.SupervisionState;
import io.github.samboot.core.internal.client.WatchdogConnection;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Health component {@code sam}. It is UP while heartbeats are expected; OUT_OF_SERVICE
 * while the node is not quorate, so that no traffic is sent to it; DOWN only when a lost
 * watchdog cannot be replaced. All else is UNKNOWN, which is no reason for a probe to
 * kill an application that stays up.
 */
public final class SamHealthIndicator extends AbstractHealthIndicator {

	private final Supervision supervision;

	private final Supplier<@Nullable String> outputProblem;

	/**
	 * Create an indicator.
	 * @param supervision how this process is supervised
	 * @param outputProblem what is wrong with the output of this process
	 */
	public SamHealthIndicator(Supervision supervision, Supplier<@Nullable String> outputProblem) {
		super("The watchdog could not be asked");
		this.supervision = supervision;
		this.outputProblem = outputProblem;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		String output = this.outputProblem.get();
		if (output != null) {
			builder.withDetail("output", output);
		}
		WatchdogConnection connection = this.supervision.sam().connection();
		SamStatus status = this.supervision.sam().status();
		if (status != null) {
			Status supervised = (status.state() == SupervisionState.RUNNING) ? Status.UP : Status.UNKNOWN;
			builder.status(isOutOfService(status) ? Status.OUT_OF_SERVICE : supervised);
			describe(builder, status);
		}
		else if (connection == WatchdogConnection.REPLACEMENT_FAILED
				|| connection == WatchdogConnection.IRREPLACEABLE) {
			builder.down().withDetail("state", SamDescriptor.stateWithoutWatchdog(connection));
		}
		else {
			builder.unknown().withDetail("state", SamDescriptor.stateWithoutWatchdog(connection));
			builder.withDetail("mode", this.supervision.mode());
			String reason = this.supervision.reason();
			if (reason != null) {
				builder.withDetail("reason", reason);
			}
		}
	}

	/**
	 * In its grace period, too: what has lost quorum must get no requests.
	 */
	private static boolean isOutOfService(SamStatus status) {
		SamStatus.Quorum quorum = status.quorum();
		return status.state() == SupervisionState.WAITING_FOR_QUORUM
				|| (quorum != null && !quorum.quorate() && status.state() != SupervisionState.STOPPED);
	}

	private static void describe(Health.Builder builder, SamStatus status) {
		builder.withDetail("state", status.state().text());
		if (status.state() != SupervisionState.STARTING) {
			builder.withDetail("instanceId", status.instanceId());
		}
		builder.withDetail("watchdogPid", status.watchdogPid());
		builder.withDetail("mode", status.mode());
		builder.withDetail("recoveries", status.totalRecoveries());
		SamStatus.Quorum quorum = status.quorum();
		if (quorum != null) {
			builder.withDetail("quorum", quorum);
		}
	}

}
