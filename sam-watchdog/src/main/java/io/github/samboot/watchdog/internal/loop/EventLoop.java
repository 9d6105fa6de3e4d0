package io.github.samboot.watchdog.internal.loop;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.samboot.watchdog.internal.log.Log;

/**
 * Waits for messages, for what other threads have to tell, and for deadlines, and lets
 * the work be done. It knows nothing of what the work is, only that no error may end it.
 */
final class EventLoop {

	private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

	private static final long LONGEST_WAIT_MILLIS = 60_000;

	private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(50);

	private final Log log;

	private final Selector selector;

	private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();

	private boolean isStopped;

	EventLoop(Log log) throws IOException {
		this.log = log;
		this.selector = Selector.open();
	}

	/**
	 * What there is to do.
	 */
	interface Work {

		/** When to look at the time at the latest, on the monotonic clock. */
		long wakeAt(long now);

		/** Whether a millisecond too late would be a pity. */
		boolean isExact(long wakeAt);

		/** Whether something is left to do that nobody will tell again. */
		boolean isLeftOver();

		/** Do what is left over. */
		void doLeftOver();

		/** A channel is ready. */
		void ready(SelectionKey key);

		/** Look what time alone has changed; return whether that was anything. */
		boolean lookAtTime();

		/** Do what had time until now. */
		void tidyUp();

	}

	Selector selector() {
		return this.selector;
	}

	/**
	 * Let a task be run by the loop. Any thread may call it.
	 */
	void later(Runnable task) {
		this.tasks.add(task);
		this.selector.wakeup();
	}

	/**
	 * Work until {@link #stop()}.
	 */
	void run(Work work) {
		while (!this.isStopped) {
			try {
				turn(work);
				if (work.isLeftOver()) {
					LockSupport.parkNanos(PAUSE);
				}
			}
			catch (Throwable ex) {
				problem(ex);
				LockSupport.parkNanos(PAUSE);
			}
		}
	}

	void stop() {
		this.isStopped = true;
	}

	/**
	 * Whatever it is, the application must not be left alone because of it.
	 */
	void problem(Throwable ex) {
		try {
			this.log.warnRepeatedly("The watchdog ran into a problem and goes on: " + ex);
		}
		catch (Throwable again) {
			// not even words are left
		}
	}

	/**
	 * Most turns only find that all is well: what they do not need is not touched, for it
	 * would have to be fetched into the processor's caches first.
	 */
	private void turn(Work work) throws IOException {
		await(work);
		if (work.isLeftOver()) {
			work.doLeftOver();
		}
		while (!this.isStopped && !this.tasks.isEmpty()) {
			this.tasks.remove().run();
			work.tidyUp();
		}
		Set<SelectionKey> selected = this.selector.selectedKeys();
		boolean isServing = !selected.isEmpty();
		if (isServing) {
			serve(selected.iterator(), work);
		}
		// last, so that nobody is blamed for a silence whose end waits to be read
		boolean isChanged = !this.isStopped && work.lookAtTime();
		if (isServing || isChanged) {
			work.tidyUp();
		}
	}

	private void serve(Iterator<SelectionKey> keys, Work work) {
		while (keys.hasNext()) {
			SelectionKey key = keys.next();
			keys.remove();
			if (!this.isStopped && key.isValid()) {
				work.ready(key);
			}
		}
	}

	private void await(Work work) throws IOException {
		long now = System.nanoTime();
		long wakeAt = work.wakeAt(now);
		long wait = wakeAt - now;
		// tasks: after one that failed, nobody would wake the loop for the others
		if (wait <= 0 || work.isLeftOver() || !this.tasks.isEmpty()) {
			this.selector.selectNow();
		}
		else if (work.isExact(wakeAt)) {
			// a selector counts in milliseconds
			if (wait < MILLISECOND) {
				LockSupport.parkNanos(wait);
				this.selector.selectNow();
			}
			else {
				this.selector.select(wait / MILLISECOND);
			}
		}
		else {
			// rounded up: a deadline that is looked at too early is looked at twice
			this.selector.select(Math.min((wait + MILLISECOND - 1) / MILLISECOND, LONGEST_WAIT_MILLIS));
		}
	}

}
