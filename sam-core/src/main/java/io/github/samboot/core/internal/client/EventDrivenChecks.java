package io.github.samboot.core.internal.client;

import java.util.concurrent.locks.LockSupport;

import io.github.samboot.core.HealthCheck;
import io.github.samboot.core.SamException;

/**
 * The thread behind {@code sam_hc_callback_register(3)}: four health checks per time
 * interval, one call of the callback per interval.
 */
final class EventDrivenChecks implements Runnable {

	private static final int BEATS_PER_INTERVAL = 4;

	private final ProcessSam sam;

	private final HealthCheck callback;

	private final long pause;

	private volatile Thread thread;

	private volatile boolean ended;

	EventDrivenChecks(ProcessSam sam, HealthCheck callback, long intervalNanos) {
		this.sam = sam;
		this.callback = callback;
		this.pause = Math.max(1, intervalNanos / BEATS_PER_INTERVAL);
		this.thread = newThread();
	}

	private Thread newThread() {
		Thread thread = new Thread(this, "sam-health-check");
		thread.setDaemon(true);
		thread.setUncaughtExceptionHandler((dead, cause) -> diedOf(cause));
		return thread;
	}

	/**
	 * A fault on the page may be raised outside of any {@code try} in compiled code.
	 */
	private void diedOf(Throwable cause) {
		try {
			this.sam.heartbeatPageLost(cause);
		}
		finally {
			if (!this.ended) {
				this.thread = newThread();
				this.thread.start();
			}
		}
	}

	void start() {
		this.thread.start();
	}

	void end() {
		this.ended = true;
		LockSupport.unpark(this.thread);
	}

	@Override
	public void run() {
		while (!this.ended) {
			try {
				check();
				return;
			}
			catch (Throwable ex) {
				// a fault on the page may be raised anywhere in this thread; whatever it
				// was, a healthy application must not die of it
				this.sam.heartbeatPageLost(ex);
			}
		}
	}

	private void check() {
		long next = System.nanoTime();
		for (int beat = 0; !this.ended; beat++) {
			if (beat % BEATS_PER_INTERVAL == BEATS_PER_INTERVAL - 1 && !isHealthy()) {
				return;
			}
			try {
				this.sam.hcSend();
			}
			catch (SamException ex) {
				// stopped meanwhile, or no watchdog: the loop ends with the former
			}
			next += this.pause;
			long left = next - System.nanoTime();
			if (left < -BEATS_PER_INTERVAL * this.pause) {
				next = System.nanoTime();
			}
			while (left > 0 && !this.ended) {
				LockSupport.parkNanos(left);
				left = next - System.nanoTime();
			}
		}
	}

	private boolean isHealthy() {
		try {
			return this.callback.isHealthy();
		}
		catch (InternalError ex) {
			// perhaps a fault on the page that comes late: no answer of the callback
			return this.sam.isFaultOfPage(ex);
		}
		catch (Throwable ex) {
			return false;
		}
	}

}
