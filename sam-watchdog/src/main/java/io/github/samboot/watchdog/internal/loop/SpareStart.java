package io.github.samboot.watchdog.internal.loop;

import java.util.concurrent.locks.LockSupport;

import io.github.samboot.core.internal.rundir.WatchdogAddress;
import io.github.samboot.watchdog.internal.process.ApplicationCommand;
import io.github.samboot.watchdog.internal.process.ApplicationProcess;
import io.github.samboot.watchdog.internal.process.Priority;
import org.jspecify.annotations.Nullable;

/**
 * The start of one spare, on a thread of its own: on a file system that hangs, the loop
 * must not hang too. Nobody waits for a spare.
 */
final class SpareStart implements Runnable {

	private static final long PAUSE = 50_000_000;

	private static final long LONGEST_GOODBYE_MILLIS = 2000;

	private final ApplicationCommand command;

	private final WatchdogAddress address;

	private final String standby;

	private final ApplicationProcess.ExitListener exitListener;

	private final Listener listener;

	private final Seat seat;

	private @Nullable Priority priority;

	private @Nullable ApplicationProcess process;

	private @Nullable Throwable problem;

	private boolean isOver;

	private boolean isAbandoned;

	SpareStart(ApplicationCommand command, WatchdogAddress address, String standby, @Nullable Priority priority,
			ApplicationProcess.ExitListener exitListener, Seat seat, Listener listener) {
		this.command = command;
		this.address = address;
		this.standby = standby;
		this.priority = priority;
		this.exitListener = exitListener;
		this.seat = seat;
		this.listener = listener;
	}

	/**
	 * Hears that a start is over, on its thread.
	 */
	interface Listener {

		void started(SpareStart start);

	}

	void begin() {
		Thread thread = new Thread(null, this, "sam-spare", 128 * 1024);
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void run() {
		ApplicationProcess process = null;
		Throwable problem = null;
		try {
			Priority priority = this.priority;
			if (priority == null) {
				priority = Priority.find();
				this.priority = priority;
			}
			process = ApplicationProcess.startSpare(this.command, this.address, this.standby, priority,
					this.exitListener);
		}
		catch (Throwable ex) {
			problem = ex;
		}
		synchronized (this) {
			this.process = process;
			this.problem = problem;
			this.isOver = true;
			if (this.isAbandoned && process != null) {
				process.kill();
			}
			notifyAll();
		}
		tell();
	}

	private void tell() {
		while (true) {
			try {
				this.listener.started(this);
				return;
			}
			catch (Throwable ex) {
				// no memory to tell it: nobody else would
				LockSupport.parkNanos(PAUSE);
			}
		}
	}

	/**
	 * The watchdog ends: no spare is to be left behind.
	 */
	synchronized void abandon() {
		this.isAbandoned = true;
		long deadline = System.nanoTime() + LONGEST_GOODBYE_MILLIS * 1_000_000;
		try {
			long left = LONGEST_GOODBYE_MILLIS;
			while (!this.isOver && left > 0) {
				wait(left);
				left = (deadline - System.nanoTime()) / 1_000_000;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		if (this.process != null) {
			this.process.kill();
		}
	}

	Seat seat() {
		return this.seat;
	}

	synchronized @Nullable Priority priority() {
		return this.priority;
	}

	/**
	 * Return the process, once the start is over; {@code null} if there is none.
	 */
	synchronized @Nullable ApplicationProcess process() {
		return this.process;
	}

	synchronized @Nullable Throwable problem() {
		return this.problem;
	}

}
