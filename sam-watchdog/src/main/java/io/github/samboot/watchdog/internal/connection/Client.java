package io.github.samboot.watchdog.internal.connection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;

import io.github.samboot.core.internal.process.Quietly;
import io.github.samboot.core.internal.wire.Frame;
import io.github.samboot.core.internal.wire.FrameDecoder;
import io.github.samboot.core.internal.wire.MalformedFrameException;
import org.jspecify.annotations.Nullable;

/**
 * One connection, not yet or already known to be the instance. Only the event loop's
 * thread uses it.
 */
public final class Client {

	/** Beyond this an application that does not read is cut off. */
	private static final int MAX_WAITING_BYTES = 4 * Frame.MAX_ANSWER_LENGTH;

	private final SocketChannel channel;

	private final SelectionKey key;

	private final FrameDecoder decoder = new FrameDecoder(Frame.MAX_REQUEST_LENGTH);

	private final ArrayDeque<ByteBuffer> waiting = new ArrayDeque<>(4);

	private int waitingBytes;

	public Client(SocketChannel channel, SelectionKey key) {
		this.channel = channel;
		this.key = key;
	}

	public boolean isOpen() {
		return this.channel.isOpen();
	}

	/**
	 * Read what is there.
	 * @return {@code false} at the end of the stream
	 */
	public boolean read(ByteBuffer buffer) throws IOException {
		int length = this.channel.read(buffer.clear());
		if (length > 0) {
			this.decoder.feed(buffer.flip());
		}
		return length >= 0;
	}

	public @Nullable Frame next() throws MalformedFrameException {
		return this.decoder.next();
	}

	/**
	 * Write without waiting: what does not fit goes out when the application reads.
	 */
	public void write(Frame frame) throws IOException {
		ByteBuffer bytes = frame.encode();
		if (this.waiting.isEmpty()) {
			this.channel.write(bytes);
		}
		if (bytes.hasRemaining()) {
			this.waitingBytes += bytes.remaining();
			if (this.waitingBytes > MAX_WAITING_BYTES) {
				throw new IOException("it does not read its answers");
			}
			this.waiting.add(bytes);
			this.key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
		}
	}

	public void writeWaiting() throws IOException {
		for (ByteBuffer bytes = this.waiting.peek(); bytes != null; bytes = this.waiting.peek()) {
			int before = bytes.remaining();
			this.channel.write(bytes);
			this.waitingBytes -= before - bytes.remaining();
			if (bytes.hasRemaining()) {
				return;
			}
			this.waiting.remove();
		}
		this.key.interestOps(SelectionKey.OP_READ);
	}

	public void close() {
		this.key.cancel();
		Quietly.close(this.channel);
	}

}
