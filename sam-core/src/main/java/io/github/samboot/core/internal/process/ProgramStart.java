package io.github.samboot.core.internal.process;

import java.io.FileInputStream;
import java.io.IOException;

/**
 * Starts programs without harm to this process.
 */
public final class ProgramStart {

	/** As many as the JDK needs at most: five pipes. */
	private static final int DESCRIPTORS = 10;

	private ProgramStart() {
	}

	/**
	 * Start a program. Where not enough file descriptors are left for that, it is not
	 * tried: the JDK (17 to 25) then closes two of this process, often standard input, as
	 * it takes their numbers from memory that it has not written.
	 * @param builder the program
	 * @return the process
	 * @throws IOException if it cannot be started
	 */
	public static Process start(ProcessBuilder builder) throws IOException {
		reserve(DESCRIPTORS);
		return builder.start();
	}

	private static void reserve(int descriptors) throws IOException {
		if (descriptors > 0) {
			try (FileInputStream in = new FileInputStream("/dev/null")) {
				reserve(descriptors - 1);
			}
		}
	}

}
