package io.github.samboot.watchdog.internal.incident;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.samboot.core.Incident;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.watchdog.internal.log.Log;
import org.jspecify.annotations.Nullable;

/**
 * Writes each incident as one JSON and one text file. Disks can be slow, so this happens
 * on a thread of its own: reports never delay a recovery.
 */
public final class IncidentReports {

	private static final String PREFIX = "incident-";

	private static final long LONGEST_WAIT_MILLIS = 3000;

	private static final int MOST_WAITING = 50;

	private final Log log;

	private final ArrayDeque<Report> waiting = new ArrayDeque<>();

	private boolean isWriting;

	/**
	 * Create a writer.
	 * @param log takes the problems
	 */
	public IncidentReports(Log log) {
		this.log = log;
	}

	/**
	 * Write a report, or replace it by one that knows more.
	 * @param directory where to
	 * @param keep how many incidents are kept
	 * @param incident the incident
	 */
	public void write(Path directory, int keep, Incident incident) {
		synchronized (this.waiting) {
			if (this.waiting.size() >= MOST_WAITING) {
				// a disk that hangs must not cost all the memory
				this.waiting.poll();
			}
			this.waiting.add(new Report(directory, keep, incident));
			if (!this.isWriting) {
				Thread writer = new Thread(null, this::writeWaiting, "sam-report", 128 * 1024);
				writer.setDaemon(true);
				try {
					writer.start();
					this.isWriting = true;
				}
				catch (OutOfMemoryError ex) {
					this.log.warn("No thread can be started that writes the report of an incident (" + ex.getMessage()
							+ "); it is written with the next one.");
				}
			}
		}
	}

	/**
	 * Load what a report takes of this program while all is well. (What it takes of the
	 * JDK would cost too much memory.)
	 */
	public void preload() {
		new Report(Path.of(""), 0, new Incident(0, 0, IncidentReason.REQUESTED, "", Instant.EPOCH, null, null, null));
	}

	/**
	 * Wait until all reports are written, but not for long: the last one tells why the
	 * watchdog quits.
	 */
	public void awaitWritten() {
		long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGEST_WAIT_MILLIS);
		synchronized (this.waiting) {
			try {
				long left = LONGEST_WAIT_MILLIS;
				while (this.isWriting && left > 0) {
					this.waiting.wait(left);
					left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private void writeWaiting() {
		while (true) {
			Report report;
			synchronized (this.waiting) {
				report = this.waiting.poll();
				if (report == null) {
					this.isWriting = false;
					this.waiting.notifyAll();
					return;
				}
			}
			report.write();
		}
	}

	static String name(Incident incident) {
		String time = incident.detectedAt().toString();
		StringBuilder name = new StringBuilder(PREFIX);
		for (int i = 0; i < time.length(); i++) {
			char c = time.charAt(i);
			if (Character.isDigit(c)) {
				name.append(c);
			}
			else if (c == 'T') {
				name.append('-');
			}
		}
		return name.append("-instance-").append(incident.instanceId()).toString();
	}

	public static String json(Incident incident) {
		StringBuilder json = new StringBuilder("{\n");
		json.append("  \"instanceId\": ").append(incident.instanceId());
		json.append(",\n  \"pid\": ").append(incident.pid());
		append(json, "reason", incident.reason().id());
		append(json, "message", incident.message());
		append(json, "detectedAt", incident.detectedAt());
		append(json, "recoveredAt", incident.recoveredAt());
		append(json, "downtime", incident.downtime());
		append(json, "exit", incident.exit());
		return json.append("\n}\n").toString();
	}

	public static void append(StringBuilder json, String name, @Nullable Object value) {
		if (value == null) {
			return;
		}
		json.append(",\n  \"").append(name).append("\": \"");
		String text = value.toString();
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c == '"' || c == '\\') {
				json.append('\\').append(c);
			}
			else if (c < ' ') {
				json.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 0xf, 16));
			}
			else {
				json.append(c);
			}
		}
		json.append('"');
	}

	public static String text(Incident incident) {
		StringBuilder text = new StringBuilder();
		text.append("Instance ").append(incident.instanceId()).append(" (pid ").append(incident.pid()).append(")\n");
		text.append("Reason:    ").append(incident.reason().id()).append('\n');
		text.append("Message:   ").append(incident.message()).append('\n');
		text.append("Detected:  ").append(incident.detectedAt()).append('\n');
		if (incident.recoveredAt() != null) {
			text.append("Recovered: ").append(incident.recoveredAt()).append('\n');
		}
		if (incident.downtime() != null) {
			text.append("Downtime:  ").append(incident.downtime().toMillis()).append(" ms\n");
		}
		if (incident.exit() != null) {
			text.append("Exit:      ").append(incident.exit()).append('\n');
		}
		return text.toString();
	}

	/**
	 * Writes one report.
	 */
	private final class Report {

		private final Path directory;

		private final int keep;

		private final Incident incident;

		Report(Path directory, int keep, Incident incident) {
			this.directory = directory;
			this.keep = keep;
			this.incident = incident;
		}

		void write() {
			try {
				Files.createDirectories(this.directory);
				String name = name(this.incident);
				write(name + ".json", json(this.incident));
				write(name + ".txt", text(this.incident));
				deleteOld(name);
			}
			catch (Throwable ex) {
				// also an error: the thread has more to write
				IncidentReports.this.log.warn("The report of an incident cannot be written to " + this.directory + " ("
						+ ex + "); the incident is still shown at the sam endpoint.");
			}
		}

		private void write(String name, String content) throws IOException {
			Path aside = Files.createTempFile(this.directory, PREFIX, ".new",
					PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
			try {
				Files.write(aside, content.getBytes(StandardCharsets.UTF_8));
				Files.move(aside, this.directory.resolve(name), StandardCopyOption.ATOMIC_MOVE,
						StandardCopyOption.REPLACE_EXISTING);
			}
			catch (Throwable ex) {
				Files.deleteIfExists(aside);
				throw ex;
			}
		}

		private void deleteOld(String written) throws IOException {
			List<String> names = new ArrayList<>();
			try (DirectoryStream<Path> files = Files.newDirectoryStream(this.directory, PREFIX + "*.json")) {
				for (Path file : files) {
					String name = file.getFileName().toString();
					name = name.substring(0, name.length() - ".json".length());
					// it need not be the newest: clocks are set back
					if (!name.equals(written)) {
						names.add(name);
					}
				}
			}
			// the names begin with the time
			Collections.sort(names, Collections.reverseOrder());
			for (int i = Math.max(0, this.keep - 1); i < names.size(); i++) {
				Files.deleteIfExists(this.directory.resolve(names.get(i) + ".json"));
				Files.deleteIfExists(this.directory.resolve(names.get(i) + ".txt"));
			}
		}

	}

}
