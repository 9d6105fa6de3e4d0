package io.github.samboot.watchdog.internal.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.github.samboot.core.Incident;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.internal.process.JavaCommandLine;
import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.watchdog.internal.incident.Report;
import org.jspecify.annotations.Nullable;

/**
 * What watchdogs say, as text for people and as JSON.
 */
final class StatusText {

	private static final String[] HEADINGS = { "PROGRAM", "STATE", "INSTANCE", "PID", "WATCHDOG", "SPARE", "QUORUM",
			"RECOVERIES", "LAST INCIDENT" };

	private StatusText() {
	}

	/**
	 * Return whether standard output is a terminal that shows colours.
	 */
	static boolean isTerminal() {
		try {
			String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
			return System.getenv("NO_COLOR") == null && !"dumb".equals(System.getenv("TERM"))
					&& (target.startsWith("/dev/pts/") || target.startsWith("/dev/tty"));
		}
		catch (IOException ex) {
			return false;
		}
	}

	static String table(List<RunningWatchdog> watchdogs, boolean isColoured) {
		List<String[]> rows = new ArrayList<>();
		rows.add(HEADINGS);
		StringBuilder problems = new StringBuilder();
		for (RunningWatchdog watchdog : watchdogs) {
			SamStatus status = watchdog.status();
			if (status != null) {
				rows.add(row(status));
			}
			else {
				problems.append(
						"The watchdog in " + watchdog.directory() + " cannot be asked. " + watchdog.problem() + '\n');
			}
		}
		return ((rows.size() > 1) ? align(rows, isColoured) : "") + problems;
	}

	private static String[] row(SamStatus status) {
		SamStatus.Standby standby = status.standby();
		SamStatus.Quorum quorum = status.quorum();
		Incident last = status.incidents().isEmpty() ? null : status.incidents().get(0);
		return new String[] { program(status.pid()), status.state().text(), Integer.toString(status.instanceId()),
				Long.toString(status.pid()), status.watchdogPid() + " " + status.mode(),
				(standby != null) ? spare(standby) : "-", quorum(quorum), Integer.toString(status.totalRecoveries()),
				(last != null) ? last.reason().id() + ", " + ago(last.detectedAt()) : "-" };
	}

	private static String spare(SamStatus.Standby standby) {
		return standby.mode() + " " + standby.state() + ((standby.pid() != 0) ? " " + standby.pid() : "");
	}

	private static String quorum(SamStatus.@Nullable Quorum quorum) {
		if (quorum == null) {
			return "-";
		}
		return quorum.quorate() ? "quorate" : "no quorum";
	}

	private static String ago(Instant time) {
		long seconds = Math.max(0, Duration.between(time, Instant.now()).toSeconds());
		if (seconds < 120) {
			return seconds + " s ago";
		}
		return (seconds < 7200) ? seconds / 60 + " min ago" : seconds / 3600 + " h ago";
	}

	/**
	 * The arguments may hold secrets: only what is run is shown.
	 */
	private static String program(long pid) {
		try {
			List<byte[]> words = KnownProcess.commandLine(pid);
			String program = JavaCommandLine.find(JavaCommandLine.texts(words, StandardCharsets.UTF_8)).main();
			return program.isEmpty() ? "-" : program.substring(program.lastIndexOf('/') + 1);
		}
		catch (IOException ex) {
			return "-";
		}
	}

	private static String align(List<String[]> rows, boolean isColoured) {
		StringBuilder text = new StringBuilder();
		for (String[] row : rows) {
			StringBuilder line = new StringBuilder();
			for (int i = 0; i < row.length; i++) {
				int column = i;
				int width = rows.stream().mapToInt((cells) -> cells[column].length()).max().orElse(0);
				String cell = row[i] + " ".repeat(width - row[i].length());
				boolean isState = isColoured && i == 1 && row != HEADINGS;
				line.append(isState ? colour(row[i]) + cell + "\033[0m" : cell).append("  ");
			}
			text.append(line.toString().stripTrailing()).append('\n');
		}
		return text.toString();
	}

	private static String colour(String state) {
		return switch (state) {
			case "running" -> "\033[32m";
			case "failed" -> "\033[31m";
			default -> "\033[33m";
		};
	}

	static String incidents(List<Incident> incidents) {
		List<String[]> rows = new ArrayList<>();
		rows.add(new String[] { "N", "DETECTED", "INSTANCE", "REASON", "DOWNTIME", "MESSAGE" });
		for (Incident incident : incidents) {
			Duration downtime = incident.downtime();
			rows.add(new String[] { Integer.toString(rows.size()), incident.detectedAt().toString(),
					Integer.toString(incident.instanceId()), incident.reason().id(),
					(downtime != null) ? downtime.toMillis() + " ms" : "-", incident.message() });
		}
		return (rows.size() > 1) ? align(rows, false) : "No incident is known\n";
	}

	static String incidentsJson(List<Incident> incidents) {
		return array(incidents.stream().map((incident) -> Report.json(incident).stripTrailing()).toList());
	}

	static String json(List<RunningWatchdog> watchdogs) {
		return array(watchdogs.stream().map(StatusText::json).toList()) + '\n';
	}

	private static String array(List<String> objects) {
		return objects.isEmpty() ? "[]" : "[\n" + String.join(",\n", objects) + "\n]";
	}

	private static String json(RunningWatchdog watchdog) {
		SamStatus status = watchdog.status();
		StringBuilder json = new StringBuilder("{\n  \"answers\": ").append(status != null);
		Report.append(json, "runDirectory", watchdog.directory());
		if (status != null) {
			append(json, status);
		}
		else {
			Report.append(json, "problem", watchdog.problem());
		}
		return json.append("\n}").toString();
	}

	private static void append(StringBuilder json, SamStatus status) {
		SamStatus.Standby standby = status.standby();
		SamStatus.Quorum quorum = status.quorum();
		Report.append(json, "program", program(status.pid()));
		Report.append(json, "state", status.state().text());
		json.append(",\n  \"instanceId\": ").append(status.instanceId());
		json.append(",\n  \"pid\": ").append(status.pid());
		json.append(",\n  \"watchdogPid\": ").append(status.watchdogPid());
		Report.append(json, "mode", status.mode());
		Report.append(json, "recoveryPolicy", status.recoveryPolicy().id());
		Report.append(json, "timeInterval", status.timeInterval());
		if (standby != null) {
			json.append(",\n  \"standby\": {\"mode\": \"").append(standby.mode());
			json.append("\", \"state\": \"").append(standby.state());
			json.append("\", \"pid\": ").append(standby.pid()).append('}');
		}
		if (quorum != null) {
			json.append(",\n  \"quorate\": ").append(quorum.quorate());
		}
		SamStatus.Replacement replacement = status.replacement();
		if (replacement != null) {
			Report.append(json, "replacement", replacement.state());
		}
		json.append(",\n  \"recentRestarts\": ").append(status.recentRestarts());
		json.append(",\n  \"recoveries\": ").append(status.totalRecoveries());
		Report.append(json, "downtime", status.downtime());
		json.append(",\n  \"incidents\": ").append(incidentsJson(status.incidents()).indent(2).strip());
	}

}
