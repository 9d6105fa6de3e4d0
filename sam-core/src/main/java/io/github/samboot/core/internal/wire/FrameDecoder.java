package io.github.samboot.core.internal.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Finds frames in a stream of bytes, with bounded memory. Not thread-safe.
 */
public final class FrameDecoder {

	private final int maxLength;

	private byte[] bytes = new byte[512];

	private int filled;

	/**
	 * Create a decoder.
	 * @param maxLength the longest frame that is accepted
	 */
	public FrameDecoder(int maxLength) {
		this.maxLength = maxLength;
	}

	/**
	 * Take over all bytes of a buffer.
	 * @param buffer the bytes that were read
	 */
	public void feed(ByteBuffer buffer) {
		int length = buffer.remaining();
		if (this.filled + length > this.bytes.length) {
			this.bytes = Arrays.copyOf(this.bytes, Math.max(this.filled + length, 2 * this.bytes.length));
		}
		buffer.get(this.bytes, this.filled, length);
		this.filled += length;
	}

	/**
	 * Return the next complete frame.
	 * @return the frame, {@code null} if bytes are still missing
	 * @throws MalformedFrameException if the bytes cannot become a frame; the stream is
	 * of no use after that
	 */
	public @Nullable Frame next() throws MalformedFrameException {
		if (this.filled < 4) {
			return null;
		}
		ByteBuffer view = ByteBuffer.wrap(this.bytes, 0, this.filled);
		int length = view.getInt();
		if (length < Frame.HEADER_LENGTH || length > this.maxLength) {
			throw new MalformedFrameException("frame length " + (length & 0xffffffffL) + " is not within "
					+ Frame.HEADER_LENGTH + ".." + this.maxLength);
		}
		if (this.filled < 4 + length) {
			return null;
		}
		byte code = view.get();
		MessageType type = MessageType.of(code);
		if (type == null) {
			throw new MalformedFrameException("message type " + code + " is unknown");
		}
		int request = view.getInt();
		byte[] payload = new byte[length - Frame.HEADER_LENGTH];
		view.get(payload);
		this.filled -= 4 + length;
		System.arraycopy(this.bytes, 4 + length, this.bytes, 0, this.filled);
		return new Frame(type, request, payload);
	}

}
