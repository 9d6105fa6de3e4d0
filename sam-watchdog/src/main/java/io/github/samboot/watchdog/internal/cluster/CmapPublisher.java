package io.github.samboot.watchdog.internal.cluster;

import java.util.ArrayDeque;
import java.util.Deque;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.watchdog.internal.library.NativeCalls;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the keys of {@link CmapKeys} up to date. Callers leave what is to be published
 * and go on; a thread of its own writes, and writes everything again when Corosync comes
 * back after an outage.
 * <p>
 * Closing it writes what is left if Corosync is there. Keys that were not deleted stay in
 * cmap.
 * <p>
 * {@code last_updated} is 0 whenever no heartbeat is expected. (With libsam it appears
 * with the first message only, and stays.)
 */
public final class CmapPublisher extends CorosyncThread {

	/** cmap lives in memory only: this is how long a restart can stay unnoticed. */
	private static final long REFRESH = 5000;

	/** Cannot be reached in normal life; what is older than this is of no interest. */
	private static final int MOST_STATES = 64;

	private final NativeCalls calls;

	private final CmapOwner owner;

	private final CmapListener listener;

	// what callers left, guarded by this

	/** States and policies, each of which is written. */
	private final Deque<CmapKeys.Values> steps = new ArrayDeque<>();

	/** The last step, with the newest time. */
	private CmapKeys.Values latest;

	private boolean deletes;

	// what only the thread touches

	private @Nullable CmapKeys keys;

	private CmapKeys.Values written;

	private boolean hasConnected;

	private boolean isDeleted;

	private @Nullable Boolean toldAvailable;

	/**
	 * Create a publisher. It begins with the keys of a registered process (state
	 * {@code stopped}), and the listener's first call says how that went.
	 */
	CmapPublisher(NativeCalls calls, long pid, String recovery, long pollPeriodMillis, CmapListener listener) {
		super("sam-cmap");
		this.calls = calls;
		this.owner = new CmapOwner(pid);
		this.latest = new CmapKeys.Values(recovery, pollPeriodMillis, 0, "stopped");
		this.written = this.latest;
		this.listener = listener;
	}

	/**
	 * Publish a state together with the time of the last heartbeat. Every state is
	 * written, in order; only an outage reduces them to the last.
	 * @param state such as {@code failed}, {@code null} if it stays
	 * @param lastBeatNanos the time, 0 if no heartbeat is expected, or none has come yet
	 */
	public synchronized void publish(@Nullable String state, long lastBeatNanos) {
		CmapKeys.Values last = this.latest;
		step(new CmapKeys.Values(last.recovery(), last.pollPeriod(), lastBeatNanos,
				(state != null) ? state : last.state()));
	}

	/**
	 * Publish another policy and interval. Corosync's watchdog service reads them only
	 * when the state appears: it disappears for a moment.
	 * @param recovery {@code quit} or {@code restart}
	 * @param pollPeriodMillis the time interval
	 */
	public synchronized void renew(String recovery, long pollPeriodMillis) {
		CmapKeys.Values last = this.latest;
		CmapKeys.Values renewed = new CmapKeys.Values(recovery, pollPeriodMillis, last.lastUpdated(), last.state());
		if (!renewed.equals(last)) {
			step(renewed);
		}
	}

	private void step(CmapKeys.Values values) {
		if (this.steps.size() == MOST_STATES) {
			this.steps.removeFirst();
		}
		this.steps.addLast(values);
		this.latest = values;
		notifyAll();
	}

	/**
	 * Publish when the last message came. Only the newest time is written.
	 * @param lastBeatNanos the time as {@link System#nanoTime()} tells it, which is
	 * {@code CLOCK_MONOTONIC}
	 */
	public synchronized void heartbeat(long lastBeatNanos) {
		CmapKeys.Values last = this.latest;
		if (lastBeatNanos != last.lastUpdated()) {
			this.latest = new CmapKeys.Values(last.recovery(), last.pollPeriod(), lastBeatNanos, last.state());
			notifyAll();
		}
	}

	/**
	 * Delete the keys, after what was published so far; nothing is written afterwards.
	 */
	public synchronized void deleteAll() {
		this.deletes = true;
		notifyAll();
	}

	@Override
	void work() {
		CmapKeys keys = this.keys;
		if (keys == null) {
			connect();
		}
		else {
			write(keys);
			this.isDeleted = deleteIfDue(keys);
		}
	}

	@Override
	void failed(Throwable cause) {
		CmapKeys keys = this.keys;
		this.keys = null;
		if (keys != null) {
			keys.close();
		}
		if (cause instanceof SamException ex) {
			unavailable(ex.error(), (keys != null) ? CorosyncProblem.lost(ex.error(), "cmap")
					: CorosyncProblem.connecting(ex.error(), "cmap"));
		}
		else {
			unavailable(CsError.LIBRARY, CorosyncProblem.failed(cause, "cmap", CmapKeys.LIBRARY));
		}
	}

	@Override
	public void run() {
		super.run();
		if (this.keys != null) {
			this.keys.disown();
			this.keys.close();
		}
	}

	private void connect() {
		attempted(false);
		CmapKeys keys = new CmapKeys(this.calls, this.owner);
		try {
			writeAll(keys);
			this.keys = keys;
		}
		finally {
			if (this.keys == null) {
				keys.close();
			}
		}
		attempted(true);
		if (this.toldAvailable != Boolean.TRUE) {
			this.listener.cmapAvailable();
			this.toldAvailable = true;
		}
	}

	private void unavailable(CsError error, String problem) {
		if (this.toldAvailable != Boolean.FALSE) {
			this.listener.cmapUnavailable(error, problem);
			this.toldAvailable = false;
		}
	}

	private void writeAll(CmapKeys keys) {
		keys.deleteLeftOver();
		if (!this.hasConnected) {
			this.hasConnected = true;
			// of an earlier process with the same id
			keys.delete();
		}
		if (this.toldAvailable != null) {
			// the states in between are history; at the very start none is left out
			synchronized (this) {
				this.steps.clear();
				this.written = this.latest;
			}
		}
		keys.write(this.written);
	}

	private void write(CmapKeys keys) {
		CmapKeys.Values next = next();
		keys.change(this.written, next);
		this.written = next;
	}

	private synchronized CmapKeys.Values next() {
		CmapKeys.Values step = this.steps.pollFirst();
		return (step != null) ? step : this.latest;
	}

	private synchronized boolean deleteIfDue(CmapKeys keys) {
		if (this.deletes && this.written == this.latest) {
			keys.delete();
			return true;
		}
		return false;
	}

	/**
	 * Wait until there is something to do. While Corosync is away, what is left for it
	 * does not shorten the pause.
	 */
	@Override
	synchronized boolean awaitWork() {
		if (this.isDeleted) {
			return false;
		}
		rest((this.keys != null) ? REFRESH : this.pause);
		return !isClosed() || hasWork();
	}

	@Override
	boolean hasWork() {
		return this.keys != null && (this.deletes || this.written != this.latest);
	}

}
