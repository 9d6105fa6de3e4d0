package io.github.samboot.boot.internal.launch;

import org.jspecify.annotations.Nullable;

/**
 * This process cannot be turned into a watchdog. The message is the end of a sentence
 * that says "because".
 */
class ExecImpossibleException extends Exception {

	ExecImpossibleException(String message) {
		super(message);
	}

	ExecImpossibleException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
