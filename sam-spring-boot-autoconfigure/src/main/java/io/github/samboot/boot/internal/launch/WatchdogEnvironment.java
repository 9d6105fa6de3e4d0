package io.github.samboot.boot.internal.launch;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

import io.github.samboot.core.internal.rundir.WatchdogAddress;

/**
 * The environment of a watchdog in place of its application: what only the application's
 * JVM should obey travels under another name. Entries are in {@link NativeExec#BYTES}:
 * they need not be text.
 */
final class WatchdogEnvironment {

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
	static List<String> of(List<String> entries, long pid) {
		List<String> result = new ArrayList<>(entries.size() + 3);
		for (String entry : entries) {
			String name = entry.split("=", 2)[0];
			if (!STALE.contains(name) && !name.startsWith(WatchdogAddress.SAVED_PREFIX)) {
				result.add(WatchdogAddress.SAVED.contains(name) ? WatchdogAddress.SAVED_PREFIX + entry : entry);
			}
		}
		new TreeMap<>(WatchdogAddress.OWN).forEach((name, value) -> result.add(name + "=" + value));
		result.add(WatchdogAddress.EXEC_MARKER + "=" + pid);
		return result;
	}

}
