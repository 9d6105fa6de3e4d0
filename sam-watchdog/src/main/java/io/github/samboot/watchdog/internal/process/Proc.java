package io.github.samboot.watchdog.internal.process;

import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads what the kernel says about a process, see {@code proc(5)}.
 */
final class Proc {

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

	private static byte[] readBytes(String file) throws IOException {
		try (FileInputStream in = new FileInputStream(file)) {
			return in.readAllBytes();
		}
	}

}
