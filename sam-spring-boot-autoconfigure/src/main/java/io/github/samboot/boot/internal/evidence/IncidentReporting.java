package io.github.samboot.boot.internal.evidence;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

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

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Finds the reports that the watchdog has written, and has those sent somewhere that no
 * instance has reported yet.
 */
public final class IncidentReporting implements SupervisionParticipant, DisposableBean {

	private static final Log logger = LogFactory.getLog(IncidentReporting.class);

	/** Says which incident was reported last, nothing if none was. */
	private static final String REPORTED = "reported";

	private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

	private static final long PERIOD = TimeUnit.SECONDS.toNanos(1);

	private static final int MOST_QUESTIONS = 300;

	private final Supervision supervision;

	private final @Nullable Path directory;

	private final ObjectProvider<SamIncidentReporter> reporters;

	private boolean isDone;

	private volatile boolean isClosed;

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

	@Override
	public void destroy() {
		this.isClosed = true;
	}

	private void report(List<SamIncidentReporter> all) {
		SamStatus status = this.supervision.sam().status();
		// a watchdog that is slow to answer, or is being replaced
		for (int again = 0; status == null && !this.isClosed && again < MOST_QUESTIONS; again++) {
			LockSupport.parkNanos(PERIOD);
			status = this.supervision.sam().status();
		}
		if (status == null) {
			return;
		}
		if (status.incidents().isEmpty()) {
			mark("");
			return;
		}
		for (Incident incident : unreported(status)) {
			if (this.isClosed) {
				// the beans are gone: the next instance reports it
				return;
			}
			report(incident, all);
			mark(key(incident));
		}
	}

	/**
	 * An instance that fails soon may not have come to report all. (Not by the time: the
	 * clock may be set back.)
	 * @return the oldest first
	 */
	private List<Incident> unreported(SamStatus status) {
		String last = lastReported();
		Incident newest = status.incidents().get(0);
		List<Incident> found = new ArrayList<>();
		for (Incident incident : status.incidents()) {
			// without a mark: what this instance itself has recovered from
			boolean isReported = (last != null) ? key(incident).equals(last)
					: newest.instanceId() != status.instanceId() - 1 || incident.recoveredAt() == null
							|| !incident.recoveredAt().equals(newest.recoveredAt());
			if (isReported) {
				break;
			}
			// an instance that was warned and spared has not ended
			if (incident.recoveredAt() != null && incident.exit() != null) {
				found.add(0, incident);
			}
		}
		return found;
	}

	private static String key(Incident incident) {
		return incident.instanceId() + " " + incident.detectedAt();
	}

	private void report(Incident incident, List<SamIncidentReporter> all) {
		String report = complete(incident);
		for (SamIncidentReporter reporter : all) {
			try {
				reporter.report(incident, report);
			}
			catch (Exception | Error ex) {
				logger.warn("An incident could not be reported by " + reporter.getClass().getName(), ex);
			}
		}
	}

	/**
	 * Return the mark that is there, {@code null} if there is none: the run directory may
	 * have been made again.
	 */
	private @Nullable String lastReported() {
		try (VerifiedDirectory directory = VerifiedDirectory.open(this.supervision.sam().runDirectory())) {
			return new String(directory.read(REPORTED), StandardCharsets.UTF_8);
		}
		catch (IOException | SamException ex) {
			return null;
		}
	}

	private void mark(String reported) {
		try (VerifiedDirectory directory = VerifiedDirectory.open(this.supervision.sam().runDirectory())) {
			directory.replace(REPORTED, reported.getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException | SamException ex) {
			logger.debug("The next instance may report this incident once more", ex);
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
			return IncidentFiles.read(directory, incident, isJson);
		}
		catch (IOException | SamException ex) {
			return "";
		}
	}

}
