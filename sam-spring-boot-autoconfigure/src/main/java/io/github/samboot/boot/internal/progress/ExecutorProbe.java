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

	ExecutorProbe(Executor executor) {
		this.executor = executor;
	}

	WatchedExecutor watched(String name) {
		return new WatchedExecutor(name, () -> this.completed, this::waiting, (thread) -> thread.equals(this.thread));
	}

	WatchedExecutor watched(String name, String threadPrefix) {
		return WatchedExecutor.of(name, () -> this.completed, this::waiting, threadPrefix);
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
	}

}
