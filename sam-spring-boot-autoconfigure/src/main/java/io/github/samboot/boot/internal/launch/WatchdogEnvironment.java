package io.github.samboot.boot.internal.launch;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.github.samboot.core.internal.rundir.WatchdogAddress;

/**
 * The environment of a watchdog in place of its application: what only the application's
 * JVM should obey travels under another name. Entries are bytes; they need not be text.
 */
final class WatchdogEnvironment {

	/** One character for each byte. */
	private static final Charset BYTES = StandardCharsets.ISO_8859_1;

	/** Left over from another watchdog further up. */
	private static final Set<String> STALE = Set.of(WatchdogAddress.EXEC_MARKER, WatchdogAddress.ENVIRONMENT,
			WatchdogAddress.NONCE, WatchdogAddress.STARTER);

	private WatchdogEnvironment() {
	}

	/**
	 * Make the environment.
	 * @param entries the entries of this process, each {@code NAME=value}
	 * @param pid the id of this process
	 * @return the entries for the watchdog
	 */
	static List<byte[]> of(List<byte[]> entries, long pid) {
		List<byte[]> result = new ArrayList<>(entries.size() + 3);
		for (byte[] entry : entries) {
			String text = new String(entry, BYTES);
			int equals = text.indexOf('=');
			String name = (equals >= 0) ? text.substring(0, equals) : text;
			if (!STALE.contains(name) && !name.startsWith(WatchdogAddress.SAVED_PREFIX)) {
				result.add(WatchdogAddress.SAVED.contains(name) ? (WatchdogAddress.SAVED_PREFIX + text).getBytes(BYTES)
						: entry);
			}
		}
		for (Map.Entry<String, String> own : new TreeMap<>(WatchdogAddress.OWN).entrySet()) {
			result.add((own.getKey() + "=" + own.getValue()).getBytes(BYTES));
		}
		result.add((WatchdogAddress.EXEC_MARKER + "=" + pid).getBytes(BYTES));
		return result;
	}

}
