package io.github.samboot.boot.internal.progress;

import java.util.Map;

import org.springframework.boot.autoconfigure.condition.ConditionalOnThreading;
import org.springframework.boot.thread.Threading;
import org.springframework.core.task.VirtualThreadTaskExecutor;

/**
 * The threads that carry virtual threads.
 */
@ConditionalOnThreading(Threading.VIRTUAL)
public final class CarrierThreads implements ExecutorSource {

	private final WatchedExecutor carriers = new ExecutorProbe(new VirtualThreadTaskExecutor("sam-progress-"))
		.watchedCarriers("The scheduler of virtual threads");

	@Override
	public void find(Map<Object, WatchedExecutor> found) {
		found.put(this, this.carriers);
	}

}
