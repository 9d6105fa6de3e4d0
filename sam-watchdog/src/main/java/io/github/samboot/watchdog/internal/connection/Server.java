package io.github.samboot.watchdog.internal.connection;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

import io.github.samboot.core.internal.process.DaemonThread;
import io.github.samboot.core.internal.process.Quietly;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.rundir.VerifiedDirectory;
import io.github.samboot.watchdog.internal.log.Log;
import org.jspecify.annotations.Nullable;

/**
 * The socket and the thread that accepts on it. The peer's user is looked up there, and
 * not on the event loop: that may ask a directory service which does not answer.
 */
public final class Server {

	private static final long PATIENCE_MILLIS = 1000;

	private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	private final Path directory;

	private final Path socket;

	private final AcceptListener listener;

	private final Log log;

	private final ServerSocketChannel channel;

	private volatile boolean closed;

	/** The last look at a peer, which may still go on. */
	private @Nullable FutureTask<Boolean> look;

	private Server(Path runDirectory, ServerSocketChannel channel, AcceptListener listener, Log log) {
		this.directory = runDirectory;
		this.socket = runDirectory.resolve(RunDirectory.SOCKET);
		this.channel = channel;
		this.listener = listener;
		this.log = log;
	}

	/**
	 * Hears of connections, on the accepting thread.
	 */
	public interface AcceptListener {

		void accepted(SocketChannel channel);

	}

	/**
	 * Listen in a run directory, in place of an earlier socket.
	 */
	public static Server open(Path runDirectory, AcceptListener listener, Log log) throws IOException {
		try (VerifiedDirectory directory = VerifiedDirectory.open(runDirectory)) {
			directory.delete(RunDirectory.SOCKET);
			Path socket = directory.resolve(RunDirectory.SOCKET);
			ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
			try {
				channel.bind(UnixDomainSocketAddress.of(socket));
				directory.requireInPlace();
				// by path, as a socket cannot be opened; the mode of the directory
				// protects it
				Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
				Server server = new Server(runDirectory, channel, listener, log);
				DaemonThread.start("sam-accept", 256, server.new Acceptor());
				return server;
			}
			catch (Throwable ex) {
				channel.close();
				throw ex;
			}
		}
	}

	public boolean isThere() {
		return Files.exists(this.socket);
	}

	public void close() {
		this.closed = true;
		Quietly.close(this.channel);
	}

	/**
	 * Return whether the process at the other end belongs to this user. It is looked up
	 * on another thread: the JDK asks for the names of users, and a directory service may
	 * not answer. Then the mode of the directory and the secret remain.
	 */
	private boolean isOwn(SocketChannel channel) throws IOException, InterruptedException {
		if (this.look != null && !this.look.isDone()) {
			return true;
		}
		FutureTask<Boolean> look = new FutureTask<>(() -> lookAt(channel));
		this.look = look;
		DaemonThread.start("sam-peer", 128, look);
		try {
			return look.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			throw new IOException("The peer is not known: " + ex.getCause());
		}
		catch (TimeoutException ex) {
			this.log.warnRepeatedly("Whose process a connection belongs to cannot be found out in " + PATIENCE_MILLIS
					+ " ms: the name service does not answer.");
			return true;
		}
	}

	private boolean lookAt(SocketChannel channel) throws IOException {
		try {
			return PeerCredentials.isUser(channel, Files.getOwner(this.directory));
		}
		catch (NoClassDefFoundError | UnsupportedOperationException ex) {
			// a run time image without jdk.net
			return true;
		}
	}

	/**
	 * Accepts until the server is closed.
	 */
	private final class Acceptor implements Runnable {

		@Override
		public void run() {
			while (!Server.this.closed) {
				try {
					accept();
				}
				catch (Throwable ex) {
					if (!Server.this.closed) {
						warn(ex);
						LockSupport.parkNanos(PAUSE_NANOS);
					}
				}
			}
		}

		private void warn(Throwable problem) {
			try {
				Server.this.log.warnRepeatedly("A connection could not be accepted: " + problem);
			}
			catch (Throwable ex) {
				// no memory for a line: without this thread no instance could register
			}
		}

		private void accept() throws IOException, InterruptedException {
			SocketChannel client = Server.this.channel.accept();
			try {
				if (isOwn(client)) {
					Server.this.listener.accepted(client);
					return;
				}
				Server.this.log
					.warnRepeatedly("A process of another user wanted to talk to this watchdog; it was refused.");
			}
			catch (Throwable ex) {
				client.close();
				throw ex;
			}
			client.close();
		}

	}

}
