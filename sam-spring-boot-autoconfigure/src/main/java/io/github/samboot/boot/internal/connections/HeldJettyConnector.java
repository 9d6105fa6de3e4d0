package io.github.samboot.boot.internal.connections;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.WebServerException;

/**
 * Lets a connector of Jetty accept from the socket that the watchdog holds, or from one
 * of its own if it holds none.
 */
final class HeldJettyConnector implements HeldServer, LifeCycle.Listener {

	private final ServerConnector connector;

	/** These let connections persist otherwise. */
	private final List<HttpConfiguration> draining = new CopyOnWriteArrayList<>();

	private volatile @Nullable HeldChannel held;

	HeldJettyConnector(ServerConnector connector) {
		this.connector = connector;
		connector.addEventListener(this);
	}

	@Override
	public void lifeCycleStarting(LifeCycle event) {
		String host = this.connector.getHost();
		int port = this.connector.getPort();
		int backlog = this.connector.getAcceptQueueSize();
		try {
			ServerSocketChannel inherited = HeldChannel.inherit(
					(host != null) ? new InetSocketAddress(host, port) : new InetSocketAddress(port),
					(backlog > 0) ? backlog : 50);
			if (inherited != null) {
				open(inherited);
			}
		}
		catch (IOException ex) {
			PortInUseException.throwIfPortBindingException(ex, () -> port);
			throw new WebServerException("Unable to listen", ex);
		}
	}

	void open(ServerSocketChannel inherited) throws IOException {
		HeldChannel held = new HeldChannel(inherited);
		this.connector.open(held);
		this.held = held;
	}

	/** The context may be started again. */
	@Override
	public void lifeCycleStopped(LifeCycle event) {
		this.held = null;
		this.draining.forEach((http) -> http.setPersistentConnectionsEnabled(true));
		this.draining.clear();
	}

	/**
	 * Without shutting the connector down, as Jetty then ends a connection after a
	 * response that has begun, and has not told the client.
	 */
	@Override
	public void drain() {
		HeldChannel held = this.held;
		if (held == null) {
			return;
		}
		for (ConnectionFactory factory : this.connector.getConnectionFactories()) {
			if (factory instanceof HttpConfiguration.ConnectionFactory http
					&& http.getHttpConfiguration().isPersistentConnectionsEnabled()) {
				http.getHttpConfiguration().setPersistentConnectionsEnabled(false);
				this.draining.add(http.getHttpConfiguration());
			}
		}
		held.drain();
	}

	@Override
	public boolean isDrained() {
		HeldChannel held = this.held;
		return held == null || (this.connector.getConnectedEndPoints().isEmpty() && !held.isRecentOpen());
	}

}
