package io.github.samboot.watchdog.internal.incident;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.github.samboot.core.Incident;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.internal.rundir.IncidentFiles;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.watchdog.internal.incident.IncidentReports.Action;
import io.github.samboot.watchdog.internal.log.LogFormat;
import org.jspecify.annotations.Nullable;

/**
 * The report of one incident: a text for people, and the same as JSON. What is known of
 * every incident comes first; behind an empty line comes the evidence, which is collected
 * once.
 */
final class Report implements Runnable {

	/** What all reports together may take, however many are kept. */
	private static final long MOST_BYTES = 8 * 1024 * 1024;

	private static final String INDENT = "\n           ";

	private final @Nullable Path chosen;

	private final Path runDirectory;

	private final int keep;

	private final int logLines;

	private final Incident incident;

	private final List<Action> actions;

	private final IncidentReports reports;

	Report(SamOptions.Incidents options, Path runDirectory, Incident incident, List<Action> actions,
			IncidentReports reports) {
		this.chosen = options.directory();
		this.keep = options.kept();
		this.logLines = options.logLines();
		this.runDirectory = runDirectory;
		this.incident = incident;
		this.actions = actions;
		this.reports = reports;
	}

	@Override
	public void run() {
		Path directory = (this.chosen != null) ? this.chosen : this.runDirectory;
		try {
			if (this.chosen != null) {
				Files.createDirectories(this.chosen);
			}
			else if (!RunDirectory.isPrivate(this.runDirectory)) {
				// it was cleared away; the next incident finds another one
				return;
			}
			write(directory);
			deleteOld(directory);
		}
		catch (Throwable ex) {
			// also an error: the thread has more to write
			this.reports.log()
				.warn("The report of an incident cannot be written to " + directory + " (" + ex
						+ "); the incident is still shown at the sam endpoint.");
		}
	}

	private void write(Path directory) throws IOException {
		Path text = IncidentFiles.text(directory, this.incident);
		write(text, text, false);
		try {
			write(IncidentFiles.json(directory, this.incident), text, true);
		}
		catch (Throwable ex) {
			Files.deleteIfExists(text);
			throw ex;
		}
	}

	private void write(Path file, Path text, boolean isJson) throws IOException {
		Path aside = Files.createTempFile(file.getParent(), IncidentFiles.PREFIX, ".new",
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
		try {
			try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(aside))) {
				if (isJson) {
					writeJson(text, out);
				}
				else {
					writeText(text, out);
				}
			}
			Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		}
		catch (Throwable ex) {
			Files.deleteIfExists(aside);
			throw ex;
		}
	}

	private void writeText(Path text, OutputStream out) throws IOException {
		StringBuilder head = text(this.incident);
		for (int i = 0; i < this.actions.size(); i++) {
			head.append((i == 0) ? "Done:      " : "           ").append(this.actions.get(i)).append('\n');
		}
		out.write(head.toString().getBytes(StandardCharsets.UTF_8));
		if (Files.exists(text)) {
			copyEvidence(text, out);
		}
		else {
			try {
				this.reports.evidence(this.incident.pid(), this.runDirectory)
					.write(out, this.incident, isKilledBySam(), this.reports.oomKills(), this.logLines);
			}
			catch (IOException ex) {
				out.write(("\nThe evidence cannot be collected: " + ex + '\n').getBytes(StandardCharsets.UTF_8));
			}
		}
	}

	private boolean isKilledBySam() {
		for (Action action : this.actions) {
			if (action.what().startsWith("SIGKILL")) {
				return true;
			}
		}
		return false;
	}

	private static void copyEvidence(Path text, OutputStream out) throws IOException {
		try (InputStream in = evidence(text)) {
			in.transferTo(out);
		}
	}

	/**
	 * Return what follows the first empty line, with that line.
	 */
	private static InputStream evidence(Path text) throws IOException {
		InputStream in = new BufferedInputStream(Files.newInputStream(text));
		int last = 0;
		in.mark(1);
		int next = in.read();
		while (next >= 0 && !(last == '\n' && next == '\n')) {
			last = next;
			in.mark(1);
			next = in.read();
		}
		in.reset();
		return in;
	}

	private void writeJson(Path text, OutputStream out) throws IOException {
		StringBuilder json = json(this.incident);
		String separator = ",\n  \"actions\": [\n    ";
		for (Action action : this.actions) {
			quote(json.append(separator), action.toString());
			separator = ",\n    ";
		}
		json.append(this.actions.isEmpty() ? "" : "\n  ]");
		try (InputStream in = evidence(text)) {
			int next = in.read();
			json.append((next >= 0) ? ",\n  \"evidence\": \"" : "");
			out.write(json.toString().getBytes(StandardCharsets.UTF_8));
			boolean isQuoted = next >= 0;
			// the empty line before it
			for (next = in.read(); next >= 0; next = in.read()) {
				json.setLength(0);
				LogFormat.appendJson(json, (char) next);
				for (int i = 0; i < json.length(); i++) {
					out.write(json.charAt(i));
				}
			}
			out.write((isQuoted ? "\"\n}\n" : "\n}\n").getBytes(StandardCharsets.UTF_8));
		}
	}

	private void deleteOld(Path directory) throws IOException {
		List<Path> reports = new ArrayList<>();
		Path written = IncidentFiles.json(directory, this.incident);
		try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, IncidentFiles.PREFIX + "*.json")) {
			for (Path file : files) {
				// it need not be the newest: clocks are set back
				if (!file.equals(written)) {
					reports.add(file);
				}
			}
		}
		// the names begin with the time
		Collections.sort(reports, Collections.reverseOrder());
		long bytes = size(written);
		int kept = 1;
		for (Path report : reports) {
			bytes += size(report);
			kept++;
			if (kept > this.keep || bytes > MOST_BYTES) {
				Files.deleteIfExists(report);
				Files.deleteIfExists(text(report));
			}
		}
	}

	private static long size(Path json) throws IOException {
		return Files.size(json) + (Files.exists(text(json)) ? Files.size(text(json)) : 0);
	}

	private static Path text(Path json) {
		String name = json.getFileName().toString();
		return json.resolveSibling(name.substring(0, name.length() - ".json".length()) + ".txt");
	}

	/**
	 * Return an object that is not closed yet.
	 */
	static StringBuilder json(Incident incident) {
		StringBuilder json = new StringBuilder("{\n");
		json.append("  \"instanceId\": ").append(incident.instanceId());
		json.append(",\n  \"pid\": ").append(incident.pid());
		IncidentReports.append(json, "reason", incident.reason().id());
		IncidentReports.append(json, "message", incident.message());
		IncidentReports.append(json, "detectedAt", incident.detectedAt());
		IncidentReports.append(json, "recoveredAt", incident.recoveredAt());
		IncidentReports.append(json, "downtime", incident.downtime());
		IncidentReports.append(json, "exit", incident.exit());
		return json;
	}

	static void quote(StringBuilder json, String text) {
		json.append('"');
		for (int i = 0; i < text.length(); i++) {
			LogFormat.appendJson(json, text.charAt(i));
		}
		json.append('"');
	}

	static StringBuilder text(Incident incident) {
		StringBuilder text = new StringBuilder();
		text.append("Instance ").append(incident.instanceId()).append(" (pid ").append(incident.pid()).append(")\n");
		text.append("Reason:    ").append(incident.reason().id()).append('\n');
		// an empty line ends what is known of every incident
		text.append("Message:   ").append(incident.message().strip().replace("\n", INDENT)).append('\n');
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
		return text;
	}

}
