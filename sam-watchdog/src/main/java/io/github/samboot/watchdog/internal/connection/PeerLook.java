package io.github.samboot.watchdog.internal.connection;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * One look at whose process is at the other end, on a thread of its own: the JDK asks for
 * the names of users, and a directory service may not answer.
 */
final class PeerLook implements Runnable {

	private final SocketChannel channel;

	private final Path own;

	private volatile boolean isOver;

	private boolean isOwn;

	private @Nullable Throwable problem;

	private PeerLook(SocketChannel channel, Path own) {
		this.channel = channel;
		this.own = own;
	}

	/**
	 * Begin to look.
	 * @param channel the connection
	 * @param own a file of this process's user
	 */
	static PeerLook at(SocketChannel channel, Path own) {
		PeerLook look = new PeerLook(channel, own);
		Thread thread = new Thread(null, look, "sam-peer", 128 * 1024);
		thread.setDaemon(true);
		thread.start();
		return look;
	}

	@Override
	public void run() {
		try {
			this.isOwn = PeerCredentials.isUser(this.channel, Files.getOwner(this.own));
		}
		catch (NoClassDefFoundError | UnsupportedOperationException ex) {
			// a run time image without jdk.net
			this.isOwn = true;
		}
		catch (Throwable ex) {
			this.problem = ex;
		}
		synchronized (this) {
			this.isOver = true;
			notifyAll();
		}
	}

	boolean isOver() {
		return this.isOver;
	}

	synchronized boolean await(long millis) {
		long deadline = System.nanoTime() + millis * 1_000_000;
		try {
			long left = millis;
			while (!this.isOver && left > 0) {
				wait(left);
				left = (deadline - System.nanoTime()) / 1_000_000;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return this.isOver;
	}

	/**
	 * Return whether it is a process of the same user, once the look is over.
	 * @throws IOException if that could not be found out
	 */
	boolean isOwn() throws IOException {
		if (this.problem != null) {
			throw new IOException("The peer is not known: " + this.problem);
		}
		return this.isOwn;
	}

}
