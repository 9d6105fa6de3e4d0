package io.github.samboot.boot.internal.health;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * A thread for code of the application that must not hold up SAM: aggregators, details,
 * meters, appenders. If such code blocks, only this thread does. Started when it is first
 * used.
 */
public final class SideThread {

	private static final int MOST_WAITING = 1000;

	private final ThreadPoolExecutor executor;

	private @Nullable Future<?> last;

	/**
	 * Create a thread, which is started when it is needed.
	 * @param name its name
	 */
	public SideThread(String name) {
		this.executor = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING),
				(code) -> CheckThreads.daemon(code, name), new ThreadPoolExecutor.DiscardPolicy());
	}

	/**
	 * Run something some time soon. It is dropped if there is no thread for it, or if a
	 * thousand others wait.
	 * @param code what to run
	 * @return whether there is a thread
	 */
	public boolean run(Runnable code) {
		try {
			this.executor.submit(code);
			return true;
		}
		catch (OutOfMemoryError ex) {
			return false;
		}
	}

	/**
	 * Call something and wait for its result. Only for one caller, and not together with
	 * {@link #run}.
	 * @param code what to call
	 * @param nanos how long to wait
	 * @return what it returned
	 * @throws Exception if it fails, cannot be called, or takes longer; as long as an
	 * earlier call lasts, at once
	 */
	<T> T call(Callable<T> code, long nanos) throws Exception {
		if (this.last != null && !this.last.isDone()) {
			throw new IllegalStateException("an earlier call has not returned");
		}
		Future<T> result = this.executor.submit(code);
		this.last = result;
		return result.get(nanos, TimeUnit.NANOSECONDS);
	}

	/**
	 * End the thread, after what it still has to do.
	 */
	public void end() {
		this.executor.shutdown();
	}

}
