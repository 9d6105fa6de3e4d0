package io.github.samboot.boot.internal.health;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The thread {@code sam-heartbeat}: four heartbeats per interval, as long as they are
 * allowed. A platform thread with nothing else to do, as a heartbeat says that this JVM
 * runs; and one that nothing may end but {@link #stop()}.
 */
public final class Heartbeat {

	/** The name of the thread. */
	public static final String THREAD_NAME = "sam-heartbeat";

	static final int BEATS_PER_INTERVAL = 4;

	private static final Log logger = LogFactory.getLog(Heartbeat.class);

	private final long period;

	private final BooleanSupplier allowed;

	private final Runnable beat;

	private final Consumer<Throwable> died;

	private final Collection<HealthObserver> observers;

	private final LongAdder beats = new LongAdder();

	private volatile @Nullable Thread thread;

	private boolean failureLogged;

	/**
	 * Create a heartbeat.
	 * @param interval the time interval of the watchdog
	 * @param allowed whether a heartbeat may be sent now
	 * @param beat sends one
	 * @param died is told what ended the thread, before it is started again
	 * @param observers those who measure
	 */
	Heartbeat(Duration interval, BooleanSupplier allowed, Runnable beat, Consumer<Throwable> died,
			Collection<HealthObserver> observers) {
		this.period = Math.max(1, interval.toNanos() / BEATS_PER_INTERVAL);
		this.allowed = allowed;
		this.beat = beat;
		this.died = died;
		this.observers = observers;
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
		Thread thread = new Thread(() -> run(firstBeat), THREAD_NAME);
		thread.setDaemon(true);
		thread.setContextClassLoader(Heartbeat.class.getClassLoader());
		thread.setUncaughtExceptionHandler(this::onDeath);
		this.thread = thread;
		thread.start();
	}

	/**
	 * A fault on a mapped page may surface outside of any {@code try} in compiled code.
	 */
	private synchronized void onDeath(Thread dead, Throwable cause) {
		if (dead == this.thread) {
			try {
				logger.warn("The heartbeat thread was ended by " + cause + " and is started again");
				this.died.accept(cause);
			}
			finally {
				startThread(System.nanoTime() + this.period);
			}
		}
	}

	private void run(long firstBeat) {
		long next = firstBeat;
		while (Thread.currentThread() == this.thread) {
			long left = next - System.nanoTime();
			if (left > 0) {
				LockSupport.parkNanos(this, left);
				// nobody has a reason to, and it would not park any more
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
			for (HealthObserver observer : this.observers) {
				observer.heartbeat(lateness);
			}
			this.failureLogged = false;
		}
		catch (Throwable ex) {
			if (!this.failureLogged) {
				this.failureLogged = true;
				logDespiteAnything(ex);
			}
			if (ex instanceof InternalError) {
				tellDespiteAnything(ex);
			}
		}
	}

	/**
	 * A fault on the mapped page, which then is not to be used any more.
	 */
	private void tellDespiteAnything(Throwable cause) {
		try {
			this.died.accept(cause);
		}
		catch (Throwable ex) {
			// nothing is worth ending this thread
		}
	}

	private static void logDespiteAnything(Throwable cause) {
		try {
			logger.warn("A heartbeat could not be sent: " + cause);
		}
		catch (Throwable ex) {
			// nothing is worth ending this thread
		}
	}

}
