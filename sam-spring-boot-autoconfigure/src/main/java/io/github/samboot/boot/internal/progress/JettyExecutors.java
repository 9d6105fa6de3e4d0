package io.github.samboot.boot.internal.progress;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.eclipse.jetty.util.thread.QueuedThreadPool;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;

/**
 * The workers of Jetty, which does not count what they have finished: that their threads
 * have not run has to do.
 */
@ConditionalOnClass(JettyWebServer.class)
public final class JettyExecutors implements ExecutorSource, ApplicationListener<WebServerInitializedEvent> {

	private final Queue<JettyWebServer> servers = new ConcurrentLinkedQueue<>();

	@Override
	public void onApplicationEvent(WebServerInitializedEvent event) {
		if (event.getWebServer() instanceof JettyWebServer server) {
			this.servers.add(server);
		}
	}

	@Override
	public void find(Map<Object, WatchedExecutor> found) {
		for (JettyWebServer server : this.servers) {
			if (server.getServer().getThreadPool() instanceof QueuedThreadPool pool) {
				found.computeIfAbsent(pool, (key) -> WatchedExecutor.of("Jetty's executor " + pool.getName(), () -> 0,
						pool::getQueueSize, pool.getName() + "-"));
			}
		}
	}

}
