package io.github.samboot.watchdog.internal.incident;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import io.github.samboot.core.Incident;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.internal.rundir.IncidentFiles;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.rundir.VerifiedDirectory;
import io.github.samboot.watchdog.internal.log.LogFormat;
import org.jspecify.annotations.Nullable;

/**
 * The report of one incident: a text for people, and the same as JSON. What is known of
 * every incident comes first; behind an empty line comes the evidence, which is collected
 * once.
 *
 * @param options say where to
 * @param runDirectory where to otherwise
 * @param incident the incident
 * @param actions what was done about it
 * @param reports knows more
 */
public record Report(SamOptions.Incidents options, Path runDirectory, Incident incident, List<String> actions,
		IncidentReports reports) implements Runnable {

	/** What all reports together may take, however many are kept. */
	private static final long MOST_BYTES = 8 * 1024 * 1024;

	/**
	 * Of the files of a report, of which some may be missing if its writer was killed.
	 */
	private static final String[] SUFFIXES = { ".json", ".txt", ".json.new", ".txt.new" };

	private static final String DONE = "Done:      ";

	private static final String INDENT = "\n           ";

	@Override
	public void run() {
		if (this.options.directory() == null && !RunDirectory.isPrivate(this.runDirectory)) {
			// it was cleared away; the next incident finds another one
			return;
		}
		try (VerifiedDirectory directory = directory()) {
			if (this.actions.isEmpty()) {
				// another watchdog has done it, or too much was done since
				readActions(directory);
			}
			write(directory);
			deleteOld(directory);
		}
		catch (Throwable ex) {
			// also an error: the thread has more to write
			this.reports.log()
				.warn("The report of an incident cannot be written to "
						+ Objects.requireNonNullElse(this.options.directory(), this.runDirectory) + " (" + ex
						+ "); the incident is still shown at the sam endpoint.");
		}
	}

	private void readActions(VerifiedDirectory directory) throws IOException {
		String name = IncidentFiles.textName(this.incident);
		if (!directory.has(name)) {
			return;
		}
		try (BufferedReader in = new BufferedReader(new InputStreamReader(
				Channels.newInputStream(directory.file(name, StandardOpenOption.READ)), StandardCharsets.UTF_8))) {
			String line = in.readLine();
			while (line != null && !line.isEmpty()) {
				if (line.startsWith(DONE) || !this.actions.isEmpty()) {
					this.actions.add(line.substring(DONE.length()));
				}
				line = in.readLine();
			}
		}
	}

	private VerifiedDirectory directory() throws IOException {
		Path chosen = this.options.directory();
		if (chosen == null) {
			return VerifiedDirectory.open(this.runDirectory);
		}
		Files.createDirectories(chosen);
		return VerifiedDirectory.openChosen(chosen);
	}

	private void write(VerifiedDirectory directory) throws IOException {
		String text = IncidentFiles.textName(this.incident);
		write(directory, text, false);
		try {
			write(directory, IncidentFiles.jsonName(this.incident), true);
		}
		catch (Throwable ex) {
			directory.delete(text);
			throw ex;
		}
	}

	private void write(VerifiedDirectory directory, String name, boolean isJson) throws IOException {
		String aside = name + ".new";
		try {
			try (OutputStream out = new BufferedOutputStream(Channels.newOutputStream(directory.newFile(aside)))) {
				if (isJson) {
					writeJson(directory, out);
				}
				else {
					writeText(directory, out);
				}
			}
			directory.rename(aside, name);
		}
		catch (Throwable ex) {
			directory.delete(aside);
			throw ex;
		}
	}

	private void writeText(VerifiedDirectory directory, OutputStream out) throws IOException {
		StringBuilder head = new StringBuilder(text(this.incident));
		for (int i = 0; i < this.actions.size(); i++) {
			head.append((i == 0) ? DONE : " ".repeat(DONE.length())).append(this.actions.get(i)).append('\n');
		}
		out.write(head.toString().getBytes(StandardCharsets.UTF_8));
		if (directory.has(IncidentFiles.textName(this.incident))) {
			try (InputStream in = evidence(directory)) {
				in.transferTo(out);
			}
		}
		else {
			try {
				this.reports.evidence(this.incident.pid(), this.runDirectory)
					.write(out, this.incident, isKilledBySam(), this.reports.oomKills(), this.options.logLines());
			}
			catch (IOException ex) {
				out.write(("\nThe evidence cannot be collected: " + ex + '\n').getBytes(StandardCharsets.UTF_8));
			}
		}
	}

	private boolean isKilledBySam() {
		for (String action : this.actions) {
			// behind the time
			if (action.startsWith("SIGKILL", action.indexOf(' ') + 1)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return what follows the first empty line of the text, with that line.
	 */
	private InputStream evidence(VerifiedDirectory directory) throws IOException {
		InputStream in = new BufferedInputStream(Channels
			.newInputStream(directory.file(IncidentFiles.textName(this.incident), StandardOpenOption.READ)));
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

	private void writeJson(VerifiedDirectory directory, OutputStream out) throws IOException {
		StringBuilder json = begin(this.incident);
		String separator = ",\n  \"actions\": [\n    ";
		for (String action : this.actions) {
			quote(json.append(separator), action);
			separator = ",\n    ";
		}
		json.append(this.actions.isEmpty() ? "" : "\n  ]");
		try (InputStream in = evidence(directory)) {
			// the empty line before it
			boolean isThere = in.read() >= 0;
			json.append(isThere ? ",\n  \"evidence\": \"" : "");
			out.write(json.toString().getBytes(StandardCharsets.UTF_8));
			for (int next = in.read(); next >= 0; next = in.read()) {
				json.setLength(0);
				LogFormat.appendJson(json, (char) next);
				for (int i = 0; i < json.length(); i++) {
					out.write(json.charAt(i));
				}
			}
			out.write((isThere ? "\"\n}\n" : "\n}\n").getBytes(StandardCharsets.UTF_8));
		}
	}

	private void deleteOld(VerifiedDirectory directory) throws IOException {
		// the names begin with the time
		Map<String, Long> reports = new TreeMap<>(Collections.reverseOrder());
		for (String name : directory.names()) {
			for (String suffix : SUFFIXES) {
				if (name.startsWith(IncidentFiles.PREFIX) && name.endsWith(suffix)) {
					String report = name.substring(0, name.length() - suffix.length());
					reports.put(report, reports.getOrDefault(report, 0L) + Math.max(0, directory.size(name)));
				}
			}
		}
		// it need not be the newest: clocks are set back
		Long written = reports.remove(IncidentFiles.name(this.incident));
		long bytes = (written != null) ? written : 0;
		int kept = 1;
		for (Map.Entry<String, Long> report : reports.entrySet()) {
			bytes += report.getValue();
			kept++;
			if (kept > this.options.keep() || bytes > MOST_BYTES) {
				for (String suffix : SUFFIXES) {
					directory.delete(report.getKey() + suffix);
				}
			}
		}
	}

	/**
	 * Return what is known without a report, as an object.
	 */
	public static String json(Incident incident) {
		return begin(incident).append("\n}\n").toString();
	}

	/**
	 * Return an object that is not closed yet.
	 */
	private static StringBuilder begin(Incident incident) {
		StringBuilder json = new StringBuilder("{\n");
		json.append("  \"instanceId\": ").append(incident.instanceId());
		json.append(",\n  \"pid\": ").append(incident.pid());
		append(json, "reason", incident.reason().id());
		append(json, "message", incident.message());
		append(json, "detectedAt", incident.detectedAt());
		append(json, "recoveredAt", incident.recoveredAt());
		append(json, "downtime", incident.downtime());
		append(json, "exit", incident.exit());
		return json;
	}

	/**
	 * Append a text to an object in JSON, unless it is {@code null}.
	 */
	public static void append(StringBuilder json, String name, @Nullable Object value) {
		if (value != null) {
			quote(json.append(",\n  \"").append(name).append("\": "), value.toString());
		}
	}

	private static void quote(StringBuilder json, String text) {
		LogFormat.appendJson(json.append('"'), text).append('"');
	}

	/**
	 * Return what is known without a report, as lines.
	 */
	public static String text(Incident incident) {
		Duration downtime = incident.downtime();
		return "Instance " + incident.instanceId() + " (pid " + incident.pid() + ")\n"
				+ line("Reason:    ", incident.reason().id())
				// an empty line ends what is known of every incident
				+ line("Message:   ", incident.message().strip().replace("\n", INDENT))
				+ line("Detected:  ", incident.detectedAt()) + line("Recovered: ", incident.recoveredAt())
				+ line("Downtime:  ", (downtime != null) ? downtime.toMillis() + " ms" : null)
				+ line("Exit:      ", incident.exit());
	}

	private static String line(String name, @Nullable Object value) {
		return (value != null) ? name + value + '\n' : "";
	}

}
