package io.github.samboot.watchdog.internal.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.github.samboot.core.internal.process.KnownProcess;

/**
 * Which watchdog the keys of a process in cmap belong to, as a key beside them. They stay
 * there when the watchdog is killed, and Corosync's watchdog service goes on judging
 * them: the next watchdog of the same user deletes them.
 */
final class CmapOwner {

	static final String PREFIX = "samboot.watchdog.";

	private final long pid;

	/** User and namespaces: others may see other processes under the same numbers. */
	private final String scope;

	private final String key;

	CmapOwner(long pid) {
		this.pid = pid;
		this.scope = scope();
		String process = KnownProcess.of(pid).format();
		this.key = (this.scope.isEmpty() || process.endsWith("-")) ? "" : PREFIX + process + this.scope;
	}

	private static String scope() {
		try {
			Path self = Path.of("/proc/self");
			return "." + Files.getAttribute(self, "unix:uid") + "." + namespace(self, "pid") + "."
					+ namespace(self, "time");
		}
		catch (IOException | RuntimeException ex) {
			return "";
		}
	}

	private static String namespace(Path self, String type) throws IOException {
		Path link = self.resolve("ns/" + type);
		if (!Files.exists(link)) {
			// a kernel without it
			return "0";
		}
		String name = Files.readSymbolicLink(link).toString();
		return name.substring(name.indexOf('[') + 1, name.length() - 1);
	}

	long pid() {
		return this.pid;
	}

	/**
	 * Return the key that names this owner.
	 * @return the key, empty if it cannot be known
	 */
	String key() {
		return this.key;
	}

	/**
	 * Return the watchdog that a key names, if that is gone.
	 * @param key a key that begins with {@link #PREFIX}
	 * @return its process id; 0 if it lives, or that cannot be known from here
	 */
	long gone(String key) {
		if (this.scope.isEmpty() || !key.startsWith(PREFIX) || !key.endsWith(this.scope)) {
			return 0;
		}
		KnownProcess process = KnownProcess.parse(key.substring(PREFIX.length(), key.length() - this.scope.length()));
		return (process != null && process.isGone()) ? process.pid() : 0;
	}

}
