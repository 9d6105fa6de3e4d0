package io.github.samboot.core.internal.client;

import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

import io.github.samboot.core.internal.process.DaemonThread;
import org.jspecify.annotations.Nullable;

/**
 * The thread {@code sam-heartbeat}: four heartbeats per interval, as long as they are
 * allowed. A platform thread with nothing else to do, as a heartbeat says that this JVM
 * runs; and one that nothing may end but {@link #stop()}.
 */
public final class HeartbeatThread {

	static final int BEATS_PER_INTERVAL = 4;

	private final long period;

	private final BooleanSupplier allowed;

	private final Runnable beat;

	private final Consumer<Throwable> died;

	private final LongConsumer due;

	private final LongAdder beats = new LongAdder();

	private volatile @Nullable Thread thread;

	private boolean failureLogged;

	/**
	 * Create a heartbeat.
	 * @param intervalNanos the time interval of the watchdog
	 * @param allowed whether a heartbeat may be sent now
	 * @param beat sends one
	 * @param died is told what ended the thread, before it is started again
	 * @param due is told how late the thread was, in nanoseconds, at each heartbeat that
	 * was due
	 */
	public HeartbeatThread(long intervalNanos, BooleanSupplier allowed, Runnable beat, Consumer<Throwable> died,
			LongConsumer due) {
		this.period = Math.max(1, intervalNanos / BEATS_PER_INTERVAL);
		this.allowed = allowed;
		this.beat = beat;
		this.died = died;
		this.due = due;
	}

	/**
	 * Start to beat, unless it does already.
	 */
	public synchronized void start() {
		if (this.thread == null) {
			startThread(System.nanoTime());
		}
	}

	/**
	 * Stop to beat. Without {@link #start()} the watchdog will find this application
	 * hung.
	 */
	public synchronized void stop() {
		Thread thread = this.thread;
		this.thread = null;
		LockSupport.unpark(thread);
	}

	/**
	 * Return how many heartbeats were sent.
	 * @return their number
	 */
	public long count() {
		return this.beats.sum();
	}

	private void startThread(long firstBeat) {
		Thread thread = DaemonThread.create("sam-heartbeat", 0, () -> run(firstBeat));
		thread.setContextClassLoader(HeartbeatThread.class.getClassLoader());
		thread.setUncaughtExceptionHandler(this::onDeath);
		this.thread = thread;
		try {
			thread.start();
		}
		catch (OutOfMemoryError ex) {
			// or it would count as there
			this.thread = null;
			throw ex;
		}
	}

	/**
	 * A fault on a mapped page may surface outside of any {@code try} in compiled code.
	 */
	private void onDeath(Thread dead, Throwable cause) {
		if (dead != this.thread) {
			return;
		}
		despiteAnything(() -> warn("The heartbeat thread was ended by " + cause + " and is started again"));
		despiteAnything(() -> this.died.accept(cause));
		long next = System.nanoTime() + this.period;
		if (!isFollowed(dead, next)) {
			try {
				run(next);
			}
			catch (Throwable ex) {
				onDeath(dead, ex);
			}
		}
	}

	/**
	 * Start another thread, unless none is wanted any more.
	 * @return whether the dead one may end: if there is none to be had, it has to go on
	 */
	private synchronized boolean isFollowed(Thread dead, long firstBeat) {
		if (dead != this.thread) {
			return true;
		}
		try {
			startThread(firstBeat);
			return true;
		}
		catch (Throwable ex) {
			this.thread = dead;
			return false;
		}
	}

	private void run(long firstBeat) {
		long next = firstBeat;
		while (Thread.currentThread() == this.thread) {
			long left = next - System.nanoTime();
			if (left > 0) {
				LockSupport.parkNanos(this, left);
				// with the flag set it would not park any more
				Thread.interrupted();
			}
			else {
				beatNow(-left);
				next += this.period;
				if (next - System.nanoTime() < -this.period) {
					// missed beats are not made up for
					next = System.nanoTime();
				}
			}
		}
	}

	private void beatNow(long lateness) {
		try {
			if (this.allowed.getAsBoolean()) {
				this.beat.run();
				this.beats.increment();
			}
			this.due.accept(lateness);
			this.failureLogged = false;
		}
		catch (Throwable ex) {
			if (!this.failureLogged) {
				this.failureLogged = true;
				warn("A heartbeat could not be sent: " + ex);
			}
			if (ex instanceof InternalError) {
				// a fault on the mapped page, which then is not to be used any more
				despiteAnything(() -> this.died.accept(ex));
			}
		}
	}

	/**
	 * Write a line on a thread of its own: the log may take its time, as when nobody
	 * reads the output, and the next heartbeat must not.
	 * @param line the line
	 */
	static void warn(String line) {
		despiteAnything(() -> DaemonThread.start("sam-log", () -> ProcessSam.logger.log(Level.WARNING, line)));
	}

	private static void despiteAnything(Runnable task) {
		try {
			task.run();
		}
		catch (Throwable ex) {
			// nothing is worth ending this thread
		}
	}

}
