package io.github.samboot.boot.internal.actuate;

import java.util.List;

import io.github.samboot.boot.internal.lifecycle.RecordingSam;
import io.github.samboot.boot.internal.lifecycle.Supervision;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.SupervisionState;
import io.github.samboot.core.internal.client.WatchdogConnection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.health.actuate.endpoint.SimpleHttpCodeStatusMapper;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SamHealthIndicator}.
 */
class SamHealthIndicatorTests {

	private final RecordingSam sam = RecordingSam.initialized();

	private final Supervision supervision = this.sam.supervision();

	private @Nullable String output;

	private final SamHealthIndicator indicator = new SamHealthIndicator(this.supervision, () -> this.output);

	@ParameterizedTest
	@CsvSource({ "STARTING, UNKNOWN, 200", "WAITING_FOR_QUORUM, OUT_OF_SERVICE, 503", "RUNNING, UP, 200",
			"STOPPED, UNKNOWN, 200", "STOPPING, UNKNOWN, 200", "RECOVERING, UNKNOWN, 200", "FAILED, UNKNOWN, 200" })
	void healthShouldFollowStateOfWatchdog(SupervisionState state, String status, int httpStatus) {
		Health health = health(this.sam.inState(state));
		assertThat(health.getStatus().getCode()).isEqualTo(status);
		assertThat(new SimpleHttpCodeStatusMapper().getStatusCode(health.getStatus())).isEqualTo(httpStatus);
		assertThat(health.getDetails()).containsEntry("state", state.text());
	}

	@Test
	void outputThatIsNotReadShouldBeADetailAndNothingElse() {
		this.output = "standard output is not read";
		Health health = health(this.sam.inState(SupervisionState.RUNNING));
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsEntry("output", "standard output is not read");
	}

	@Test
	void healthShouldHaveDetails() {
		assertThat(health(this.sam.inState(SupervisionState.RUNNING)).getDetails()).containsEntry("instanceId", 2)
			.containsEntry("watchdogPid", 4711L)
			.containsEntry("mode", "parent")
			.containsEntry("recoveries", 2);
	}

	@ParameterizedTest
	@CsvSource({ "RUNNING, true, UP", "WAITING_FOR_QUORUM, false, OUT_OF_SERVICE", "STARTING, false, OUT_OF_SERVICE",
			"RECOVERING, false, OUT_OF_SERVICE", "STOPPED, false, UNKNOWN" })
	void lostQuorumShouldMeanOutOfServiceUnlessSupervisionIsOff(SupervisionState state, boolean quorate,
			String status) {
		SamStatus.Quorum quorum = new SamStatus.Quorum("corosync", quorate, List.of(1L, 2L));
		this.sam.status(RecordingSam.status(state, quorum, null));
		Health health = health(this.sam);
		assertThat(health.getStatus().getCode()).isEqualTo(status);
		assertThat(health.getDetails()).containsEntry("quorum", quorum);
	}

	@Test
	void healthWithoutWatchdogShouldBeUnknownAndSayWhy() {
		Health health = health(this.sam.unsupervised());
		assertThat(health.getStatus()).isEqualTo(Status.UNKNOWN);
		assertThat(health.getDetails()).containsEntry("state", "off")
			.containsEntry("mode", "off")
			.containsEntry("reason", "This is a test.");
	}

	@Test
	void healthWhileWatchdogIsReplacedShouldNotKillAnybody() {
		Health health = health(this.sam.withConnection(WatchdogConnection.REPLACING));
		assertThat(health.getStatus()).isEqualTo(Status.UNKNOWN);
		assertThat(health.getDetails()).containsEntry("state", "watchdog being replaced");
		assertThat(StatusAggregator.getDefault().getAggregateStatus(Status.UP, health.getStatus()))
			.isEqualTo(Status.UP);
	}

	@ParameterizedTest
	@EnumSource(names = { "REPLACEMENT_FAILED", "IRREPLACEABLE" })
	void healthWhenReplacementFailedShouldBeDown(WatchdogConnection connection) {
		Health health = health(this.sam.withConnection(connection));
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat(health.getDetails()).containsEntry("state", "watchdog lost");
	}

	private Health health(RecordingSam sam) {
		assertThat(sam).isSameAs(this.sam);
		Health health = this.indicator.health();
		assertThat(health).isNotNull();
		return health;
	}

}
