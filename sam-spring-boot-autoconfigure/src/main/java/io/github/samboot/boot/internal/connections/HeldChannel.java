package io.github.samboot.boot.internal.connections;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

import io.github.samboot.core.internal.client.ProcessSam;
import org.jspecify.annotations.Nullable;

/**
 * The socket that the watchdog holds, in this process. Closing the channel only ends the
 * accepting: the JDK's own channel would take standard output and standard error with it.
 */
final class HeldChannel extends ServerSocketChannel {

	static final int PAUSE_MILLIS = 5;

	/** More than are accepted before the web server knows the first of them. */
	private static final int RECENT = 64;

	/** By one web server of this process: the others listen by themselves. */
	private static final AtomicBoolean IS_USED = new AtomicBoolean();

	private final ServerSocketChannel inherited;

	private final Selector selector;

	/** Guarded by itself, also while one is accepted. */
	private final Deque<SocketChannel> recent = new ArrayDeque<>();

	private volatile boolean isDraining;

	/**
	 * Create a channel.
	 * @param inherited the JDK's channel
	 * @throws IOException if that is not possible
	 */
	HeldChannel(ServerSocketChannel inherited) throws IOException {
		super(inherited.provider());
		this.inherited = inherited;
		try {
			this.selector = Selector.open();
		}
		catch (IOException ex) {
			release();
			throw ex;
		}
		inherited.configureBlocking(false);
		inherited.register(this.selector, SelectionKey.OP_ACCEPT);
	}

	/**
	 * Let the socket listen.
	 * @param address where
	 * @param backlog how many connections may wait
	 * @return the JDK's channel, to be {@linkplain #release() released}, {@code null} if
	 * the watchdog holds no socket for this web server
	 * @throws IOException if the address is taken, or not allowed
	 */
	static @Nullable ServerSocketChannel inherit(InetSocketAddress address, int backlog) throws IOException {
		if (!IS_USED.compareAndSet(false, true)) {
			System.getLogger(HeldChannel.class.getName())
				.log(Level.INFO, "This web server listens by itself, as another one of this process uses the socket of "
						+ "sam.connections.hold");
			return null;
		}
		ServerSocketChannel inherited = null;
		try {
			// not before it is bound: the channel would never know its address
			if (ProcessSam.get().listen(address, backlog) != 0) {
				inherited = (ServerSocketChannel) System.inheritedChannel();
			}
			return inherited;
		}
		finally {
			IS_USED.set(inherited != null);
		}
	}

	static void release() {
		IS_USED.set(false);
	}

	/**
	 * Return whether it is EINVAL: the watchdog lets the socket refuse connections.
	 */
	static boolean isRefusing(IOException ex) {
		return InvalidArgument.TEXT.equals(ex.getMessage());
	}

	/**
	 * Accept a connection, or wait to be woken up.
	 * @param isPaused whether no connection is wanted for now
	 * @return the connection, {@code null} if there is none
	 */
	@Nullable SocketChannel acceptNext(BooleanSupplier isPaused) throws IOException, InterruptedException {
		if (!this.isDraining && !isPaused.getAsBoolean()) {
			this.selector.select();
		}
		synchronized (this.recent) {
			try {
				if (this.selector.isOpen() && !this.isDraining && !isPaused.getAsBoolean()) {
					this.selector.selectedKeys().clear();
					SocketChannel accepted = this.inherited.accept();
					if (accepted != null) {
						this.recent.add(accepted);
						if (this.recent.size() > RECENT) {
							this.recent.remove();
						}
					}
					return accepted;
				}
			}
			catch (IOException ex) {
				if (!isRefusing(ex)) {
					throw ex;
				}
			}
		}
		Thread.sleep(PAUSE_MILLIS);
		return null;
	}

	/**
	 * Let {@link #acceptNext} ask again whether a connection is wanted. What is being
	 * accepted is accepted on return.
	 */
	void wakeUp() {
		this.selector.wakeup();
		synchronized (this.recent) {
			// that is all
		}
	}

	/**
	 * Accept nothing more.
	 */
	void drain() {
		this.isDraining = true;
		wakeUp();
	}

	/**
	 * Return whether one of the last connections, which the web server may not know yet,
	 * is open.
	 */
	boolean isRecentOpen() {
		synchronized (this.recent) {
			return this.recent.stream().anyMatch(SocketChannel::isOpen);
		}
	}

	@Override
	public SocketChannel accept() throws IOException {
		try {
			while (isOpen() && !Thread.currentThread().isInterrupted()) {
				SocketChannel accepted = acceptNext(() -> !isOpen());
				if (accepted != null) {
					return accepted;
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		close();
		throw Thread.currentThread().isInterrupted() ? new ClosedByInterruptException()
				: new AsynchronousCloseException();
	}

	@Override
	protected void implCloseSelectableChannel() throws IOException {
		wakeUp();
		this.selector.close();
		release();
	}

	@Override
	protected void implConfigureBlocking(boolean block) {
	}

	@Override
	public ServerSocketChannel bind(@Nullable SocketAddress local, int backlog) throws IOException {
		return this.inherited.bind(local, backlog);
	}

	@Override
	public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
		return this.inherited.setOption(name, value);
	}

	@Override
	public <T> T getOption(SocketOption<T> name) throws IOException {
		return this.inherited.getOption(name);
	}

	@Override
	public Set<SocketOption<?>> supportedOptions() {
		return this.inherited.supportedOptions();
	}

	@Override
	public ServerSocket socket() {
		return this.inherited.socket();
	}

	@Override
	public @Nullable SocketAddress getLocalAddress() throws IOException {
		return this.inherited.getLocalAddress();
	}

	/**
	 * How the JDK says EINVAL: in the language of the locale. Found out when it is needed
	 * first, and once: a port that is refused is looked at often.
	 */
	private static final class InvalidArgument {

		static final String TEXT = find();

		/**
		 * A device has no length to be set.
		 */
		private static String find() {
			try (RandomAccessFile device = new RandomAccessFile("/dev/null", "rw")) {
				device.setLength(1);
			}
			catch (FileNotFoundException ex) {
				// no such device: then as in English
			}
			catch (IOException ex) {
				return String.valueOf(ex.getMessage());
			}
			return "Invalid argument";
		}

	}

}
