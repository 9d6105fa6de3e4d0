package io.github.samboot.boot.internal.progress;

import java.util.Map;
import java.util.concurrent.Executor;

import reactor.netty.resources.LoopResources;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.client.ReactorResourceFactory;

/**
 * The event loops of Reactor Netty, each an executor of its own: its connections belong
 * to it.
 */
public final class NettyExecutors implements ExecutorSource {

	private final ObjectProvider<ReactorResourceFactory> resources;

	private final boolean isNative;

	/**
	 * Create a source.
	 * @param resources have the event loops
	 * @param isHeld whether the server uses Java's, also where there are native ones
	 */
	public NettyExecutors(ObjectProvider<ReactorResourceFactory> resources, boolean isHeld) {
		this.resources = resources;
		this.isNative = LoopResources.DEFAULT_NATIVE && !isHeld;
	}

	@Override
	public void find(Map<Object, WatchedExecutor> found) {
		this.resources.ifAvailable((resources) -> {
			for (Executor loop : resources.getLoopResources().onServer(this.isNative)) {
				found.computeIfAbsent(loop, (key) -> new ExecutorProbe(loop).watched("An event loop"));
			}
		});
	}

}
