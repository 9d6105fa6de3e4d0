package io.github.samboot.watchdog.loop;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;

import io.github.samboot.core.protocol.RunDirectory;
import io.github.samboot.watchdog.log.Log;

/**
 * The socket and the thread that accepts on it. The peer's user is looked up there, and
 * not on the event loop: that may ask a directory service which does not answer.
 */
final class Server {

	private final Path socket;

	private final UserPrincipal owner;

	private final AcceptListener listener;

	private final Log log;

	private final ServerSocketChannel channel;

	private volatile boolean closed;

	private Server(Path runDirectory, ServerSocketChannel channel, AcceptListener listener, Log log)
			throws IOException {
		this.socket = RunDirectory.socket(runDirectory);
		this.owner = Files.getOwner(runDirectory);
		this.channel = channel;
		this.listener = listener;
		this.log = log;
	}

	/**
	 * Hears of connections, on the accepting thread.
	 */
	interface AcceptListener {

		void accepted(SocketChannel channel);

	}

	/**
	 * Listen in a run directory, in the place of whoever listened there before.
	 */
	static Server open(Path runDirectory, AcceptListener listener, Log log) throws IOException {
		Path socket = RunDirectory.socket(runDirectory);
		Files.deleteIfExists(socket);
		ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
		channel.bind(UnixDomainSocketAddress.of(socket));
		Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
		Server server = new Server(runDirectory, channel, listener, log);
		Thread thread = new Thread(null, server.new Acceptor(), "sam-accept", 256 * 1024);
		thread.setDaemon(true);
		thread.start();
		return server;
	}

	boolean isThere() {
		return Files.exists(this.socket);
	}

	void close() {
		this.closed = true;
		try {
			this.channel.close();
		}
		catch (IOException ex) {
			// closed is closed
		}
	}

	private boolean isOwn(SocketChannel channel) throws IOException {
		try {
			return PeerCredentials.isUser(channel, this.owner);
		}
		catch (NoClassDefFoundError | UnsupportedOperationException ex) {
			// a run time image without jdk.net: directory mode and nonce remain
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
						Server.this.log.warn("A connection could not be accepted: " + ex);
						pause();
					}
				}
			}
		}

		private void accept() throws IOException {
			SocketChannel client = Server.this.channel.accept();
			if (isOwn(client)) {
				Server.this.listener.accepted(client);
				return;
			}
			Server.this.log.warn("A process of another user wanted to talk to this watchdog; it was refused.");
			client.close();
		}

		private void pause() {
			try {
				Thread.sleep(100);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
