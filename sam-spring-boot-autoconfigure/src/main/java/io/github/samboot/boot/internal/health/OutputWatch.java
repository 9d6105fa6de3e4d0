package io.github.samboot.boot.internal.health;

import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.Thread.State;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Notices that what this process prints is not read: once the pipe is full, every thread
 * that logs stops for good. A flush on a thread of its own costs next to nothing, and
 * returns unless another thread writes; only then threads are looked at.
 */
final class OutputWatch implements HealthObserver {

	private static final long PERIOD = TimeUnit.SECONDS.toNanos(5);

	private static final int DEPTH = 24;

	private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

	private final SideThread thread = new SideThread("sam-output");

	private final long limit;

	private final Consumer<String> notices;

	private long last = System.nanoTime() - PERIOD;

	private volatile boolean flushing;

	private volatile String name = "";

	private Writer writer = Writer.NONE;

	private boolean told;

	private @Nullable String problem;

	/**
	 * Create a watch.
	 * @param limitNanos how long a thread may write before it is a problem
	 * @param notices is told of a problem, once
	 */
	OutputWatch(long limitNanos, Consumer<String> notices) {
		this.limit = limitNanos;
		this.notices = notices;
	}

	@Override
	public void heartbeats(List<Long> latenesses) {
		problem();
	}

	/**
	 * Look, if it is time.
	 * @return what is wrong, {@code null} if nothing is
	 */
	synchronized @Nullable String problem() {
		long now = System.nanoTime();
		if (this.flushing) {
			look(now);
		}
		else {
			this.writer = Writer.NONE;
			this.problem = null;
			this.told = false;
			if (now - this.last >= PERIOD) {
				this.last = now;
				this.flushing = true;
				if (!this.thread.run(this::flush)) {
					this.flushing = false;
				}
			}
		}
		return this.problem;
	}

	private void flush() {
		try {
			this.name = "standard output";
			System.out.flush();
			this.name = "standard error";
			System.err.flush();
		}
		finally {
			this.flushing = false;
		}
	}

	private void look(long now) {
		Writer writer = findWriter(now);
		if (!writer.isSame(this.writer)) {
			this.writer = writer;
			this.problem = null;
			return;
		}
		long nanos = now - this.writer.since();
		if (writer.info() != null && nanos >= this.limit) {
			this.problem = this.name + " is not read: thread '" + writer.info().getThreadName()
					+ "' has been writing for " + TimeUnit.NANOSECONDS.toSeconds(nanos)
					+ " s, and whatever logs waits for it";
			if (!this.told) {
				this.told = true;
				this.notices.accept(this.problem);
			}
		}
	}

	private Writer findWriter(long now) {
		for (ThreadInfo info : this.threads.getThreadInfo(this.threads.getAllThreadIds(), DEPTH)) {
			if (info != null && info.getThreadState() == State.RUNNABLE && prints(info.getStackTrace())) {
				return new Writer(info, this.threads.getThreadCpuTime(info.getThreadId()), now);
			}
		}
		return Writer.NONE;
	}

	private static boolean prints(StackTraceElement[] stack) {
		return stack.length > 0 && stack[0].getClassName().equals(FileOutputStream.class.getName())
				&& Arrays.stream(stack).anyMatch((frame) -> frame.getClassName().equals(PrintStream.class.getName()));
	}

	/**
	 * End the thread, unless it waits for ever.
	 */
	void end() {
		this.thread.end();
	}

	/**
	 * The thread that writes.
	 *
	 * @param info the thread, {@code null} if none does
	 * @param time the processor time it has used: it has done nothing since
	 * @param since when it was seen first
	 */
	private record Writer(@Nullable ThreadInfo info, long time, long since) {

		static final Writer NONE = new Writer(null, 0, 0);

		boolean isSame(Writer other) {
			return this.info != null && other.info != null && this.info.getThreadId() == other.info.getThreadId()
					&& this.time == other.time;
		}

	}

}
