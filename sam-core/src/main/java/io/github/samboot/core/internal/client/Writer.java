package io.github.samboot.core.internal.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.samboot.core.internal.process.DaemonThread;
import io.github.samboot.core.internal.process.Quietly;
import io.github.samboot.core.internal.wire.Frame;
import io.github.samboot.core.internal.wire.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that writes to a connection. An interrupt during a blocking write closes
 * a channel, and a watchdog that was stopped does not read: neither may hit whoever has
 * something to say. Thread-safe.
 */
final class Writer {

	/** Far more than there are callers; a watchdog that does not read is stopped. */
	static final int MOST_WAITING = 512;

	private static final CompletableFuture<Object> NO_ANSWER = new CompletableFuture<>();

	private final SocketChannel channel;

	private final ArrayDeque<Entry> waiting = new ArrayDeque<>();

	private final CompletableFuture<Object> end = new CompletableFuture<>();

	private boolean isBeatWaiting;

	private boolean isEnding;

	private boolean isClosed;

	Writer(SocketChannel channel) {
		this.channel = channel;
	}

	/**
	 * What is to be written, unless its answer is no longer waited for.
	 */
	private record Entry(Frame frame, CompletableFuture<?> answer) {

	}

	void start() {
		DaemonThread.start("sam-writer", 256, this::run);
	}

	/**
	 * Put a frame behind those that wait to be written. Never waits.
	 * @param answer is not to be done yet when the frame is written, {@code null} if
	 * there will be none
	 * @return whether there was room for it
	 * @throws IOException if nothing is written any more
	 */
	synchronized boolean add(Frame frame, @Nullable CompletableFuture<?> answer) throws IOException {
		if (this.isClosed || this.isEnding) {
			throw new IOException("The connection has ended");
		}
		boolean isBeat = frame.type() == MessageType.BEAT;
		if (isBeat && this.isBeatWaiting) {
			// the one that waits says the same
			return true;
		}
		if (this.waiting.size() >= MOST_WAITING) {
			this.waiting.removeIf((entry) -> entry.answer().isDone());
			if (this.waiting.size() >= MOST_WAITING) {
				return false;
			}
		}
		this.isBeatWaiting |= isBeat;
		this.waiting.add(new Entry(frame, (answer != null) ? answer : NO_ANSWER));
		notifyAll();
		return true;
	}

	/**
	 * Write what waits and then nothing more.
	 * @param milliseconds how long to wait for that at most
	 */
	void end(long milliseconds) {
		synchronized (this) {
			this.isEnding = true;
			notifyAll();
		}
		try {
			this.end.get(milliseconds, TimeUnit.MILLISECONDS);
		}
		catch (Exception ex) {
			// it does not read its last words
		}
	}

	synchronized void close() {
		this.isClosed = true;
		this.waiting.clear();
		this.end.complete(this);
		notifyAll();
	}

	private void run() {
		try {
			Entry entry = next();
			while (entry != null) {
				if (!entry.answer().isDone()) {
					write(entry.frame());
				}
				entry = next();
			}
			this.channel.shutdownOutput();
		}
		catch (IOException | RuntimeException ex) {
			// the reader notices the end too
		}
		catch (Error ex) {
			// half a frame may be written: without its rest nothing can follow
			Quietly.close(this.channel);
		}
		finally {
			close();
		}
	}

	private synchronized @Nullable Entry next() {
		while (this.waiting.isEmpty() && !this.isEnding && !this.isClosed) {
			try {
				wait();
			}
			catch (InterruptedException ex) {
				// nothing interrupts this thread; the flag must not be set during a write
			}
		}
		Entry entry = this.waiting.poll();
		if (entry != null && entry.frame().type() == MessageType.BEAT) {
			this.isBeatWaiting = false;
		}
		return entry;
	}

	private void write(Frame frame) throws IOException {
		ByteBuffer bytes = frame.encode();
		while (bytes.hasRemaining()) {
			this.channel.write(bytes);
		}
	}

}
