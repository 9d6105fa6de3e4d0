package io.github.samboot.boot.internal.evidence;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.samboot.boot.SamIncidentReporter;
import io.github.samboot.boot.internal.lifecycle.Supervision;
import io.github.samboot.boot.internal.lifecycle.SupervisionParticipant;
import io.github.samboot.core.Incident;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.internal.process.DaemonThread;
import io.github.samboot.core.internal.rundir.IncidentFiles;
import io.github.samboot.core.internal.rundir.VerifiedDirectory;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;

/**
 * Finds the reports that the watchdog has written, and has those sent somewhere that no
 * instance has reported yet.
 */
public final class IncidentReporting implements SupervisionParticipant {

	private static final Log logger = LogFactory.getLog(IncidentReporting.class);

	/** When the newest incident was detected that was reported. */
	private static final String REPORTED = "reported";

	private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

	private final Supervision supervision;

	private final @Nullable Path directory;

	private final ObjectProvider<SamIncidentReporter> reporters;

	private boolean isDone;

	/**
	 * Create the reporting.
	 * @param supervision how this process is supervised
	 * @param directory where reports are written, {@code null} for the run directory
	 * @param reporters the beans that are called
	 */
	public IncidentReporting(Supervision supervision, @Nullable Path directory,
			ObjectProvider<SamIncidentReporter> reporters) {
		this.supervision = supervision;
		this.directory = directory;
		this.reporters = reporters;
	}

	@Override
	public synchronized void ready() {
		if (!this.isDone && this.supervision.isSupervised()) {
			this.isDone = true;
			List<SamIncidentReporter> all = this.reporters.orderedStream().toList();
			if (!all.isEmpty()) {
				DaemonThread.start("sam-incident-reporters", () -> report(all));
			}
		}
	}

	private void report(List<SamIncidentReporter> all) {
		SamStatus status = this.supervision.sam().status();
		if (status == null) {
			return;
		}
		Instant last = lastReported();
		List<Incident> oldestFirst = new ArrayList<>(status.incidents());
		Collections.reverse(oldestFirst);
		for (Incident incident : oldestFirst) {
			if (incident.recoveredAt() != null && incident.detectedAt().isAfter(last)) {
				report(incident, all);
				reported(incident.detectedAt());
			}
		}
	}

	private void report(Incident incident, List<SamIncidentReporter> all) {
		String report = complete(incident);
		for (SamIncidentReporter reporter : all) {
			try {
				reporter.report(incident, report);
			}
			catch (Exception ex) {
				logger.warn("An incident could not be reported by " + reporter.getClass().getName(), ex);
			}
		}
	}

	/**
	 * An instance that fails soon may not have come to report all.
	 */
	private Instant lastReported() {
		try (VerifiedDirectory directory = VerifiedDirectory.open(this.supervision.sam().runDirectory())) {
			return Instant.parse(new String(directory.read(REPORTED), StandardCharsets.UTF_8));
		}
		catch (IOException | SamException | DateTimeParseException ex) {
			return Instant.MIN;
		}
	}

	private void reported(Instant detectedAt) {
		try (VerifiedDirectory directory = VerifiedDirectory.open(this.supervision.sam().runDirectory())) {
			directory.replace(REPORTED, detectedAt.toString().getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException | SamException ex) {
			logger.debug("The next instance will report this incident once more", ex);
		}
	}

	/**
	 * The watchdog writes a report once more when the next instance is up.
	 */
	private String complete(Incident incident) {
		long begin = System.nanoTime();
		String report = read(incident, false);
		while (!report.contains("\nRecovered: ") && System.nanoTime() - begin < PATIENCE) {
			try {
				Thread.sleep(20);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				break;
			}
			report = read(incident, false);
		}
		return report;
	}

	/**
	 * Read the report of an incident.
	 * @param number which one, 1 being the newest
	 * @param isJson whether as JSON
	 * @return the report, {@code null} if there is none
	 */
	public @Nullable String read(int number, boolean isJson) {
		SamStatus status = this.supervision.isSupervised() ? this.supervision.sam().status() : null;
		if (status == null || number < 1 || number > status.incidents().size()) {
			return null;
		}
		String report = read(status.incidents().get(number - 1), isJson);
		return report.isEmpty() ? null : report;
	}

	private String read(Incident incident, boolean isJson) {
		try {
			Path directory = (this.directory != null) ? this.directory : this.supervision.sam().runDirectory();
			return Files.readString(IncidentFiles.of(directory, incident, isJson));
		}
		catch (IOException | SamException ex) {
			return "";
		}
	}

}
