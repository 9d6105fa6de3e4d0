package io.github.samboot.core.internal.client;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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

	private final List<SamListener> listeners = new CopyOnWriteArrayList<>();

	private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();

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
		this.queue.add(() -> {
			for (SamListener listener : this.listeners) {
				try {
					news.accept(listener);
				}
				catch (Throwable ex) {
					ProcessSam.logger.log(Level.WARNING,
							"A listener failed, the others are told nevertheless: " + listener, ex);
				}
			}
		});
	}

	/**
	 * Write a line into the log in turn, which may take its time.
	 */
	void log(Level level, String line, Object... values) {
		this.queue.add(() -> ProcessSam.logger.log(level, line, values));
	}

	/**
	 * Wait until what was told before this call has been heard, or for a moment if a
	 * listener does not return.
	 */
	void awaitHeard() {
		// a thread must not wait for itself
		if (this.thread == null || Thread.currentThread() == this.thread) {
			return;
		}
		CompletableFuture<Void> heard = new CompletableFuture<>();
		this.queue.add(() -> heard.complete(null));
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

	private void run() {
		while (true) {
			try {
				this.queue.take().run();
			}
			catch (Throwable ex) {
				// neither an interrupt nor a lack of memory is worth ending this thread
			}
		}
	}

}
