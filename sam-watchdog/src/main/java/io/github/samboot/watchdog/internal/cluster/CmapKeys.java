package io.github.samboot.watchdog.internal.cluster;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.watchdog.internal.library.NativeCalls;

/**
 * The four keys {@code resources.process.<pid>.} of {@code libsam}, over one connection
 * to Corosync's cmap. Not thread-safe. A call that Corosync does not answer with
 * {@code CS_OK} is a {@link SamException} with its error.
 * <p>
 * Corosync's watchdog service judges a process from the moment its {@code state} appears,
 * and reads policy and interval only then. So the state is written last and deleted
 * first.
 */
final class CmapKeys implements AutoCloseable {

	static final String LIBRARY = "libcmap.so.4";

	private static final int OK = CsError.OK.code();

	/** {@code CMAP_KEYNAME_MAXLEN}. */
	private static final int LONGEST_KEY = 255;

	private static final int MOST_ATTEMPTS = 20;

	private static final long PAUSE = 10_000_000;

	private final NativeCalls calls;

	private final CmapOwner owner;

	private final long handle;

	/**
	 * Connect.
	 * @param calls calls the library
	 * @param owner the process
	 * @throws LinkageError if the library is not there
	 */
	CmapKeys(NativeCalls calls, CmapOwner owner) {
		this.calls = calls;
		this.owner = owner;
		long[] handle = new long[1];
		check(call("cmap_initialize", handle));
		this.handle = handle[0];
	}

	/**
	 * What the keys say.
	 *
	 * @param recovery {@code quit} or {@code restart}
	 * @param pollPeriod the time interval in milliseconds
	 * @param lastUpdated the time of the last heartbeat as {@link System#nanoTime()}
	 * tells it, which is {@code CLOCK_MONOTONIC}; 0, which stands for "not yet", whenever
	 * no heartbeat is expected
	 * @param state the state, such as {@code running}
	 */
	record Values(String recovery, long pollPeriod, long lastUpdated, String state) {

	}

	/**
	 * Delete the keys of watchdogs that were killed.
	 */
	void deleteLeftOver() {
		for (String key : ownerKeys()) {
			long pid = this.owner.gone(key);
			if (pid != 0) {
				delete(pid);
				delete(key);
			}
		}
	}

	private List<String> ownerKeys() {
		List<String> keys = new ArrayList<>();
		long[] iterator = new long[1];
		if (call("cmap_iter_init", this.handle, text(CmapOwner.PREFIX), iterator) != OK) {
			return keys;
		}
		byte[] key = new byte[LONGEST_KEY + 1];
		while (call("cmap_iter_next", this.handle, iterator[0], key, new long[1], new int[1]) == OK) {
			String text = new String(key, StandardCharsets.UTF_8);
			keys.add(text.substring(0, text.indexOf('\0')));
		}
		call("cmap_iter_finalize", this.handle, iterator[0]);
		return keys;
	}

	/**
	 * Write all keys, and whose they are.
	 */
	void write(Values values) {
		String ownerKey = this.owner.key();
		if (!ownerKey.isEmpty()) {
			setString(ownerKey, key("state"));
		}
		writeAnew(values);
	}

	private void writeAnew(Values values) {
		setString(key("recovery"), values.recovery());
		setUint64(key("poll_period"), values.pollPeriod());
		setUint64(key("last_updated"), values.lastUpdated());
		setString(key("state"), values.state());
	}

	/**
	 * Write what has changed. If nothing has, one key is written again, which shows
	 * whether Corosync was restarted: cmap lives in memory only.
	 */
	void change(Values from, Values to) {
		if (!to.recovery().equals(from.recovery()) || to.pollPeriod() != from.pollPeriod()) {
			delete(key("state"));
			writeAnew(to);
			return;
		}
		if (to.equals(from)) {
			setUint64(key("poll_period"), to.pollPeriod());
		}
		if (to.lastUpdated() != from.lastUpdated()) {
			setUint64(key("last_updated"), to.lastUpdated());
		}
		if (!to.state().equals(from.state())) {
			setString(key("state"), to.state());
		}
	}

	void delete() {
		delete(this.owner.pid());
	}

	private void delete(long pid) {
		for (String name : new String[] { "state", "last_updated", "poll_period", "recovery" }) {
			delete(key(pid, name));
		}
	}

	/**
	 * Let the next watchdog not delete keys that are left on purpose.
	 */
	void disown() {
		String ownerKey = this.owner.key();
		if (!ownerKey.isEmpty()) {
			delete(ownerKey);
		}
	}

	@Override
	public void close() {
		call("cmap_finalize", this.handle);
	}

	private String key(String name) {
		return key(this.owner.pid(), name);
	}

	private static String key(long pid, String name) {
		return "resources.process." + pid + "." + name;
	}

	private void setString(String key, String value) {
		check(call("cmap_set_string", this.handle, text(key), text(value)));
	}

	private void setUint64(String key, long value) {
		check(call("cmap_set_uint64", this.handle, text(key), value));
	}

	private void delete(String key) {
		call("cmap_delete", this.handle, text(key));
	}

	/**
	 * Call a function, and again while Corosync is busy.
	 */
	private int call(String function, Object... arguments) {
		int result = this.calls.call(LIBRARY, function, arguments);
		for (int i = 0; i < MOST_ATTEMPTS && result == CsError.TRY_AGAIN.code(); i++) {
			LockSupport.parkNanos(PAUSE);
			result = this.calls.call(LIBRARY, function, arguments);
		}
		return result;
	}

	private static byte[] text(String text) {
		return (text + "\0").getBytes(StandardCharsets.UTF_8);
	}

	private static void check(int result) {
		if (result != OK) {
			throw new SamException(CsError.of(result), "Corosync's cmap service answered with error " + result);
		}
	}

}
