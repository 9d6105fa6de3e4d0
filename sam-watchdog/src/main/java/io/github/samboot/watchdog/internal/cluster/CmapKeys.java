package io.github.samboot.watchdog.internal.cluster;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;

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

	private final CorosyncCalls.Cmap cmap;

	private final CmapOwner owner;

	private final long handle;

	/**
	 * Connect.
	 * @param cmap the functions
	 * @param owner the process
	 */
	CmapKeys(CorosyncCalls.Cmap cmap, CmapOwner owner) {
		long[] handle = new long[1];
		check(cmap.initialize(handle));
		this.cmap = cmap;
		this.owner = owner;
		this.handle = handle[0];
	}

	/**
	 * What the keys say.
	 *
	 * @param recovery {@code quit} or {@code restart}
	 * @param pollPeriod the time interval in milliseconds
	 * @param lastUpdated the time of the last health check as {@link System#nanoTime()}
	 * tells it, which is {@code CLOCK_MONOTONIC}; 0, which stands for "not yet", whenever
	 * no health check is expected
	 * @param state the state, such as {@code running}
	 */
	record Values(String recovery, long pollPeriod, long lastUpdated, String state) {

		Values lastUpdated(long lastUpdated) {
			return new Values(this.recovery, this.pollPeriod, lastUpdated, this.state);
		}

		Values policy(String recovery, long pollPeriod) {
			return new Values(recovery, pollPeriod, this.lastUpdated, this.state);
		}

		boolean hasPolicyOf(Values other) {
			return this.recovery.equals(other.recovery) && this.pollPeriod == other.pollPeriod;
		}

	}

	/**
	 * Delete the keys of watchdogs that were killed.
	 */
	void deleteLeftOver() {
		for (String key : this.cmap.keys(this.handle, CmapOwner.PREFIX)) {
			long pid = this.owner.gone(key);
			if (pid != 0) {
				delete(pid);
				this.cmap.delete(this.handle, key);
			}
		}
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
		if (!to.hasPolicyOf(from)) {
			this.cmap.delete(this.handle, key("state"));
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
			this.cmap.delete(this.handle, key(pid, name));
		}
	}

	/**
	 * Let the next watchdog not delete keys that are left on purpose.
	 */
	void disown() {
		String ownerKey = this.owner.key();
		if (!ownerKey.isEmpty()) {
			this.cmap.delete(this.handle, ownerKey);
		}
	}

	@Override
	public void close() {
		this.cmap.finish(this.handle);
	}

	private String key(String name) {
		return key(this.owner.pid(), name);
	}

	private static String key(long pid, String name) {
		return "resources.process." + pid + "." + name;
	}

	private void setString(String key, String value) {
		check(this.cmap.setString(this.handle, key, value));
	}

	private void setUint64(String key, long value) {
		check(this.cmap.setUint64(this.handle, key, value));
	}

	private static void check(int result) {
		if (result != CsError.OK.code()) {
			throw new SamException(CsError.of(result), "Corosync's cmap service answered with error " + result);
		}
	}

}
