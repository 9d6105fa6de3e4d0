package io.github.samboot.watchdog.internal.command;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.github.samboot.core.Incident;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.SupervisionState;
import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.watchdog.internal.incident.Report;
import io.github.samboot.watchdog.internal.incident.ThreadDump;
import org.jspecify.annotations.Nullable;

/**
 * A command of an operator.
 */
public final class Command {

	/** It was done. */
	static final int OK = 0;

	/** It was refused, or did not come about in time. */
	static final int FAILED = 1;

	/** There is no such watchdog, or no such incident. */
	static final int NOT_FOUND = 2;

	/** For a command line that makes no sense, as {@code EX_USAGE} in sysexits.h. */
	static final int USAGE = 64;

	private static final long LONGEST_END = 5_000_000_000L;

	private static final Set<String> NAMES = Set.of("status", "stop", "recover", "replace", "incidents", "threads",
			"completion", "help");

	private static final String HELP = """
			Usage: java -jar sam-watchdog.jar COMMAND [option ...]

			  status               shows the applications that SAM supervises for this user
			  stop                 ends the application, and with it its watchdog, as SIGTERM to the watchdog does
			  recover [reason]     has the instance replaced as after a failure, and waits for the next one
			  replace [reason]     has a new instance started from what is on disk now, which replaces the
			                       running one when it is ready, and waits for that
			  incidents [n]        lists the last incidents, or shows the n-th, 1 being the newest
			  threads              shows what the threads of the application do; also of a stopped process
			  completion           prints completion for bash: source <(java -jar sam-watchdog.jar completion)
			  help                 shows this; --help shows how a watchdog is started

			  --pid=PID            the application, its spare or its watchdog, where there are several
			  --run-directory=DIR  a run directory or its parent (sam.watchdog.run-directory), where it is none
			                       of the default places
			  --watch              status: again every second
			  --json               for programs
			  --timeout=SECONDS    how long stop, recover and replace wait for the end (default: 60)

			Exit codes: 0 done, 1 refused or not done in time, 2 not found, 64 wrong command line.
			""";

	private static final String COMPLETION = """
			complete -W "status stop recover replace incidents threads completion help \\
			--pid= --run-directory= --watch --json --timeout= --help --version" sam-watchdog
			""";

	private final PrintStream out = System.out;

	private final String name;

	private final List<String> arguments = new ArrayList<>();

	private long pid;

	private @Nullable Path place;

	private boolean isRepeated;

	private boolean isJson;

	private long timeoutSeconds = 60;

	private Command(List<String> words) {
		this.name = words.get(0);
		if (!NAMES.contains(this.name)) {
			throw new IllegalArgumentException("There is no command '" + this.name
					+ "': see help for the commands, and --help for how a watchdog is started");
		}
		for (String word : words.subList(1, words.size())) {
			String value = word.substring(word.indexOf('=') + 1);
			if (word.startsWith("--pid=")) {
				this.pid = number(value, word + "' needs a number after the =");
			}
			else if (word.startsWith("--run-directory=")) {
				this.place = Path.of(value);
			}
			else if (word.startsWith("--timeout=")) {
				this.timeoutSeconds = number(value, word + "' needs a number after the =");
			}
			else if (word.equals("--watch")) {
				this.isRepeated = true;
			}
			else if (word.equals("--json")) {
				this.isJson = true;
			}
			else if (word.startsWith("--")) {
				throw new IllegalArgumentException("Option '" + word + "' is unknown: see help");
			}
			else {
				this.arguments.add(word);
			}
		}
	}

	private static long number(String value, String problem) {
		try {
			return Long.parseLong(value);
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException("'" + problem);
		}
	}

	/**
	 * Return whether a command line is one of these commands. Those of a watchdog begin
	 * with an option.
	 * @param word the first word
	 * @return whether it names a command
	 */
	public static boolean isWanted(String word) {
		return !word.startsWith("-");
	}

	/**
	 * Carry out a command.
	 * @param args the arguments
	 * @return the exit code
	 */
	public static int main(String[] args) {
		try {
			return new Command(List.of(args)).run();
		}
		catch (IllegalArgumentException ex) {
			return fail(USAGE, ex.getMessage());
		}
		catch (IOException ex) {
			return fail(FAILED, ex.getMessage());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return FAILED;
		}
	}

	private static int fail(int code, String problem) {
		System.err.println(problem);
		return code;
	}

	private int run() throws IOException, InterruptedException {
		return switch (this.name) {
			case "help" -> print(HELP);
			case "completion" -> print(COMPLETION);
			case "status" -> status();
			default -> {
				List<RunningWatchdog> found = find();
				yield (found.size() != 1) ? unclear(found) : on(found.get(0));
			}
		};
	}

	private int print(String text) {
		this.out.print(text);
		return OK;
	}

