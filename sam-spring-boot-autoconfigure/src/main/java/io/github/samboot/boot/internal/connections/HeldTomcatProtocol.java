package io.github.samboot.boot.internal.connections;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.samboot.core.internal.client.ApplicationSam;
import io.github.samboot.core.internal.client.ProcessSam;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * HTTP on the socket that the watchdog holds, or on one of its own if it holds none.
 */
public final class HeldTomcatProtocol extends Http11NioProtocol {

	/** For clients that send one request after the other; idle ones are not awaited. */
	private static final long LONGEST_DRAIN = TimeUnit.MILLISECONDS.toNanos(500);

	private final Endpoint endpoint;

	private volatile boolean isDrained;

	/**
	 * Create a protocol; Tomcat does it, by name.
	 */
	public HeldTomcatProtocol() {
		this(new Endpoint(ProcessSam.get()));
	}

	private HeldTomcatProtocol(Endpoint endpoint) {
		super(endpoint);
		this.endpoint = endpoint;
	}

	@Override
	public void start() throws Exception {
		this.isDrained = false;
		super.start();
	}

	/** Tomcat drops the next request of each connection while it is paused. */
	@Override
	public boolean isPaused() {
		return super.isPaused() && (this.isDrained || !this.endpoint.isHeld);
	}

	/** Serve what is accepted, with {@code Connection: close}, before that is so. */
	@Override
	public void closeServerSocketGraceful() {
		super.closeServerSocketGraceful();
		int keepAlive = getMaxKeepAliveRequests();
		setMaxKeepAliveRequests(1);
		long end = System.nanoTime() + LONGEST_DRAIN;
		while (this.endpoint.isHeld && !this.endpoint.getConnections().isEmpty() && System.nanoTime() - end < 0) {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
		}
		this.isDrained = true;
		setMaxKeepAliveRequests(keepAlive);
	}

	/**
	 * Differs from Tomcat's in how it stops to accept. Tomcat accepts one connection more
	 * for that, and drops it: with a socket of its own that is not missed, but here it
	 * may be that of a client that could wait for the next instance.
	 */
	static final class Endpoint extends NioEndpoint {

		private static final int PAUSE_MILLIS = 5;

		/** EINVAL: the watchdog lets the socket refuse connections. */
		private static final String REFUSING = "Invalid argument";

		private final ApplicationSam sam;

		/** So that after {@link #unlockAccept()} nothing is accepted any more. */
		private final Object accepting = new Object();

		private volatile @Nullable Selector selector;

		private volatile boolean isHeld;

		private boolean isLast;

		Endpoint(ApplicationSam sam) {
			this.sam = sam;
		}

		@Override
		protected void initServerSocket() throws Exception {
			InetAddress address = getAddress();
			int port = this.sam.listen((address != null) ? new InetSocketAddress(address, getPortWithOffset())
					: new InetSocketAddress(getPortWithOffset()), getAcceptCount());
			this.isHeld = port != 0;
			setUseInheritedChannel(this.isHeld);
			super.initServerSocket();
			if (this.isHeld) {
				this.isLast = false;
				this.selector = Selector.open();
				ServerSocketChannel channel = (ServerSocketChannel) getServerSocket();
				channel.configureBlocking(false);
				channel.register(this.selector, SelectionKey.OP_ACCEPT);
			}
		}

		@Override
		protected SocketChannel serverSocketAccept() throws Exception {
			Selector selector = this.selector;
			if (selector == null) {
				return super.serverSocketAccept();
			}
			while (isRunning()) {
				SocketChannel accepted = isPaused() ? null : accept(selector);
				if (accepted != null) {
					return accepted;
				}
				if (isPaused()) {
					Thread.sleep(PAUSE_MILLIS);
				}
			}
			throw new ClosedChannelException();
		}

		private @Nullable SocketChannel accept(Selector selector) throws Exception {
			selector.select();
			if (!selector.isOpen()) {
				return null;
			}
			selector.selectedKeys().clear();
			synchronized (this.accepting) {
				if (isPaused()) {
					return null;
				}
				try {
					return ((ServerSocketChannel) getServerSocket()).accept();
				}
				catch (IOException ex) {
					if (!REFUSING.equals(ex.getMessage())) {
						throw ex;
					}
				}
			}
			Thread.sleep(PAUSE_MILLIS);
			return null;
		}

		/** It was accepted right before the end, and is served as those before it. */
		@Override
		protected void destroySocket(SocketChannel socket) {
			if (this.isHeld && isRunning() && isPaused() && !this.isLast) {
				this.isLast = true;
				setSocketOptions(socket);
			}
			else {
				super.destroySocket(socket);
			}
		}

		@Override
		protected void doCloseServerSocket() throws IOException {
			Selector selector = this.selector;
			super.doCloseServerSocket();
			if (selector != null) {
				this.selector = null;
				selector.close();
			}
		}

		@Override
		protected void unlockAccept() {
			Selector selector = this.selector;
			if (selector == null) {
				super.unlockAccept();
				return;
			}
			selector.wakeup();
			synchronized (this.accepting) {
				// what is being accepted is accepted
			}
		}

	}

}
