package io.github.samboot.core.internal.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.internal.process.Quietly;
import io.github.samboot.core.internal.wire.Frame;
import io.github.samboot.core.internal.wire.MessageType;
import io.github.samboot.core.internal.wire.Payload;
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

	/** Nothing is written after it. */
	private static final Entry END = new Entry(new Frame(MessageType.REPLY, 0, Payload.NOTHING), NO_ANSWER);

	private final SocketChannel channel;

	private final LinkedBlockingQueue<Entry> waiting = new LinkedBlockingQueue<>();

	private final CompletableFuture<Object> end = new CompletableFuture<>();

	private boolean isEnding;

	Writer(SocketChannel channel) {
		this.channel = channel;
	}

	/**
	 * What is to be written, unless its answer is no longer waited for.
	 */
	private record Entry(Frame frame, CompletableFuture<?> answer) {

	}

	/**
	 * Put a frame behind those that wait to be written. Never waits.
	 * @param answer is not to be done yet when the frame is written, {@code null} if
	 * there will be none
	 * @throws SamException LIBRARY if nothing is written any more, QUEUE_FULL if there is
	 * no room for it
	 */
	synchronized void add(Frame frame, @Nullable CompletableFuture<?> answer) {
		if (this.isEnding) {
			throw WatchdogLink.gone();
		}
		boolean isNews = frame.type() != MessageType.BEAT && frame.type() != MessageType.DATA_STORED;
		if (!isNews && isWaiting(frame.type())) {
			// the one that waits says the same
			return;
		}
		if (this.waiting.size() >= MOST_WAITING && !this.waiting.removeIf((other) -> other.answer().isDone())) {
			throw new SamException(CsError.QUEUE_FULL,
					"The watchdog reads nothing, and too many requests wait for it already: look whether it is stopped or starved");
		}
		this.waiting.add(new Entry(frame, (answer != null) ? answer : NO_ANSWER));
	}

	private boolean isWaiting(MessageType type) {
		for (Entry entry : this.waiting) {
			if (entry.frame().type() == type) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Write what waits and then nothing more.
	 * @param milliseconds how long to wait for that at most
	 */
	void end(long milliseconds) {
		synchronized (this) {
			this.isEnding = true;
			this.waiting.add(END);
		}
		try {
			this.end.get(milliseconds, TimeUnit.MILLISECONDS);
		}
		catch (Exception ex) {
			// it does not read its last words
		}
	}

	synchronized void close() {
		this.isEnding = true;
		this.waiting.clear();
		this.waiting.add(END);
		this.end.complete(this);
	}

	/**
	 * Write until the end.
	 */
	void run() {
		try {
			for (Entry entry = next(); entry != END; entry = next()) {
				if (!entry.answer().isDone()) {
					write(entry.frame());
				}
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

	private Entry next() {
		while (true) {
			try {
				return this.waiting.take();
			}
			catch (InterruptedException ex) {
				// nothing interrupts this thread; the flag must not be set during a write
			}
		}
	}

	private void write(Frame frame) throws IOException {
		ByteBuffer bytes = frame.encode();
		while (bytes.hasRemaining()) {
			this.channel.write(bytes);
		}
	}

}
