package io.github.samboot.watchdog.internal.prepare;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Runs one program after the other, and ends the one that runs when this program is to
 * end.
 */
final class Programs {

	private static final int MOST_LINES = 500;

	private static final int LAST_LINES = 25;

	private static final long PATIENCE_SECONDS = 10;

	private @Nullable Process running;

	private volatile boolean closed;

	/**
	 * Run a program without input to its end.
	 * @param command the program and its arguments
	 * @return how it ended
	 * @throws IOException if it cannot be started
	 */
	Result run(List<String> command) throws IOException {
		Process process;
		synchronized (this) {
			if (this.closed) {
				throw new IOException("This program was told to end.");
			}
			process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectInput(new File("/dev/null"))
				.start();
			this.running = process;
		}
		List<String> lines = new ArrayList<>();
		try (BufferedReader reader = process.inputReader(Charset.defaultCharset())) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				if (!isNoise(line)) {
					lines.add(line);
				}
				if (lines.size() > MOST_LINES) {
					lines.remove(0);
				}
			}
			int code = process.waitFor();
			if (this.closed) {
				throw new IOException("This program was told to end.");
			}
			return new Result(code, lines);
		}
		catch (InterruptedException ex) {
			throw new IOException("Interrupted while '" + command.get(0) + "' ran", ex);
		}
		finally {
			process.destroyForcibly();
		}
	}

	/**
	 * A JVM that makes an archive names every class that cannot be in it, at the end,
	 * where it hides what matters.
	 */
	private static boolean isNoise(String line) {
		return line.contains("[warning][") && (line.contains("] Skipping ") || line.contains("] Preload Warning: ")
				|| line.contains("] Pre JDK 6 class not supported by CDS"));
	}

	/**
	 * End the program that runs, and start no other.
	 */
	void close() {
		Process process;
		synchronized (this) {
			this.closed = true;
			process = this.running;
		}
		if (process == null || !process.isAlive()) {
			return;
		}
		// a training run may have a process of its own that writes the archive
		List<ProcessHandle> all = process.descendants().toList();
		process.destroy();
		try {
			process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		process.destroyForcibly();
		for (ProcessHandle handle : all) {
			handle.destroyForcibly();
		}
	}

	/**
	 * How a program ended.
	 *
	 * @param code its exit code
	 * @param lines the last lines of its output
	 */
	record Result(int code, List<String> lines) {

		IOException failure(String problem) {
			return new IOException(problem + " (exit code " + this.code + "). It says:\n" + lastLines());
		}

		String lastLines() {
			List<String> last = this.lines.isEmpty() ? List.of("(nothing)")
					: this.lines.subList(Math.max(0, this.lines.size() - LAST_LINES), this.lines.size());
			return "  | " + String.join("\n  | ", last) + "\n";
		}

	}

}
