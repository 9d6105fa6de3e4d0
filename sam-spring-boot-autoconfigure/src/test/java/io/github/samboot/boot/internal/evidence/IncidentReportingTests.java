package io.github.samboot.boot.internal.evidence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.samboot.boot.SamIncidentReporter;
import io.github.samboot.boot.internal.lifecycle.RecordingSam;
import io.github.samboot.core.Incident;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.SupervisionState;
import io.github.samboot.core.internal.rundir.IncidentFiles;
import io.github.samboot.test.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.support.StaticListableBeanFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link IncidentReporting}.
 */
class IncidentReportingTests {

	private final RecordingSam sam = RecordingSam.initialized();

	private final List<String> reported = new CopyOnWriteArrayList<>();

	@Test
	void everyReporterShouldHearOfTheIncidentOnceThoughOneFails(@TempDir Path directory) throws IOException {
		SamStatus status = RecordingSam.status(SupervisionState.RUNNING, null, null);
		this.sam.status(status);
		Files.writeString(IncidentFiles.of(directory, status.incidents().get(0), false),
				"Instance 1\nRecovered: now\n");
		StaticListableBeanFactory beans = new StaticListableBeanFactory();
		beans.addBean("failing", (SamIncidentReporter) (incident, report) -> {
			this.reported.add("failing");
			throw new IOException("the mail server is down");
		});
		beans.addBean("broken", (SamIncidentReporter) (incident, report) -> {
			this.reported.add("broken");
			throw new NoClassDefFoundError("as asked");
		});
		beans.addBean("good",
				(SamIncidentReporter) (incident, report) -> this.reported.add(incident.reason().id() + ": " + report));
		IncidentReporting reporting = new IncidentReporting(this.sam.supervision(), directory,
				beans.getBeanProvider(SamIncidentReporter.class));
		this.sam.status(null);
		reporting.ready();
		Await.until("an answer of a watchdog that is slow", () -> this.sam.questions() > 0);
		this.sam.status(status);
		Await.until("all reporters", () -> this.reported.size() == 3);
		reporting.ready();
		assertThat(this.reported).containsExactlyInAnyOrder("failing", "broken",
				"missed-heartbeat: Instance 1\nRecovered: now\n");
	}

	/**
	 * It has no reporters any more, and the next instance reports what it has not.
	 */
	@Test
	void closedContextShouldReportNothing(@TempDir Path directory) throws IOException {
		SamStatus status = RecordingSam.status(SupervisionState.RUNNING, null, null);
		StaticListableBeanFactory beans = new StaticListableBeanFactory();
		beans.addBean("good", (SamIncidentReporter) (incident, report) -> this.reported.add(report));
		IncidentReporting reporting = new IncidentReporting(this.sam.supervision(), directory,
				beans.getBeanProvider(SamIncidentReporter.class));
		this.sam.status(null);
		reporting.ready();
		Await.until("a question", () -> this.sam.questions() > 0);
		reporting.destroy();
		this.sam.status(status);
		Await.until("the end of the thread",
				() -> Thread.getAllStackTraces()
					.keySet()
					.stream()
					.noneMatch((thread) -> thread.getName().equals("sam-incident-reporters")));
		assertThat(this.reported).isEmpty();
	}

	@Test
	void incidentShouldBeReportedOnceByWhicheverInstanceComesToIt(@TempDir Path directory) throws IOException {
		this.sam.runDirectory(directory);
		report(status(), directory);
		Instant first = Instant.parse("2026-01-02T03:04:05Z");
		// 1 has ended before it came to report
		SamStatus before = status(incident(0, first), incident(1, first.plusSeconds(10)));
		report(before, directory);
		assertThat(this.reported).containsExactly("instance 0", "instance 1");
		// as after a planned replacement
		report(before, directory);
		assertThat(this.reported).hasSize(2);
		// the clock was set back
		report(status(incident(0, first), incident(1, first.plusSeconds(10)), incident(2, first.minusSeconds(20)),
				incident(3, first.minusSeconds(10))), directory);
		assertThat(this.reported).containsExactly("instance 0", "instance 1", "instance 2", "instance 3");
	}

	@Test
	void newRunDirectoryShouldNotHaveOldIncidentsReported(@TempDir Path directory) throws IOException {
		this.sam.runDirectory(directory);
		Instant first = Instant.parse("2026-01-02T03:04:05Z");
		report(status(incident(0, first), incident(1, first.plusSeconds(10))), directory);
		assertThat(this.reported).containsExactly("instance 1");
	}

	@Test
	void warningThatTheInstanceSurvivedShouldNotBeReported(@TempDir Path directory) throws IOException {
		this.sam.runDirectory(directory);
		report(status(), directory);
		Instant first = Instant.parse("2026-01-02T03:04:05Z");
		Incident survived = new Incident(0, 4650, IncidentReason.MISSED_HEARTBEAT, "a pause", first, first,
				Duration.ZERO, null);
		report(status(survived, incident(0, first.plusSeconds(10))), directory);
		assertThat(this.reported).containsExactly("instance 0");
	}

	private static Incident incident(int instance, Instant detected) {
		return new Incident(instance, 4650, IncidentReason.PROCESS_EXIT, "instance " + instance, detected,
				detected.plusSeconds(1), Duration.ofSeconds(1), "SIGKILL");
	}

	private static SamStatus status(Incident... oldestFirst) {
		List<Incident> incidents = new ArrayList<>(List.of(oldestFirst));
		Collections.reverse(incidents);
		SamStatus status = RecordingSam.status(SupervisionState.RUNNING, null, null);
		return new SamStatus(status.state(),
				(int) incidents.stream().filter((incident) -> incident.exit() != null).count(), status.pid(),
				status.watchdogPid(), status.mode(), status.recoveryPolicy(), status.timeInterval(), null, null, null,
				null, 0, 0, status.recoveries(), status.downtime(), incidents);
	}

	private void report(SamStatus status, Path directory) throws IOException {
		this.sam.status(status);
		for (Incident incident : status.incidents()) {
			Files.writeString(IncidentFiles.of(directory, incident, false), "\nRecovered: now\n");
		}
		StaticListableBeanFactory beans = new StaticListableBeanFactory();
		beans.addBean("reporter", (SamIncidentReporter) (incident, report) -> this.reported.add(incident.message()));
		new IncidentReporting(this.sam.supervision(), directory, beans.getBeanProvider(SamIncidentReporter.class))
			.ready();
		Await.until("the end of the reporting",
				() -> Thread.getAllStackTraces()
					.keySet()
					.stream()
					.noneMatch((thread) -> thread.getName().equals("sam-incident-reporters")));
	}

}
