package io.github.samboot.core.internal.wire;

import java.nio.ByteBuffer;

import org.jspecify.annotations.Nullable;

/**
 * Finds frames in a stream of bytes, with bounded memory. Not thread-safe.
 */
public final class FrameDecoder {

	private final int maxLength;

	private ByteBuffer bytes = ByteBuffer.allocate(512);

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
		if (buffer.remaining() > this.bytes.remaining()) {
			int needed = this.bytes.position() + buffer.remaining();
			this.bytes = ByteBuffer.allocate(Math.max(needed, 2 * this.bytes.capacity())).put(this.bytes.flip());
		}
		this.bytes.put(buffer);
	}

	/**
	 * Return the next complete frame.
	 * @return the frame, {@code null} if bytes are still missing
	 * @throws MalformedFrameException if the bytes cannot become a frame; the stream is
	 * of no use after that
	 */
	public @Nullable Frame next() throws MalformedFrameException {
		if (this.bytes.position() < 4) {
			return null;
		}
		int length = this.bytes.getInt(0);
		if (length < Frame.HEADER_LENGTH || length > this.maxLength) {
			throw new MalformedFrameException("frame length " + (length & 0xffffffffL) + " is not within "
					+ Frame.HEADER_LENGTH + ".." + this.maxLength);
		}
		if (this.bytes.position() < 4 + length) {
			return null;
		}
		byte[] payload = new byte[length - Frame.HEADER_LENGTH];
		byte code = this.bytes.flip().position(4).get();
		MessageType type = MessageType.of(code);
		if (type == null) {
			throw new MalformedFrameException("message type " + code + " is unknown");
		}
		int request = this.bytes.getInt();
		this.bytes.get(payload);
		this.bytes.compact();
		return new Frame(type, request, payload);
	}

}
