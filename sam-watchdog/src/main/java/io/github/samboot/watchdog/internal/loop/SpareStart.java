package io.github.samboot.watchdog.internal.loop;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.samboot.core.internal.process.DaemonThread;
import io.github.samboot.watchdog.internal.process.ApplicationProcess;

/**
 * The start of one spare, on a thread of its own: a file system that hangs must not make
 * the loop hang.
 */
final class SpareStart extends FutureTask<ApplicationProcess> {

	private static final long PAUSE = 50_000_000;

	private static final long LONGEST_WAIT_MILLIS = 2000;

	private final ProcessSlot slot;

	private final Processes.Listener listener;

	private volatile boolean isAbandoned;

	SpareStart(Callable<ApplicationProcess> start, ProcessSlot slot, Processes.Listener listener) {
		super(start);
		this.slot = slot;
		this.listener = listener;
	}

	void begin() {
		DaemonThread.start("sam-spare", 128, this);
	}

	@Override
	protected void done() {
		if (this.isAbandoned) {
			kill();
		}
		while (true) {
			try {
				this.listener.spareStarted(this);
				return;
			}
			catch (Throwable ex) {
				// no memory; the loop learns of it from here only
				LockSupport.parkNanos(PAUSE);
			}
		}
	}

	/**
	 * The watchdog ends: no spare is to be left behind.
	 */
	void abandon() {
		this.isAbandoned = true;
		kill();
	}

	private void kill() {
		try {
			get(LONGEST_WAIT_MILLIS, TimeUnit.MILLISECONDS).kill();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (Exception ex) {
			// there is none, or it is killed once its start is over
		}
	}

	ProcessSlot slot() {
		return this.slot;
	}

}
