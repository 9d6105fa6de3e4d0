package io.github.samboot.boot.internal.evidence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.samboot.boot.SamIncidentReporter;
import io.github.samboot.boot.internal.lifecycle.RecordingSam;
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
		beans.addBean("good",
				(SamIncidentReporter) (incident, report) -> this.reported.add(incident.reason().id() + ": " + report));
		IncidentReporting reporting = new IncidentReporting(this.sam.supervision(), directory,
				beans.getBeanProvider(SamIncidentReporter.class));
		reporting.ready();
		Await.until("both reporters", () -> this.reported.size() == 2);
		reporting.ready();
		assertThat(this.reported).containsExactlyInAnyOrder("failing",
				"missed-heartbeat: Instance 1\nRecovered: now\n");
	}

	@Test
	void incidentShouldNotBeReportedOnceMoreAfterAPlannedReplacement(@TempDir Path directory) {
		SamStatus status = RecordingSam.status(SupervisionState.RUNNING, null, null);
		this.sam.status(new SamStatus(status.state(), 3, status.pid(), status.watchdogPid(), status.mode(),
				status.recoveryPolicy(), status.timeInterval(), null, null, null, null, 0, 0, status.recoveries(),
				status.downtime(), status.incidents()));
		StaticListableBeanFactory beans = new StaticListableBeanFactory();
		beans.addBean("reporter", (SamIncidentReporter) (incident, report) -> this.reported.add(report));
		new IncidentReporting(this.sam.supervision(), directory, beans.getBeanProvider(SamIncidentReporter.class))
			.ready();
		Await.until("the end of the reporting",
				() -> Thread.getAllStackTraces()
					.keySet()
					.stream()
					.noneMatch((thread) -> thread.getName().equals("sam-incident-reporters")));
		assertThat(this.reported).isEmpty();
	}

}
