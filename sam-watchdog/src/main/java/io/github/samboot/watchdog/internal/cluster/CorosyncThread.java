package io.github.samboot.watchdog.internal.cluster;

import io.github.samboot.core.internal.process.DaemonThread;

/**
 * A thread that has a connection to Corosync, and makes another one when that is lost.
 */
abstract class CorosyncThread implements AutoCloseable, Runnable {

	/**
	 * Every dispatch call of libquorum has a buffer of 1 MiB on the stack. It is address
	 * space only: the pages that are never written cost nothing.
	 */
	private static final int STACK_KIBIBYTES = 4096;

	private static final long FIRST_PAUSE = 50;

	private static final long LONGEST_PAUSE = 1000;

	private static final long CLOSE_TIMEOUT = 2000;

	private final Thread thread;

	private volatile boolean isClosed;

	/** How long to rest before the next attempt to connect. */
	long pause = FIRST_PAUSE;

	CorosyncThread(String name) {
		this.thread = DaemonThread.create(name, STACK_KIBIBYTES, this);
	}

	/**
	 * Begin, if it is not closed already; returns at once.
	 */
	public final synchronized void start() {
		if (!this.isClosed) {
			this.thread.start();
		}
	}

	final boolean isClosed() {
		return this.isClosed;
	}

	/**
	 * Work until closed. Whatever goes wrong, no memory included, the thread goes on: its
	 * last word would stand for ever.
	 */
	@Override
	public void run() {
		do {
			try {
				work();
			}
			catch (Throwable ex) {
				try {
					failed(ex);
				}
				catch (Throwable another) {
					// the next attempt succeeds, or fails as well
				}
			}
		}
		while (awaitWork());
	}

	/**
	 * Do what there is to do.
	 */
	abstract void work();

	/**
	 * That has failed: tell it, and begin anew.
	 */
	abstract void failed(Throwable cause);

	/**
	 * Wait until there is something to do.
	 * @return {@code false} if there is not, and it is closed
	 */
	abstract boolean awaitWork();

	/**
	 * Choose the pause before the next attempt to connect.
	 * @param isAnswered whether Corosync has answered to the last one
	 */
	final void attempted(boolean isAnswered) {
		this.pause = isAnswered ? FIRST_PAUSE : Math.min(2 * this.pause, LONGEST_PAUSE);
	}

	/**
	 * Do nothing for a while, or until there is something to do.
	 */
	final synchronized void rest(long millis) {
		long end = System.nanoTime() + millis * 1_000_000;
		long left = millis;
		try {
			while (!this.isClosed && left > 0 && !hasWork()) {
				wait(left);
				left = (end - System.nanoTime()) / 1_000_000;
			}
		}
		catch (InterruptedException ex) {
			// nothing interrupts this thread; if something does, the pause was enough
		}
	}

	/**
	 * Return whether there is something to do over the connection.
	 */
	boolean hasWork() {
		return false;
	}

	/**
	 * Close, but do not wait for that.
	 */
	synchronized void end() {
		this.isClosed = true;
		notifyAll();
	}

	@Override
	public void close() {
		end();
		if (Thread.currentThread() == this.thread) {
			return;
		}
		try {
			// bounded: a frozen Corosync never answers
			this.thread.join(CLOSE_TIMEOUT);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
