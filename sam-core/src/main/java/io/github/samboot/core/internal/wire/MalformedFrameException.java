package io.github.samboot.core.internal.wire;

import java.io.IOException;

/**
 * Bytes on the socket that are no {@link Frame}, or a frame with a wrong payload.
 */
public class MalformedFrameException extends IOException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param message what is wrong with the bytes
	 */
	public MalformedFrameException(String message) {
		super(message);
	}

}
