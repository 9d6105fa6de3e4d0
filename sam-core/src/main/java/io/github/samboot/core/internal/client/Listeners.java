package io.github.samboot.core.internal.client;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.github.samboot.core.SamListener;
import io.github.samboot.core.internal.process.DaemonThread;
import org.jspecify.annotations.Nullable;

/**
 * Tells listeners what happens, in order and on a thread of its own: one that fails or
 * does not return must keep neither answers of the watchdog nor its replacement from this
 * process. Thread-safe.
 */
final class Listeners {

	/** As long as anybody waits for a listener that does not return. */
	private static final long HEARING_MILLIS = 500;

	private static final Runnable NOTHING = () -> {
	};

	private final List<SamListener> listeners = new CopyOnWriteArrayList<>();

	private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();

	/** What is in the queue, and what was taken from it and is not over. */
	private final AtomicInteger outstanding = new AtomicInteger();

	private volatile @Nullable Thread thread;

	void add(SamListener listener) {
		this.listeners.add(listener);
	}

	void remove(SamListener listener) {
		this.listeners.remove(listener);
	}

	/**
	 * Start the thread while all is well: there may be none to be had later.
	 */
	synchronized void start() {
		if (this.thread == null) {
			this.thread = DaemonThread.start("sam-listeners", this::run);
		}
	}

	/**
	 * Tell every listener. Never waits.
	 */
	void tell(Consumer<SamListener> news) {
		enqueue(() -> {
			for (SamListener listener : this.listeners) {
				tell(listener, news);
			}
		});
	}

	/**
	 * Have something done in turn that may take its time, such as a line in a log.
	 */
	void run(Runnable task) {
		enqueue(task);
	}

	private static void tell(SamListener listener, Consumer<SamListener> news) {
		try {
			news.accept(listener);
		}
		catch (Throwable ex) {
			ProcessSam.logger.log(Level.WARNING, "A listener failed, the others are told nevertheless: " + listener,
					ex);
		}
	}

	/**
	 * Wait until what was told before this call has been heard, or for a moment if a
	 * listener does not return.
	 */
	void awaitHeard() {
		// a thread must not wait for itself
		if (this.outstanding.get() == 0 || this.thread == null || Thread.currentThread() == this.thread) {
			return;
		}
		CompletableFuture<Void> heard = new CompletableFuture<>();
		enqueue(() -> heard.complete(null));
		try {
			// without time: the waiting thread is to be in state WAITING
			heard.completeOnTimeout(null, HEARING_MILLIS, TimeUnit.MILLISECONDS).get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void enqueue(Runnable task) {
		this.outstanding.incrementAndGet();
		this.queue.add(task);
	}

	private void run() {
		while (true) {
			Runnable task = NOTHING;
			try {
				task = this.queue.take();
				task.run();
			}
			catch (Throwable ex) {
				// neither an interrupt nor a lack of memory is worth ending this thread
			}
			finally {
				if (task != NOTHING) {
					this.outstanding.decrementAndGet();
				}
			}
		}
	}

}
