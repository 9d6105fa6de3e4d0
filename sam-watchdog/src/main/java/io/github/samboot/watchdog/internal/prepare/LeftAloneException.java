package io.github.samboot.watchdog.internal.prepare;

import java.io.IOException;

/**
 * An application is not prepared, as an unpacked one might not be the same.
 */
final class LeftAloneException extends IOException {

	private static final long serialVersionUID = 1L;

	LeftAloneException(String message) {
		super(message);
	}

}
