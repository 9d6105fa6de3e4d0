package io.github.samboot.boot.internal.progress;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.apache.catalina.connector.Connector;
import org.apache.coyote.AbstractProtocol;
import org.apache.tomcat.util.threads.ThreadPoolExecutor;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;

/**
 * The workers of Tomcat. What waits before {@code max-connections}, or in the backlog of
 * the socket, is not seen, but then the workers' queue is not empty either.
 */
@ConditionalOnClass(TomcatWebServer.class)
public final class TomcatExecutors implements ExecutorSource, ApplicationListener<WebServerInitializedEvent> {

	private final Queue<TomcatWebServer> servers = new ConcurrentLinkedQueue<>();

	@Override
	public void onApplicationEvent(WebServerInitializedEvent event) {
		if (event.getWebServer() instanceof TomcatWebServer server) {
			this.servers.add(server);
		}
	}

	@Override
	public void find(Map<Object, WatchedExecutor> found) {
		for (TomcatWebServer server : this.servers) {
			for (Connector connector : server.getTomcat().getService().findConnectors()) {
				// virtual threads have another class
				if (connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol
						&& protocol.getExecutor() instanceof ThreadPoolExecutor pool) {
					String name = name(protocol) + "-exec-";
					found.computeIfAbsent(pool, (key) -> WatchedExecutor.of("Tomcat's executor " + name,
							pool::getCompletedTaskCount, () -> pool.getQueue().size(), name));
				}
			}
		}
	}

	/**
	 * The name that its threads got, before the port was known if it is a random one.
	 */
	private static String name(AbstractProtocol<?> protocol) {
		return protocol.getName().replace("\"", "").replaceFirst("(-auto-\\d+)-\\d+$", "$1");
	}

}
