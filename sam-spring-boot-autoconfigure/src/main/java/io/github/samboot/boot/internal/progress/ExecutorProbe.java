package io.github.samboot.boot.internal.progress;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import org.jspecify.annotations.Nullable;

/**
 * Gives an executor, whose own queue does not tell whether it works, an empty task.
 */
final class ExecutorProbe {

	private final Executor executor;

	private volatile boolean waits;

	private volatile long completed;

	private volatile @Nullable String thread;

	/** What the names of the threads begin with that carry a virtual one. */
	private volatile String carrier = "ForkJoinPool-1-worker-";

	ExecutorProbe(Executor executor) {
		this.executor = executor;
	}

	WatchedExecutor watched(String name) {
		return new WatchedExecutor(name, () -> this.completed, this::waiting, (thread) -> thread.equals(this.thread));
	}

	/**
	 * Watch the threads that carry the virtual threads of the executor. They are those of
	 * a pool whose number depends on which pools the application has made before.
	 */
	WatchedExecutor watchedCarriers(String name) {
		return new WatchedExecutor(name, () -> this.completed, this::waiting,
				(thread) -> thread.startsWith(this.carrier));
	}

	/**
	 * Return whether the task of the look before still waits; if not, the next one is
	 * given.
	 */
	private int waiting() {
		if (this.waits) {
			return 1;
		}
		this.waits = true;
		try {
			this.executor.execute(this::run);
		}
		catch (RejectedExecutionException ex) {
			// it is shut down
			this.waits = false;
		}
		return 0;
	}

	private void run() {
		this.thread = Thread.currentThread().getName();
		this.completed++;
		this.waits = false;
		// VirtualThread[#21,name]/runnable@ForkJoinPool-1-worker-1
		String text = Thread.currentThread().toString();
		int begin = text.lastIndexOf('@') + 1;
		int end = text.lastIndexOf('-') + 1;
		if (begin > 0 && begin < end) {
			this.carrier = text.substring(begin, end);
		}
	}

}
