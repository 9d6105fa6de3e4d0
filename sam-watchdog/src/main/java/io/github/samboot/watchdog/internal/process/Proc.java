package io.github.samboot.watchdog.internal.process;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.github.samboot.core.Signal;

/**
 * Reads what the kernel says about a process, see {@code proc(5)}.
 */
final class Proc {

	private static final String CAUGHT = "\nSigCgt:\t";

	private static final int MASK_LENGTH = 16;

	private Proc() {
	}

	/**
	 * Return the arguments of a process, byte for byte.
	 */
	static List<byte[]> commandLine(long pid) throws IOException {
		byte[] bytes = readBytes("/proc/" + pid + "/cmdline");
		List<byte[]> arguments = new ArrayList<>();
		int from = 0;
		for (int i = 0; i < bytes.length; i++) {
			if (bytes[i] == 0) {
				arguments.add(Arrays.copyOfRange(bytes, from, i));
				from = i + 1;
			}
		}
		return arguments;
	}

	/**
	 * Return whether a process has a handler for a signal.
	 * @return {@code false} in doubt: without one a signal may end it
	 */
	static boolean handles(long pid, Signal signal) {
		try {
			String status = new String(readBytes("/proc/" + pid + "/status"), StandardCharsets.ISO_8859_1);
			int at = status.indexOf(CAUGHT);
			int from = at + CAUGHT.length();
			return at >= 0 && (Long.parseUnsignedLong(status, from, from + MASK_LENGTH, 16) >>> (signal.number() - 1)
					& 1) != 0;
		}
		catch (IOException | IndexOutOfBoundsException | NumberFormatException ex) {
			return false;
		}
	}

	private static byte[] readBytes(String file) throws IOException {
		try (FileInputStream in = new FileInputStream(file)) {
			return in.readAllBytes();
		}
	}

}
