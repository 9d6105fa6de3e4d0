package io.github.samboot.boot.internal.health;

import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.github.samboot.core.internal.process.DaemonThread;
import io.github.samboot.core.internal.rundir.EvidenceFile;

/**
 * The threads for health checks: few, whatever the health group contains, and one of them
 * for good, so that checks go on when no other can be started. Checks that find no thread
 * wait for one.
 */
final class CheckThreads {

	static final int MOST = 16;

	private static final String NAME = EvidenceFile.HEALTH_CHECK_THREAD.strip();

	private static final long IDLE_SECONDS = 30;

	private final Waiting waiting = new Waiting();

	private final ThreadPoolExecutor threads;

	CheckThreads(ThreadFactory factory) {
		this.threads = new ThreadPoolExecutor(1, MOST, IDLE_SECONDS, TimeUnit.SECONDS, this.waiting, factory,
				(check, executor) -> this.waiting.append(check));
	}

	static Thread create(Runnable task) {
		return daemon(task, NAME);
	}

	static Thread daemon(Runnable task, String name) {
		Thread thread = DaemonThread.create(name, 0, task);
		thread.setContextClassLoader(CheckThreads.class.getClassLoader());
		return thread;
	}

	/**
	 * Make sure that there is a thread.
	 * @throws OutOfMemoryError if none can be started
	 */
	void ensureOne() {
		this.threads.prestartCoreThread();
	}

	/**
	 * Make a check as soon as there is a thread for it.
	 * @param name who is checked; a thread dump shows it
	 * @param check the check, which must not throw
	 */
	void execute(String name, Runnable check) {
		Runnable named = () -> {
			Thread.currentThread().setName(EvidenceFile.HEALTH_CHECK_THREAD + name);
			check.run();
			Thread.currentThread().setName(NAME);
		};
		try {
			this.threads.execute(named);
		}
		catch (OutOfMemoryError ex) {
			// no thread can be started now
			this.waiting.append(named);
		}
	}

	/**
	 * End the threads without interrupting a check: an interrupt that hits a file channel
	 * closes it for everybody.
	 */
	void end() {
		this.waiting.clear();
		this.threads.shutdown();
	}

	/**
	 * Takes a check only if a thread is idle; otherwise the pool starts one, if it may.
	 */
	@SuppressWarnings("serial")
	private static final class Waiting extends LinkedTransferQueue<Runnable> {

		@Override
		public boolean offer(Runnable check) {
			return tryTransfer(check);
		}

		void append(Runnable check) {
			super.offer(check);
		}

	}

}
