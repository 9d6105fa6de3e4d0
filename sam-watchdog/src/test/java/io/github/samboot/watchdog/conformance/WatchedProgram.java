package io.github.samboot.watchdog.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.github.samboot.core.Sam;
import io.github.samboot.test.Await;
import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.JavaProgram;
import io.github.samboot.test.ProcessTable;
import io.github.samboot.watchdog.Main;

/**
 * A program under the real watchdog, both as processes of their own.
 */
final class WatchedProgram implements AutoCloseable {

	private static final List<String> PROGRAM_FLAGS = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx32m",
			"-XX:-UsePerfData", "-XX:-CreateCoredumpOnCrash", "-XX:+SuppressFatalErrorMessage");

	private final Path directory;

	private final long zero;

	private final Process process;

	private boolean isWatchdogKilled;

	/**
	 * Start a program.
	 * @param program its main class
	 * @param where turns a command into one that runs on a cluster node
	 * @param options JVM options of the program
	 */
	WatchedProgram(Class<?> program, UnaryOperator<List<String>> where, String... options) {
		try {
			this.directory = Files.createTempDirectory("sam-conformance");
			this.zero = System.nanoTime();
			this.process = new ProcessBuilder(where.apply(command(program, options)))
				.redirectOutput(this.directory.resolve("events").toFile())
				.redirectError(this.directory.resolve("watchdog.log").toFile())
				.start();
			this.process.getOutputStream().close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private List<String> command(Class<?> program, String... options) {
		List<String> command = new ArrayList<>();
		command.add(JavaProgram.JAVA);
		command.addAll(JavaProgram.WATCHDOG_OPTIONS);
		command.addAll(List.of("-cp", JavaProgram.classPath(Main.class, Sam.class, com.sun.jna.Native.class),
				Main.class.getName(), "--", JavaProgram.JAVA));
		command.addAll(PROGRAM_FLAGS);
		command.add("-Dsam.scenario.zero=" + this.zero);
		command.addAll(List.of(options));
		command.addAll(List.of("-cp", JavaProgram.classPath(program, Sam.class), program.getName()));
		return command;
	}

	long watchdogPid() {
		return this.process.pid();
	}

	/**
	 * Return what happened so far.
	 */
	EventLog log() {
		return EventLog.read(this.directory.resolve("events"));
	}

	/**
	 * Return what the watchdog said so far.
	 */
	String watchdogLog() {
		try {
			return Files.readString(this.directory.resolve("watchdog.log"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Wait until the log fulfils a condition.
	 * @param what it, in words
	 * @param condition the condition
	 * @return the log then
	 */
	EventLog await(String what, Predicate<EventLog> condition) {
		Await.until(what, this::toString, () -> {
			boolean hasEnded = !this.process.isAlive() && !this.isWatchdogKilled;
			boolean isFulfilled = condition.test(log());
			if (hasEnded && !isFulfilled) {
				throw new AssertionError(what + " did not happen before the end:\n" + this);
			}
			return isFulfilled;
		});
		return log();
	}

	/**
	 * Wait for the end of the watchdog.
	 * @return the log, with a last line that tells the exit status
	 */
	EventLog awaitEnd(Duration patience) {
		try {
			if (!this.process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
				throw new AssertionError("The watchdog did not end:\n" + this);
			}
			long millis = (System.nanoTime() - this.zero) / 1_000_000;
			return log().plus(new EventLog.Event(millis, EventLog.SERVER, "server exit " + this.process.exitValue()));
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	/**
	 * SIGSTOP the watchdog: it hears nothing any more, but is still there.
	 */
	void freezeWatchdog() {
		ProcessTable.signal("STOP", watchdogPid());
	}

	/**
	 * SIGTERM to the watchdog, as an operator would.
	 */
	void terminateWatchdog() {
		this.process.destroy();
	}

	/**
	 * SIGKILL the watchdog and the program, neither of which notices the end of the
	 * other.
	 */
	void killBoth() {
		freezeWatchdog();
		List<ProcessHandle> children = this.process.children().toList();
		children.forEach(ProcessHandle::destroyForcibly);
		killWatchdog();
		try {
			BoundedProcess.exitCode(this.process);
			for (ProcessHandle child : children) {
				child.onExit().get(20, TimeUnit.SECONDS);
			}
		}
		catch (InterruptedException | ExecutionException | TimeoutException ex) {
			throw new AssertionError("It did not end:\n" + this, ex);
		}
	}

	/**
	 * SIGKILL the watchdog; the program then replaces it.
	 */
	void killWatchdog() {
		this.isWatchdogKilled = true;
		this.process.destroyForcibly();
	}

	/**
	 * Return the process id of the watchdog that the program has started beside itself.
	 */
	long secondWatchdogPid() {
		return secondWatchdog().orElseThrow(() -> new AssertionError("There is no second watchdog:\n" + this)).pid();
	}

	private Optional<ProcessHandle> secondWatchdog() {
		// of this program alone: the run directory has the name of the first one
		return withArgument("/sam-" + watchdogPid() + "-").filter((handle) -> handle.pid() != watchdogPid())
			.findFirst();
	}

	private static Stream<ProcessHandle> withArgument(String part) {
		return ProcessHandle.allProcesses().filter((handle) -> {
			try {
				return Files
					.readString(Path.of("/proc", Long.toString(handle.pid()), "cmdline"), StandardCharsets.ISO_8859_1)
					.contains(part);
			}
			catch (IOException ex) {
				// gone meanwhile
				return false;
			}
		});
	}

	/**
	 * Ask the watchdog to stop, and see to it that nothing is left.
	 */
	@Override
	public void close() {
		ProcessHandle watchdog = secondWatchdog().orElse(this.process.toHandle());
		watchdog.destroy();
		try {
			watchdog.onExit().get(20, TimeUnit.SECONDS);
		}
		catch (InterruptedException | ExecutionException | TimeoutException ex) {
			throw new AssertionError("The watchdog did not stop when asked to:\n" + this, ex);
		}
		finally {
			this.process.destroyForcibly();
			watchdog.destroyForcibly();
			withArgument("-Dsam.scenario.zero=" + this.zero).forEach(ProcessHandle::destroyForcibly);
			deleteFiles();
		}
	}

	private void deleteFiles() {
		try {
			Files.deleteIfExists(this.directory.resolve("events"));
			Files.deleteIfExists(this.directory.resolve("watchdog.log"));
			Files.deleteIfExists(this.directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public String toString() {
		return log() + watchdogLog();
	}

}
