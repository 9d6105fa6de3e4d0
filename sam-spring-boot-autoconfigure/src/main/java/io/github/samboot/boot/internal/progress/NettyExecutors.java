package io.github.samboot.boot.internal.progress;

import java.util.Map;
import java.util.concurrent.Executor;

import io.github.samboot.boot.SamProperties;
import reactor.netty.resources.LoopResources;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.http.client.ReactorResourceFactory;

/**
 * The event loops of Reactor Netty, each an executor of its own: its connections belong
 * to it.
 */
@ConditionalOnClass({ ReactorResourceFactory.class, LoopResources.class })
public final class NettyExecutors implements ExecutorSource {

	private final ObjectProvider<ReactorResourceFactory> resources;

	private final boolean isNative;

	/**
	 * Create a source.
	 * @param resources have the event loops
	 * @param properties say whether the server uses Java's, also where there are native
	 * ones
	 */
	public NettyExecutors(ObjectProvider<ReactorResourceFactory> resources, SamProperties properties) {
		this.resources = resources;
		this.isNative = LoopResources.DEFAULT_NATIVE && !properties.connections().hold();
	}

	@Override
	public void find(Map<Object, WatchedExecutor> found) {
		// of several it cannot be told whose loops serve
		this.resources.ifUnique((resources) -> {
			for (Executor loop : resources.getLoopResources().onServer(this.isNative)) {
				found.computeIfAbsent(loop, (key) -> new ExecutorProbe(loop).watched("An event loop"));
			}
		});
	}

}
