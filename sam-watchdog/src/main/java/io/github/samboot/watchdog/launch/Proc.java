package io.github.samboot.watchdog.launch;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads what the kernel says about a process, see {@code proc(5)}.
 */
final class Proc {

	private static final int STATE = 3;

	private static final int START_TIME = 22;

	private Proc() {
	}

	/**
	 * Return the state of a process, such as {@code S}.
	 * @return the state, {@code X} if there is no such process, {@code ?} if its state
	 * cannot be read
	 */
	static char state(long pid) {
		String field = stat(pid, STATE);
		if (!field.isEmpty()) {
			return field.charAt(0);
		}
		// for want of a descriptor nobody is declared dead
		return new File("/proc/" + pid).exists() ? '?' : 'X';
	}

	/**
	 * Return when a process was started: with the pid it names a process for good.
	 * @return clock ticks since boot, empty if there is no such process
	 */
	static String startTime(long pid) {
		return stat(pid, START_TIME);
	}

	/**
	 * Return a field of {@code /proc/<pid>/stat}, counted from 1.
	 */
	static String stat(long pid, int field) {
		String stat = read("/proc/" + pid + "/stat");
		// the second field is the name in parentheses, which may contain anything
		int from = stat.lastIndexOf(')') + 2;
		for (int i = STATE; i < field && from > 1; i++) {
			from = stat.indexOf(' ', from) + 1;
		}
		if (from <= 1 || from >= stat.length()) {
			return "";
		}
		int to = stat.indexOf(' ', from);
		return (to > from) ? stat.substring(from, to) : "";
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

	private static String read(String file) {
		try {
			return new String(readBytes(file), StandardCharsets.ISO_8859_1);
		}
		catch (IOException ex) {
			return "";
		}
	}

	private static byte[] readBytes(String file) throws IOException {
		try (FileInputStream in = new FileInputStream(file)) {
			return in.readAllBytes();
		}
	}

}
