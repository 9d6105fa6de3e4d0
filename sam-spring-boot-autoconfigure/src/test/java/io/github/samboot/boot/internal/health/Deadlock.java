package io.github.samboot.boot.internal.health;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two threads that wait for each other until an interrupt.
 *
 * @param left what {@code left-hand} is
 * @param right what {@code right-hand} is
 */
record Deadlock(Thread left, Thread right) implements AutoCloseable {

	/** Begin a deadlock. */
	static Deadlock begin() {
		return begin(Lock::lockInterruptibly);
	}

	/**
	 * Begin a deadlock.
	 * @param task what the left one does before
	 */
	static Deadlock begin(Runnable task) {
		return begin(task, Lock::lockInterruptibly);
	}

	/**
	 * Begin a deadlock.
	 * @param waiting how both wait
	 */
	static Deadlock begin(Waiting waiting) {
		return begin(() -> {
		}, waiting);
	}

	private static Deadlock begin(Runnable task, Waiting waiting) {
		Lock one = new ReentrantLock();
		Lock two = new ReentrantLock();
		CyclicBarrier bothHoldOne = new CyclicBarrier(2);
		Runnable nothing = () -> {
		};
		return new Deadlock(locking("left-hand", one, two, bothHoldOne, task, waiting),
				locking("right-hand", two, one, bothHoldOne, nothing, waiting));
	}

	private static Thread locking(String name, Lock first, Lock second, CyclicBarrier barrier, Runnable task,
			Waiting waiting) {
		Thread thread = new Thread(() -> {
			first.lock();
			try {
				task.run();
				barrier.await();
				waiting.waitFor(second);
				second.unlock();
			}
			catch (Exception ex) {
				// the end of the test
			}
			finally {
				first.unlock();
			}
		}, name);
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

	@Override
	public void close() {
		this.left.interrupt();
		this.right.interrupt();
		try {
			this.left.join(30_000);
			this.right.join(30_000);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		assertThat(this.left.isAlive() || this.right.isAlive()).as("the deadlock lasts after an interrupt").isFalse();
	}

	/**
	 * How a thread waits for a lock.
	 */
	interface Waiting {

		void waitFor(Lock lock) throws InterruptedException;

	}

}
