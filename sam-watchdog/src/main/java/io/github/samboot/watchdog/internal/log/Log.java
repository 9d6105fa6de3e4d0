package io.github.samboot.watchdog.internal.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes lines to standard error, on a thread of its own: a terminal that was stopped
 * with Ctrl-S, or a full pipe, must not stop supervision. Thread-safe.
 */
public class Log {

	private static final int WAITING_LINES = 512;

	private final ArrayBlockingQueue<Line> lines = new ArrayBlockingQueue<>(WAITING_LINES);

	private final FileOutputStream out = new FileOutputStream(FileDescriptor.err);

	private final RepeatedProblems problems = new RepeatedProblems();

	/** The application says it again, from wherever it is configured. */
	private String format = Objects.requireNonNullElse(System.getenv("LOGGING_STRUCTURED_FORMAT_CONSOLE"), "plain");

	private int lost;

	private final AtomicInteger unwritten = new AtomicInteger();

	/**
	 * Create a log and start its thread.
	 */
	public Log() {
		Thread writer = new Thread(null, new Writer(), "sam-log", 256 * 1024);
		writer.setDaemon(true);
		writer.start();
	}

	/**
	 * Write a line about the life cycle.
	 * @param text a complete sentence
	 */
	public void info(String text) {
		write(false, text);
	}

	/**
	 * Write a line that an operator should look at.
	 * @param text a complete sentence
	 */
	public void warn(String text) {
		write(true, text);
	}

	/**
	 * Write a line that an operator should look at, at once when it is new, and then at
	 * most every 30 seconds with the number of its repeats.
	 * @param text a complete sentence
	 */
	public void warnRepeatedly(String text) {
		String line = this.problems.toWrite(text, System.nanoTime());
		if (line != null) {
			warn(line);
		}
	}

	/**
	 * Write about an error that must not end the watchdog: the application would be left
	 * alone.
	 * @param problem the error
	 */
	public void problem(Throwable problem) {
		try {
			warnRepeatedly("The watchdog ran into a problem and goes on: " + problem);
		}
		catch (Throwable ex) {
			// there is not even memory for a line
		}
	}

	/**
	 * Choose the format of all lines from now on.
	 * @param format {@code plain}, {@code ecs}, {@code gelf} or {@code logstash}
	 */
	public synchronized void format(String format) {
		this.format = format;
	}

	private synchronized void write(boolean isWarning, String text) {
		StringBuilder safe = new StringBuilder(160);
		for (int i = 0; i < text.length(); i++) {
			// what applications report must not forge lines
			safe.append(Character.isISOControl(text.charAt(i)) ? ' ' : text.charAt(i));
		}
		if (this.lost > 0) {
			safe.append(" (").append(this.lost).append(" lines before this one were lost)");
		}
		Line line = new Line(System.currentTimeMillis(), this.format, isWarning, safe.toString());
		this.unwritten.incrementAndGet();
		if (this.lines.offer(line)) {
			this.lost = 0;
		}
		else {
			this.unwritten.decrementAndGet();
			this.lost++;
		}
	}

	/**
	 * Wait until all lines are written, but not for long.
	 */
	public void flush() {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
		while (this.unwritten.get() > 0 && System.nanoTime() - deadline < 0
				&& !Thread.currentThread().isInterrupted()) {
			LockSupport.parkNanos(1_000_000);
		}
	}

	/**
	 * What is to be written.
	 */
	private record Line(long time, String format, boolean isWarning, String text) {
	}

	/**
	 * The thread that writes. It formats, too: the first line takes 40 ms, in which the
	 * application starts.
	 */
	private final class Writer implements Runnable {

		@Override
		public void run() {
			while (true) {
				try {
					Line line = Log.this.lines.take();
					try {
						Log.this.out.write((text(line) + "\n").getBytes(StandardCharsets.UTF_8));
					}
					finally {
						Log.this.unwritten.decrementAndGet();
					}
				}
				catch (InterruptedException ex) {
					return;
				}
				catch (Throwable ex) {
					// it is not read, or there is no memory: there is nowhere to say so
				}
			}
		}

		private String text(Line line) {
			try {
				return LogFormat.line(line.format, line.time, line.isWarning, ProcessHandle.current().pid(), line.text);
			}
			catch (Throwable ex) {
				// without the time of day, for which there may have been no memory
				return line.text;
			}
		}

	}

}
