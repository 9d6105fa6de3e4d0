package io.github.samboot.boot.internal.launch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.github.samboot.core.internal.rundir.WatchdogAddress;

/**
 * The environment of a watchdog in place of its application: what only the application's
 * JVM should obey travels under another name. Entries are bytes; they need not be text.
 */
final class WatchdogEnvironment {

	private static final String[] SAVED = { "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "LC_ALL" };

	private WatchdogEnvironment() {
	}

	/**
	 * Make the environment.
	 * @param entries the entries of this process, each {@code NAME=value}
	 * @param pid the id of this process
	 * @return the entries for the watchdog
	 */
	static List<byte[]> of(List<byte[]> entries, long pid) {
		List<byte[]> result = new ArrayList<>(entries.size() + 2);
		for (byte[] entry : entries) {
			String name = name(entry);
			if (!isStale(name)) {
				result.add(isSaved(name) ? concat(WatchdogAddress.SAVED_PREFIX, entry) : entry);
			}
		}
		result.add(bytes("LC_ALL=C.UTF-8"));
		result.add(bytes(WatchdogAddress.EXEC_MARKER + "=" + pid));
		return result;
	}

	private static String name(byte[] entry) {
		int end = 0;
		while (end < entry.length && entry[end] != '=') {
			end++;
		}
		return new String(entry, 0, end, StandardCharsets.ISO_8859_1);
	}

	/** Left over from another watchdog further up. */
	private static boolean isStale(String name) {
		return name.startsWith(WatchdogAddress.SAVED_PREFIX) || name.equals(WatchdogAddress.EXEC_MARKER)
				|| name.equals(WatchdogAddress.ENVIRONMENT) || name.equals(WatchdogAddress.NONCE)
				|| name.equals(WatchdogAddress.STARTER);
	}

	private static boolean isSaved(String name) {
		for (String saved : SAVED) {
			if (saved.equals(name)) {
				return true;
			}
		}
		return false;
	}

	private static byte[] concat(String prefix, byte[] entry) {
		byte[] start = bytes(prefix);
		byte[] result = new byte[start.length + entry.length];
		System.arraycopy(start, 0, result, 0, start.length);
		System.arraycopy(entry, 0, result, start.length, entry.length);
		return result;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
