package io.github.samboot.core.internal.process;

import java.io.Closeable;
import java.io.IOException;

import org.jspecify.annotations.Nullable;

/**
 * Closes where nothing can be done about a failure.
 */
public final class Quietly {

	private Quietly() {
	}

	/**
	 * Close a file, a channel or a directory.
	 * @param open what is open, or {@code null}
	 */
	public static void close(@Nullable Closeable open) {
		try {
			if (open != null) {
				open.close();
			}
		}
		catch (IOException ex) {
			// it is closed all the same
		}
	}

}
