package io.github.samboot.core.internal.client;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * Access to files and sockets on the thread of a caller. An interrupt closes the channel
 * that a thread uses, and a thread that is interrupted already cannot use any: what has
 * to get through is done without the interrupt, which is there again afterwards.
 */
final class Uninterrupted {

	private Uninterrupted() {
	}

	/**
	 * What can be tried again.
	 */
	interface Access<T> {

		T attempt() throws IOException;

	}

	static <T> T call(Access<T> access) throws IOException {
		boolean isInterrupted = Thread.interrupted();
		try {
			while (true) {
				try {
					return access.attempt();
				}
				catch (ClosedByInterruptException ex) {
					isInterrupted = Thread.interrupted();
				}
			}
		}
		finally {
			if (isInterrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
