package io.github.samboot.boot.internal.connections;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;

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
			this.held = null;
			if (inherited != null) {
				HeldChannel held = new HeldChannel(inherited);
				this.connector.open(held);
				this.held = held;
			}
		}
		catch (IOException ex) {
			PortInUseException.throwIfPortBindingException(ex, () -> port);
			throw new WebServerException("Unable to listen", ex);
		}
	}

	@Override
	public void drain() {
		if (this.held != null) {
			this.connector.shutdown();
		}
	}

	@Override
	public boolean isDrained() {
		HeldChannel held = this.held;
		return held == null || (this.connector.getConnectedEndPoints().isEmpty() && !held.isLastOpen());
	}

}
