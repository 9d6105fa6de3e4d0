package io.github.samboot.boot.internal.connections;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.BooleanSupplier;

import io.github.samboot.core.internal.client.ProcessSam;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * HTTP on the socket that the watchdog holds, or on one of its own if it holds none.
 */
public final class HeldTomcatProtocol extends Http11NioProtocol implements HeldServer {

	private final Endpoint endpoint;

	private int keepAliveRequests;

	/**
	 * Create a protocol; Tomcat does it, by name.
	 */
	public HeldTomcatProtocol() {
		this(new Endpoint());
	}

	private HeldTomcatProtocol(Endpoint endpoint) {
		super(endpoint);
		this.endpoint = endpoint;
	}

	/** In a spare its threads are there before it starts: they take a while. */
	@Override
	public void init() throws Exception {
		super.init();
		if (ProcessSam.get().isSpare() && this.endpoint.getExecutor() == null) {
			this.endpoint.createExecutor();
		}
	}

	/**
	 * The context may be started again. What fails once the socket is there, Tomcat
	 * leaves as it is, though another context of this process may want the port.
	 */
	@Override
	public void start() throws Exception {
		if (this.keepAliveRequests != 0) {
			setMaxKeepAliveRequests(this.keepAliveRequests);
		}
		try {
			super.start();
		}
		catch (Throwable ex) {
			try {
				this.endpoint.doCloseServerSocket();
			}
			catch (IOException next) {
				ex.addSuppressed(next);
			}
			throw ex;
		}
	}

	/** Also those of a spare that was never started. */
	@Override
	public void destroy() throws Exception {
		try {
			super.destroy();
		}
		finally {
			this.endpoint.shutdownExecutor();
		}
	}

	/** Without pausing, as Tomcat then drops the next request of each connection. */
	@Override
	public void drain() {
		HeldChannel held = this.endpoint.held;
		if (held != null) {
			held.drain();
			this.keepAliveRequests = getMaxKeepAliveRequests();
			setMaxKeepAliveRequests(1);
			// connections of HTTP/2
			this.endpoint.getHandler().pause();
		}
	}

	@Override
	public boolean isDrained() {
		HeldChannel held = this.endpoint.held;
		return held == null || (this.endpoint.getConnections().isEmpty() && !held.isRecentOpen());
	}

	/**
	 * Differs from Tomcat's in how it stops to accept. Tomcat accepts one connection more
	 * for that, and drops it: with a socket of its own that is not missed, but here it
	 * may be that of a client that could wait for the next instance.
	 */
	static final class Endpoint extends NioEndpoint {

		/** Made in a spare while it waits, and not for its first connection. */
		private final BooleanSupplier isPausedNow = this::isPaused;

		private volatile @Nullable HeldChannel held;

		@Override
		protected void initServerSocket() throws Exception {
			InetAddress address = getAddress();
			ServerSocketChannel inherited = HeldChannel.inherit((address != null)
					? new InetSocketAddress(address, getPortWithOffset()) : new InetSocketAddress(getPortWithOffset()),
					getAcceptCount());
			setUseInheritedChannel(inherited != null);
			super.initServerSocket();
			this.held = (inherited != null) ? new HeldChannel(inherited) : null;
		}

		@Override
		protected SocketChannel serverSocketAccept() throws Exception {
			HeldChannel held = this.held;
			if (held == null) {
				return super.serverSocketAccept();
			}
			while (isRunning()) {
				SocketChannel accepted = held.acceptNext(this.isPausedNow);
				if (accepted != null) {
					return accepted;
				}
			}
			throw new ClosedChannelException();
		}

		@Override
		protected void doCloseServerSocket() throws IOException {
			HeldChannel held = this.held;
			super.doCloseServerSocket();
			if (held != null) {
				this.held = null;
				held.close();
			}
		}

		@Override
		protected void unlockAccept() {
			HeldChannel held = this.held;
			if (held == null) {
				super.unlockAccept();
			}
			else {
				held.wakeUp();
			}
		}

	}

}
