package io.github.samboot.watchdog.internal.prepare;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

import io.github.samboot.core.internal.process.DaemonThread;

/**
 * Says that something goes on, and how far it is: in one line that is written again and
 * again on a terminal, in a line from time to time elsewhere.
 */
final class Progress implements AutoCloseable {

	private static final long TERMINAL_MILLIS = 1000;

	private static final long LOG_MILLIS = 10_000;

	/** Back to the first column, and nothing right of it. */
	private static final String REWRITE = "\r\u001B[K";

	private static final double MIB = 1024 * 1024;

	private final String what;

	private final Path directory;

	private final PrintStream out;

	private final boolean isTerminal;

	private final long begin = System.nanoTime();

	private final Thread thread;

	Progress(String what, Path directory, PrintStream out, boolean isTerminal, long periodMillis) {
		this.what = what;
		this.directory = directory;
		this.out = out;
		this.isTerminal = isTerminal;
		this.thread = DaemonThread.create("sam-progress", 0, () -> tick(periodMillis));
		out.print(isTerminal ? what : what + "\n");
		out.flush();
		this.thread.start();
	}

	/**
	 * Begin to tell on standard output.
	 * @param what what is done
	 * @param directory what becomes larger meanwhile
	 */
	static Progress of(String what, Path directory) {
		boolean isTerminal = isTerminal();
		return new Progress(what, directory, System.out, isTerminal, isTerminal ? TERMINAL_MILLIS : LOG_MILLIS);
	}

	/** (From Java 22 on there is a console without a terminal.) */
	private static boolean isTerminal() {
		try {
			String output = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
			return output.startsWith("/dev/pts/") || output.startsWith("/dev/tty") || output.equals("/dev/console");
		}
		catch (IOException ex) {
			return false;
		}
	}

	private void tick(long periodMillis) {
		try {
			while (true) {
				Thread.sleep(periodMillis);
				print(this.isTerminal ? "" : "\n");
			}
		}
		catch (InterruptedException ex) {
			// it is over
		}
	}

	private void print(String end) {
		double seconds = (System.nanoTime() - this.begin) / 1e9;
		this.out.print((this.isTerminal ? REWRITE : "")
				+ String.format(Locale.ROOT, "%s (%.1f s, %.0f MiB)", this.what, seconds, mebibytes()) + end);
		this.out.flush();
	}

	/** Files come and go meanwhile. */
	private double mebibytes() {
		try {
			return FileTree.size(this.directory) / MIB;
		}
		catch (IOException | UncheckedIOException ex) {
			return 0;
		}
	}

	@Override
	public void close() {
		this.thread.interrupt();
		try {
			this.thread.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		print("\n");
	}

}
