package io.github.samboot.boot.internal.connections;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;
import reactor.netty.ConnectionObserver.State;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerConfig;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerState;
import reactor.netty.resources.LoopResources;

/**
 * Lets a server of Reactor Netty accept from the socket that the watchdog holds, or from
 * one of its own if it holds none. The channel comes from the JDK, so the server uses
 * Java's event loops, also where there are native ones.
 */
final class HeldNettyLoops implements LoopResources, HeldServer {

	private final Supplier<LoopResources> loops;

	private @Nullable HttpServerConfig server;

	private volatile @Nullable Held held;

	private volatile boolean isDraining;

	/**
	 * Create loops.
	 * @param loops those that the server would use otherwise
	 */
	HeldNettyLoops(Supplier<LoopResources> loops) {
		this.loops = loops;
	}

	HttpServer customize(HttpServer server) {
		this.server = server.configuration();
		return server.childObserve(this::changed);
	}

	private void changed(Connection connection, State state) {
		if (this.isDraining && state == HttpServerState.REQUEST_RECEIVED
				&& connection instanceof HttpServerResponse response) {
			response.keepAlive(false);
		}
	}

	private @Nullable InetSocketAddress address() {
		Supplier<? extends SocketAddress> address = (this.server != null) ? this.server.bindAddress() : null;
		return (address != null && address.get() instanceof InetSocketAddress inet) ? inet : null;
	}

	@Override
	public <CHANNEL extends Channel> CHANNEL onChannel(Class<CHANNEL> type, EventLoopGroup group) {
		InetSocketAddress address = address();
		if (address == null || type != io.netty.channel.socket.ServerSocketChannel.class) {
			return this.loops.get().onChannel(type, group);
		}
		this.held = null;
		this.isDraining = false;
		ServerSocketChannel inherited = inherit(address);
		if (inherited == null) {
			return this.loops.get().onChannel(type, group);
		}
		Held held = new Held(inherited);
		this.held = held;
		return type.cast(held);
	}

	private @Nullable ServerSocketChannel inherit(InetSocketAddress address) {
		Object backlog = (this.server != null) ? this.server.options().get(ChannelOption.SO_BACKLOG) : null;
		try {
			return HeldChannel.inherit(address.isUnresolved()
					? new InetSocketAddress(address.getHostString(), address.getPort()) : address,
					(backlog instanceof Integer number) ? number : NetUtil.SOMAXCONN);
		}
		catch (IOException ex) {
			throw sneaky(ex);
		}
	}

	/** The server handles any, and no other tells that the port is taken. */
	@SuppressWarnings("unchecked")
	private static <E extends Throwable> RuntimeException sneaky(Throwable ex) throws E {
		throw (E) ex;
	}

	@Override
	public EventLoopGroup onServer(boolean useNative) {
		return this.loops.get().onServer(useNative && address() == null);
	}

	@Override
	public EventLoopGroup onServerSelect(boolean useNative) {
		return this.loops.get().onServerSelect(useNative && address() == null);
	}

	@Override
	public EventLoopGroup onClient(boolean useNative) {
		return this.loops.get().onClient(useNative);
	}

	@Override
	public boolean daemon() {
		return this.loops.get().daemon();
	}

	@Override
	public void drain() {
		Held held = this.held;
		if (held != null) {
			this.isDraining = true;
			held.eventLoop().submit(() -> held.config().setAutoRead(false)).awaitUninterruptibly();
		}
	}

	@Override
	public boolean isDrained() {
		Held held = this.held;
		return held == null || held.open.get() == 0;
	}

	/**
	 * The socket is bound already, and is not closed.
	 */
	private final class Held extends NioServerSocketChannel {

		private final AtomicInteger open = new AtomicInteger();

		private volatile boolean isBound;

		private volatile boolean isClosed;

		Held(ServerSocketChannel inherited) {
			super(inherited);
		}

		/** Nothing may be accepted before the pipeline is complete. */
		@Override
		public boolean isActive() {
			return this.isBound && isOpen();
		}

		@Override
		public boolean isOpen() {
			return !this.isClosed && super.isOpen();
		}

		@Override
		protected void doBind(SocketAddress localAddress) {
			this.isBound = true;
		}

		/** The JDK would close standard output as well. */
		@Override
		protected void doClose() {
			this.isClosed = true;
			HeldChannel.release();
		}

		@Override
		protected int doReadMessages(List<Object> accepted) throws Exception {
			try {
				int count = super.doReadMessages(accepted);
				if (count > 0) {
					this.open.incrementAndGet();
					((Channel) accepted.get(accepted.size() - 1)).closeFuture()
						.addListener((closed) -> this.open.decrementAndGet());
				}
				return count;
			}
			catch (IOException ex) {
				if (!HeldChannel.isRefusing(ex)) {
					throw ex;
				}
				config().setAutoRead(false);
				eventLoop().schedule(() -> config().setAutoRead(!HeldNettyLoops.this.isDraining),
						HeldChannel.PAUSE_MILLIS, TimeUnit.MILLISECONDS);
				return 0;
			}
		}

	}

}