	private int on(RunningWatchdog watchdog) throws IOException, InterruptedException {
		SamStatus status = watchdog.status();
		if (status == null) {
			throw new IOException(
					"The watchdog in " + watchdog.directory() + " cannot be asked. " + watchdog.problem());
		}
		return switch (this.name) {
			case "stop" -> stop(watchdog, status);
			case "recover", "replace" -> next(watchdog, status);
			case "incidents" -> incidents(watchdog, status);
			default -> print(ThreadDump.of(status.pid()));
		};
	}

	private List<RunningWatchdog> find() throws IOException {
		List<RunningWatchdog> found = RunningWatchdog.find(this.place);
		if (this.pid != 0) {
			found.removeIf((watchdog) -> !isMeant(watchdog.status()));
		}
		return found;
	}

	private boolean isMeant(@Nullable SamStatus status) {
		return status != null && (status.pid() == this.pid || status.watchdogPid() == this.pid
				|| (status.standby() != null && status.standby().pid() == this.pid));
	}

	private int unclear(List<RunningWatchdog> found) {
		return found.isEmpty() ? none() : fail(USAGE,
				"There are several: say which with --pid=PID\n" + StatusText.table(found, false).stripTrailing());
	}

	private int none() {
		return fail(NOT_FOUND,
				(this.pid != 0) ? "No application that SAM supervises for this user has process " + this.pid
						: "SAM supervises no application for this user (see --run-directory in help)");
	}

	private int status() throws IOException, InterruptedException {
		boolean isTerminal = StatusText.isTerminal();
		while (true) {
			List<RunningWatchdog> found = find();
			if (this.isRepeated && isTerminal) {
				this.out.print("\033[H\033[2J");
			}
			this.out.print(this.isJson ? StatusText.json(found) : StatusText.table(found, isTerminal));
			this.out.flush();
			if (!this.isRepeated) {
				return found.isEmpty() ? none() : OK;
			}
			Thread.sleep(1000);
		}
	}

	private int incidents(RunningWatchdog watchdog, SamStatus status) {
		if (this.arguments.isEmpty()) {
			return print(this.isJson ? StatusText.incidentsJson(status.incidents()) + "\n"
					: StatusText.incidents(status.incidents()));
		}
		long number = number(this.arguments.get(0), this.arguments.get(0) + "' is not the number of an incident");
		if (number < 1 || number > status.incidents().size()) {
			return fail(NOT_FOUND, "There is no incident " + number + ": " + status.incidents().size() + " are known");
		}
		Incident incident = status.incidents().get((int) number - 1);
		String report = watchdog.report(incident, this.isJson);
		if (report == null) {
			report = this.isJson ? Report.json(incident) : Report.text(incident);
		}
		return print(report);
	}

	/**
	 * Have all end, and wait for it. The watchdog is asked and not signalled: what it
	 * says of process ids counts in its own PID namespace.
	 */
	private int stop(RunningWatchdog watchdog, SamStatus status) throws IOException, InterruptedException {
		KnownProcess process = KnownProcess.of(status.watchdogPid());
		watchdog.operate(this.name, "");
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(this.timeoutSeconds);
		while (watchdog.again() != null) {
			if (System.nanoTime() - deadline >= 0) {
				return fail(FAILED, "The application still closes down after " + this.timeoutSeconds
						+ " s; sam.shutdown-timeout says when it is killed");
			}
			Thread.sleep(50);
		}
		// it does not listen any more, and ends
		process.isGoneWithin(LONGEST_END);
		this.out.println("Instance " + status.instanceId() + " (pid " + status.pid() + ") and its watchdog have ended");
		return OK;
	}

	/**
	 * Have another instance, and wait for it.
	 */
	private int next(RunningWatchdog watchdog, SamStatus before) throws IOException, InterruptedException {
		watchdog.operate(this.name, this.arguments.isEmpty() ? this.name : String.join(" ", this.arguments));
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(this.timeoutSeconds);
		while (System.nanoTime() - deadline < 0) {
			RunningWatchdog now = watchdog.again();
			SamStatus status = (now != null) ? now.status() : null;
			if (now == null || (status != null && status.state() == SupervisionState.FAILED)) {
				return fail(FAILED, "The application was not replaced: the recovery was given up");
			}
			if (status != null && status.pid() != before.pid() && status.state() == SupervisionState.RUNNING) {
				this.out.println("Instance " + status.instanceId() + " (pid " + status.pid()
						+ ") has replaced instance " + before.instanceId() + " (pid " + before.pid() + ")");
				return OK;
			}
			SamStatus.Replacement replacement = (status != null) ? status.replacement() : null;
			if (this.name.equals("replace") && replacement != null && replacement.state().equals("failed")) {
				return fail(FAILED, "The instance was not replaced: " + replacement.message());
			}
			Thread.sleep(50);
		}
		return fail(FAILED, "No other instance is up after " + this.timeoutSeconds + " s; see status");
	}

}
