package io.github.samboot.watchdog.internal.loop;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Iterator;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import io.github.samboot.watchdog.internal.log.Log;

/**
 * Waits for what other threads put into the inbox, for messages on channels and for
 * deadlines, and handles one after the other. It knows nothing of what they mean, only
 * that no error may end it.
 */
final class EventLoop {

	private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

	private static final long LONGEST_WAIT_MILLIS = 60_000;

	private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(50);

	private final Log log;

	private final Selector selector;

	private final ConcurrentLinkedQueue<Runnable> inbox = new ConcurrentLinkedQueue<>();

	private boolean isStopped;

	EventLoop(Log log) throws IOException {
		this.log = log;
		this.selector = Selector.open();
	}

	/**
	 * What time alone brings.
	 */
	interface Timer {

		/** When to look at the time at the latest, on the monotonic clock. */
		long wakeAt(long now);

		/** Whether that must not be a millisecond late. */
		boolean isExact(long wakeAt);

		/** Look what time has changed. */
		void look();

	}

	Selector selector() {
		return this.selector;
	}

	/**
	 * Let the loop run a task. Any thread may call it.
	 */
	void post(Runnable task) {
		this.inbox.add(task);
		this.selector.wakeup();
	}

	/**
	 * Work until {@link #stop()}.
	 */
	void run(Timer timer, Consumer<SelectionKey> channelHandler) {
		while (!this.isStopped) {
			try {
				turn(timer, channelHandler);
			}
			catch (Throwable ex) {
				this.log.problem(ex);
				LockSupport.parkNanos(PAUSE);
			}
		}
	}

	void stop() {
		this.isStopped = true;
	}

	private void turn(Timer timer, Consumer<SelectionKey> channelHandler) throws IOException {
		await(timer);
		while (!this.isStopped && !this.inbox.isEmpty()) {
			this.inbox.remove().run();
		}
		Iterator<SelectionKey> keys = this.selector.selectedKeys().iterator();
		while (keys.hasNext()) {
			SelectionKey key = keys.next();
			keys.remove();
			if (!this.isStopped && key.isValid()) {
				channelHandler.accept(key);
			}
		}
		// last: a heartbeat that waits to be read is no missed one
		if (!this.isStopped) {
			timer.look();
		}
	}

	private void await(Timer timer) throws IOException {
		long now = System.nanoTime();
		long wakeAt = timer.wakeAt(now);
		long wait = wakeAt - now;
		// inbox: after a task that failed, no wake-up comes for the others
		if (wait <= 0 || !this.inbox.isEmpty()) {
			this.selector.selectNow();
		}
		else if (timer.isExact(wakeAt)) {
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
