package io.github.samboot.watchdog;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.github.samboot.core.Sam;
import io.github.samboot.test.Await;
import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.JavaProgram;
import io.github.samboot.test.ProcessTable;

/**
 * The real watchdog in a JVM of its own, with a {@link TalkingApplication}.
 */
final class WatchdogProcess implements AutoCloseable {

	private static final long PATIENCE_SECONDS = 120;

	private static final String END = "end of the test";

	private static final List<String> APPLICATION_OPTIONS = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
			"-Xmx256m", "-XX:-UsePerfData");

	private final Process process;

	private final RandomAccessFile in;

	private final RandomAccessFile out;

	private final Thread reader;

	private final Path parent;

	private final Path streams;

	private final List<String> lines = new ArrayList<>();

	private final Set<Long> pids = new LinkedHashSet<>();

	private int read;

	private int markers;

	private WatchdogProcess(List<String> options, String classPath, List<String> command,
			Map<String, String> environment) throws IOException {
		Path memory = Path.of("/dev/shm");
		this.parent = Files.isWritable(memory) ? Files.createTempDirectory(memory, "watchdog-tests")
				: Files.createTempDirectory("watchdog-tests");
		// whoever runs the tests may ignore them: nohup, or a script with "&"
		List<String> full = new ArrayList<>(List.of("sh", "-c",
				"exec env --default-signal=TERM,INT,HUP SYSTEMD_EXEC_PID=${SYSTEMD_EXEC_PID:-$$} \"$@\"", "sh"));
		full.add(JavaProgram.JAVA);
		full.addAll(JavaProgram.WATCHDOG_OPTIONS);
		full.addAll(options);
		full.addAll(List.of("-cp", classPath, Main.class.getName(), "--run-directory-parent=" + this.parent, "--"));
		full.addAll(command);
		// no pipes of Process: they end with the watchdog, the application may live on
		this.streams = Files.createTempDirectory("watchdog-streams");
		this.in = pipe("in");
		this.out = pipe("out");
		ProcessBuilder builder = new ProcessBuilder(full).redirectErrorStream(true)
			.redirectInput(this.streams.resolve("in").toFile())
			.redirectOutput(this.streams.resolve("out").toFile());
		builder.environment().putAll(environment);
		this.process = builder.start();
		this.reader = new Thread(this::read, "reader");
		this.reader.setDaemon(true);
		this.reader.start();
	}

	private RandomAccessFile pipe(String name) throws IOException {
		Path pipe = this.streams.resolve(name);
		BoundedProcess.runSuccessfully("mkfifo", pipe.toString());
		// for both reading and writing, so that opening does not wait for the other side
		return new RandomAccessFile(pipe.toFile(), "rw");
	}

	/**
	 * Start the application under the watchdog and wait until it is supervised.
	 */
	static WatchdogProcess running(String... settings) throws IOException {
		WatchdogProcess watchdog = starting(settings);
		watchdog.awaitLine("started 0");
		return watchdog;
	}

	static WatchdogProcess starting(String... settings) throws IOException {
		return of(command(settings), Map.of());
	}

	static WatchdogProcess of(List<String> command, Map<String, String> environment) throws IOException {
		return new WatchdogProcess(List.of(), classPath(), command, environment);
	}

	/**
	 * Start the watchdog from elsewhere.
	 */
	static WatchdogProcess of(String classPath, List<String> command, Map<String, String> environment)
			throws IOException {
		return new WatchdogProcess(List.of(), classPath, command, environment);
	}

	/**
	 * Start the watchdog with more options of its JVM, and from elsewhere.
	 */
	static WatchdogProcess of(List<String> options, String classPath, String... settings) throws IOException {
		return new WatchdogProcess(options, classPath, command(settings), Map.of());
	}

	static List<String> command(String... settings) {
		List<String> command = new ArrayList<>();
		command.add(JavaProgram.JAVA);
		command.addAll(APPLICATION_OPTIONS);
		command.addAll(List.of("-cp", classPath(), TalkingApplication.class.getName()));
		command.addAll(List.of(settings));
		return command;
	}

	static String classPath() {
		return JavaProgram.classPath(Main.class, Sam.class, TalkingApplication.class);
	}

	private void read() {
		try (InputStream stream = new FileInputStream(this.out.getFD());
				BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
			String line = reader.readLine();
			while (!line.equals(END)) {
				synchronized (this.lines) {
					this.lines.add(line);
					int space = line.indexOf(' ');
					if (space > 0 && line.chars().limit(space).allMatch(Character::isDigit)) {
						this.pids.add(Long.parseLong(line.substring(0, space)));
					}
					this.lines.notifyAll();
				}
				line = reader.readLine();
			}
		}
		catch (IOException ex) {
			// closed by the test
		}
	}

	/**
	 * Say something to the current instance, and wait until it has done it.
	 */
	WatchdogProcess doing(String command) {
		saying(command);
		awaitLine("done " + command.split(" ")[0]);
		return this;
	}

	/**
	 * Say something to the current instance that it does not survive.
	 */
	WatchdogProcess saying(String command) {
		try {
			this.in.write((command + "\n").getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(output(), ex);
		}
		return this;
	}

	/**
	 * Wait for the next line that contains a text.
	 */
	String awaitLine(String text) {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
		synchronized (this.lines) {
			while (true) {
				while (this.read < this.lines.size()) {
					String line = this.lines.get(this.read++);
					if (line.contains(text)) {
						return line;
					}
				}
				long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
				if (left <= 0) {
					throw new AssertionError("'" + text + "' was never said, but\n" + output());
				}
				try {
					this.lines.wait(left);
				}
				catch (InterruptedException ex) {
					throw new AssertionError(ex);
				}
			}
		}
	}

	/**
	 * Wait for the next instance to be supervised, and return its pid.
	 */
	long awaitStarted(int instanceId) {
		return pidOf(awaitLine("started " + instanceId));
	}

	static long pidOf(String line) {
		return Long.parseLong(line.substring(0, line.indexOf(' ')));
	}

	/**
	 * Return the pid of the instance that spoke last.
	 */
	long applicationPid() {
		synchronized (this.lines) {
			return this.pids.stream().reduce((first, second) -> second).orElseThrow();
		}
	}

	String output() {
		synchronized (this.lines) {
			return String.join("\n", this.lines);
		}
	}

	int awaitExit() {
		try {
			if (!this.process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
				throw new AssertionError("The watchdog does not end:\n" + output());
			}
			// what it said last may still be on its way
			int marker = this.markers++;
			this.out.write(("\nmarker " + marker + "\n").getBytes(StandardCharsets.US_ASCII));
			Await.until("the end of the output", this::output, () -> output().contains("\nmarker " + marker));
			return this.process.exitValue();
		}
		catch (IOException | InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	long pid() {
		return this.process.pid();
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	/**
	 * Return the directory in which the run directory is made.
	 */
	Path parent() {
		return this.parent;
	}

	Path runDirectory() {
		try (DirectoryStream<Path> found = Files.newDirectoryStream(this.parent)) {
			return found.iterator().next();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	boolean leavesNothing() {
		try (DirectoryStream<Path> found = Files.newDirectoryStream(this.parent)) {
			return !found.iterator().hasNext();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * End every process that had to do with this test.
	 */
	@Override
	public void close() throws IOException {
		// also a watchdog that took over: it would start the next instance
		synchronized (this.lines) {
			for (String line : this.lines) {
				int at = line.indexOf(" replaced ");
				if (at > 0 && Character.isDigit(line.charAt(at + 10))) {
					kill(Long.parseLong(line.substring(at + 10)));
				}
			}
		}
		this.process.destroyForcibly();
		awaitExit();
		synchronized (this.lines) {
			this.pids.forEach(WatchdogProcess::kill);
		}
		this.in.close();
		this.out.write(("\n" + END + "\n").getBytes(StandardCharsets.US_ASCII));
		try {
			this.reader.join(PATIENCE_SECONDS * 1000);
			if (this.reader.isAlive()) {
				throw new AssertionError("The output does not end:\n" + output());
			}
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
		this.out.close();
		Files.delete(this.streams.resolve("in"));
		Files.delete(this.streams.resolve("out"));
		Files.delete(this.streams);
		if (!Files.exists(this.parent)) {
			return;
		}
		try (DirectoryStream<Path> found = Files.newDirectoryStream(this.parent)) {
			for (Path directory : found) {
				io.github.samboot.core.internal.rundir.RunDirectory.delete(directory);
			}
		}
		if (Files.isDirectory(this.parent, LinkOption.NOFOLLOW_LINKS)) {
			Files.delete(this.parent);
		}
	}

	private static void kill(long pid) {
		ProcessHandle.of(pid).filter((handle) -> !ProcessTable.isGone(pid)).ifPresent(ProcessHandle::destroyForcibly);
	}

}
