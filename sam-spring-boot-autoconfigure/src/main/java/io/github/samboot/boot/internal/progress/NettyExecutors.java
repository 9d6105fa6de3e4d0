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

	public NettyExecutors(ObjectProvider<ReactorResourceFactory> resources) {
		this.resources = resources;
	}

	@Override
	public void find(Map<Object, WatchedExecutor> found) {
		this.resources.ifAvailable((resources) -> {
			for (Executor loop : resources.getLoopResources().onServer(LoopResources.DEFAULT_NATIVE)) {
				found.computeIfAbsent(loop, (key) -> new ExecutorProbe(loop).watched("An event loop"));
			}
		});
	}

}
