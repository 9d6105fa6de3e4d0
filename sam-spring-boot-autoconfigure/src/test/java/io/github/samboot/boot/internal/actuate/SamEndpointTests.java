package io.github.samboot.boot.internal.actuate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

import io.github.samboot.boot.SamIncidentReporter;
import io.github.samboot.boot.internal.actuate.SamDescriptor.ReplacementDescriptor;
import io.github.samboot.boot.internal.evidence.IncidentReporting;
import io.github.samboot.boot.internal.lifecycle.RecordingSam;
import io.github.samboot.boot.internal.lifecycle.Supervision;
import io.github.samboot.core.SamState;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.SupervisionState;
import io.github.samboot.core.internal.client.WatchdogConnection;
import io.github.samboot.core.internal.rundir.IncidentFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.util.MimeTypeUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SamEndpoint}.
 */
class SamEndpointTests {

	private final RecordingSam sam = RecordingSam.initialized();

	private final Supervision supervision = this.sam.supervision();

	private final SamEndpoint endpoint = new SamEndpoint(this.supervision, null, null, null);

	@Test
	void samShouldShowWhatTheWatchdogKnows() {
		this.sam.inState(SupervisionState.WAITING_FOR_QUORUM);
		SamDescriptor sam = this.endpoint.sam();
		assertThat(sam.state()).isEqualTo("waiting for quorum");
		assertThat(sam.instanceId()).isEqualTo(2);
		assertThat(sam.pid()).isEqualTo(4712);
		assertThat(sam.watchdogPid()).isEqualTo(4711);
		assertThat(sam.mode()).isEqualTo("parent");
		assertThat(sam.recoveryPolicy()).isEqualTo("restart");
		assertThat(sam.timeInterval()).isEqualTo("PT2S");
		assertThat(sam.quorum()).isNull();
		assertThat(sam.standby()).isNull();
		assertThat(sam.connections())
			.isEqualTo(new SamDescriptor.HeldConnections(true, "accepting", 8080, "1970-01-01T00:00:00Z"));
		assertThat(sam.data().size()).isEqualTo(128);
		assertThat(sam.recoveries()).isEqualTo(2);
		assertThat(sam.incidents()).singleElement().satisfies((incident) -> {
			assertThat(incident.reason()).isEqualTo("missed-heartbeat");
			assertThat(incident.downtime()).isEqualTo("PT0.18S");
			assertThat(incident.detectedAt()).isEqualTo("2026-01-02T03:04:05Z");
			assertThat(incident.exit()).isEqualTo("SIGKILL");
		});
	}

	@Test
	void incidentShouldBeShownAsTextAndAsJson(@TempDir Path directory) throws IOException {
		SamStatus status = RecordingSam.status(SupervisionState.RUNNING, null, null);
		this.sam.status(status);
		Files.writeString(IncidentFiles.of(directory, status.incidents().get(0), false), "Culprit: é");
		Files.writeString(IncidentFiles.of(directory, status.incidents().get(0), true), "{}");
		SamEndpoint endpoint = new SamEndpoint(this.supervision, null, new IncidentReporting(this.supervision,
				directory, new StaticListableBeanFactory().getBeanProvider(SamIncidentReporter.class)), null);
		WebEndpointResponse<String> text = endpoint.incident("incidents", 1, IncidentFormat.TEXT);
		assertThat(text.getBody()).isEqualTo("Culprit: é");
		assertThat(text.getContentType()).isEqualTo(MimeTypeUtils.TEXT_PLAIN);
		assertThat(endpoint.incident("incidents", 1, IncidentFormat.JSON).getBody()).isEqualTo("{}");
		for (int number : new int[] { 0, -1, 2, Integer.MAX_VALUE }) {
			assertThat(endpoint.incident("incidents", number, IncidentFormat.JSON).getStatus()).isEqualTo(404);
		}
		assertThat(endpoint.incident("other", 1, IncidentFormat.JSON).getStatus()).isEqualTo(404);
		Files.delete(IncidentFiles.of(directory, status.incidents().get(0), false));
		assertThat(endpoint.incident("incidents", 1, IncidentFormat.TEXT).getStatus()).isEqualTo(404);
	}

