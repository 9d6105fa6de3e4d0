package io.github.samboot.core.internal.wire;

import java.nio.ByteBuffer;

/**
 * One message on the socket: four bytes length of the rest, one byte type, four bytes
 * request number, payload.
 *
 * @param type what it means
 * @param request pairs a reply with its request; 0 where no reply is expected
 * @param payload see {@link Payload}
 */
public record Frame(MessageType type, int request, byte[] payload) {

	/** The longest frame that an application may send. */
	public static final int MAX_REQUEST_LENGTH = 64 * 1024;

	/** The longest frame that a watchdog may send. */
	public static final int MAX_ANSWER_LENGTH = 1024 * 1024;

	static final int HEADER_LENGTH = 1 + 4;

	/**
	 * Return the bytes for the wire.
	 * @return a buffer ready to be read
	 */
	public ByteBuffer encode() {
		int length = HEADER_LENGTH + this.payload.length;
		return ByteBuffer.allocate(4 + length)
			.putInt(length)
			.put(this.type.code())
			.putInt(this.request)
			.put(this.payload)
			.flip();
	}

}