	@Test
	void samShouldShowQuorumAndStandby() {
		this.sam.status(RecordingSam.status(SupervisionState.RUNNING,
				new SamStatus.Quorum("corosync", true, List.of(1L, 2L, 3L)),
				new SamStatus.Standby("hot", "ready", 4790)));
		SamDescriptor sam = this.endpoint.sam();
		assertThat(sam.quorum()).isEqualTo(new SamStatus.Quorum("corosync", true, List.of(1L, 2L, 3L)));
		assertThat(sam.standby()).isEqualTo(new SamStatus.Standby("hot", "ready", 4790));
	}

	@Test
	void samWithoutWatchdogShouldSayWhy() {
		this.sam.unsupervised();
		SamDescriptor sam = this.endpoint.sam();
		assertThat(sam.state()).isEqualTo("off");
		assertThat(sam.mode()).isEqualTo("off");
		assertThat(sam.reason()).isEqualTo("This is a test.");
		assertThat(sam.instanceId()).isNull();
		assertThat(sam.watchdogPid()).isNull();
	}

	@Test
	void samWhileWatchdogIsReplacedShouldShowWhoThisIs() {
		this.sam.register();
		SamDescriptor sam = new SamEndpoint(this.sam.withConnection(WatchdogConnection.REPLACING).supervision(), null,
				null, null)
			.sam();
		assertThat(sam.state()).isEqualTo("watchdog being replaced");
		assertThat(sam.instanceId()).isZero();
		assertThat(sam.pid()).isEqualTo(ProcessHandle.current().pid());
	}

	@Test
	void changeShouldStopStartAndRecover() {
		this.sam.register();
		this.sam.start();
		this.endpoint.change("stop");
		assertThat(this.sam.state()).isEqualTo(SamState.REGISTERED);
		this.endpoint.change("start");
		assertThat(this.sam.state()).isEqualTo(SamState.STARTED);
		this.endpoint.change("recover");
		assertThat(this.sam.calls()).endsWith("recover: requested through the endpoint sam");
	}

	@Test
	void secondReplacementShouldBeAConflict() {
		assertThat(this.endpoint.change("replace").getStatus()).isEqualTo(200);
		assertThat(this.sam.calls()).endsWith("replace: requested through the endpoint sam");
		WebEndpointResponse<SamDescriptor> second = this.endpoint.change("replace");
		assertThat(second.getStatus()).isEqualTo(409);
		assertThat(second.getBody()).isNotNull();
	}

	@Test
	void samShouldShowThePlannedReplacement() {
		Instant since = Instant.parse("2026-11-29T12:00:00Z");
		SamStatus.Replacement failed = new SamStatus.Replacement("failed", since, "no memory");
		SamStatus.Replacement done = new SamStatus.Replacement("done", since, "");
		assertThat(ReplacementDescriptor.of(null)).isNull();
		assertThat(ReplacementDescriptor.of(failed))
			.isEqualTo(new ReplacementDescriptor("failed", "2026-11-29T12:00:00Z", "no memory"));
		assertThat(ReplacementDescriptor.of(done))
			.isEqualTo(new ReplacementDescriptor("done", "2026-11-29T12:00:00Z", ""));
	}

	@ParameterizedTest
	@ValueSource(strings = { "Stop", "kill", "", " " })
	void changeWithUnknownActionShouldBeRefused(String action) {
		assertThatExceptionOfType(InvalidEndpointRequestException.class).isThrownBy(() -> this.endpoint.change(action))
			.satisfies((ex) -> assertThat(ex.getReason())
				.isEqualTo("Action '" + action + "' is unknown: use stop, start, recover or replace"));
	}

	@Test
	void changeInWrongStateShouldBeRefused() {
		this.sam.register();
		assertThatExceptionOfType(InvalidEndpointRequestException.class).isThrownBy(() -> this.endpoint.change("stop"))
			.withMessageContaining("BAD_HANDLE");
	}

	@Test
	void changeWithoutWatchdogShouldBeRefused() {
		this.sam.unsupervised();
		assertThatExceptionOfType(InvalidEndpointRequestException.class)
			.isThrownBy(() -> this.endpoint.change("recover"))
			.withMessage("This application is not supervised. This is a test.");
	}

}
