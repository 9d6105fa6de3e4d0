package io.github.samboot.watchdog.internal.cluster;

import java.util.ArrayDeque;
import java.util.Deque;

import io.github.samboot.core.CsError;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the four keys {@code resources.process.<pid>.} of {@code libsam} in Corosync's
 * cmap. Callers leave a note and go on; a thread of its own writes, and writes everything
 * again when Corosync comes back after an outage.
 * <p>
 * As with libsam, {@code recovery}, {@code poll_period} and {@code state} are there from
 * registration on, {@code last_updated} from the first message on.
 */
public final class CmapPublisher implements AutoCloseable, Runnable {

	private static final long STACK_SIZE = 4L << 20;

	private static final long FIRST_PAUSE = 50;

	private static final long LONGEST_PAUSE = 1000;

	/** cmap lives in memory only: this is how long a restart can stay unnoticed. */
	private static final long REFRESH = 5000;

	private static final long CLOSE_TIMEOUT = 2000;

	/** Cannot be reached in normal life; what is older than this is of no interest. */
	private static final int MOST_STATES = 64;

	private static final String STOPPED = "stopped";

	private final CorosyncCalls calls;

	private final String recoveryKey;

	private final String pollPeriodKey;

	private final String lastUpdatedKey;

	private final String stateKey;

	private final String recovery;

	private final long pollPeriod;

	private final CmapListener listener;

	private final Thread thread;

	// what callers left, guarded by this

	private final Deque<String> states = new ArrayDeque<>();

	private long lastBeat;

	private boolean beatPending;

	private boolean deletePending;

	private boolean started;

	private boolean closed;

	// what only the thread touches

	private CorosyncCalls.@Nullable Cmap cmap;

	private boolean connected;

	private long handle;

	private String state = STOPPED;

	private long writtenBeat;

	private boolean beatKnown;

	private boolean deleted;

	private boolean told;

	private boolean toldAvailable;

	private long pause = FIRST_PAUSE;

	CmapPublisher(CorosyncCalls calls, long pid, String recovery, long pollPeriodMillis, CmapListener listener) {
		String prefix = "resources.process." + pid + ".";
		this.recoveryKey = prefix + "recovery";
		this.pollPeriodKey = prefix + "poll_period";
		this.lastUpdatedKey = prefix + "last_updated";
		this.stateKey = prefix + "state";
		this.calls = calls;
		this.recovery = recovery;
		this.pollPeriod = pollPeriodMillis;
		this.listener = listener;
		this.thread = new Thread(null, this, "sam-cmap", STACK_SIZE);
		this.thread.setDaemon(true);
	}

	/**
	 * Begin, with the keys of a registered process (state {@code stopped}); returns at
	 * once. The listener's first call says how it went.
	 */
	public synchronized void start() {
		if (!this.closed) {
			this.started = true;
			this.thread.start();
		}
	}

	/**
	 * Publish a state. Every state is written, in order; only an outage reduces them to
	 * the last.
	 * @param state such as {@code running}
	 */
	public synchronized void publish(String state) {
		if (this.states.size() == MOST_STATES) {
			this.states.removeFirst();
		}
		this.states.addLast(state);
		notifyAll();
	}

	/**
	 * Publish when the last message came. Only the newest time is written.
	 * @param lastBeatNanos the time as {@link System#nanoTime()} tells it, which is
	 * {@code CLOCK_MONOTONIC}
	 */
	public synchronized void heartbeat(long lastBeatNanos) {
		if (lastBeatNanos != this.lastBeat) {
			this.lastBeat = lastBeatNanos;
			this.beatPending = true;
			notifyAll();
		}
	}

	/**
	 * Delete the keys, after what was published so far; nothing is written afterwards.
	 */
	public synchronized void deleteAll() {
		this.deletePending = true;
		notifyAll();
	}

	/**
	 * Write what is left if Corosync is there, and end. Returns within two seconds. Keys
	 * that were not deleted stay in cmap.
	 */
	@Override
	public void close() {
		synchronized (this) {
			this.closed = true;
			notifyAll();
			if (!this.started) {
				return;
			}
		}
		try {
			// bounded: a frozen Corosync never answers
			this.thread.join(CLOSE_TIMEOUT);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void run() {
		connect();
		while (next()) {
			// next() waits
		}
		if (this.connected) {
			disconnect();
		}
	}

	/**
	 * Take one note and write it.
	 * @return whether there is more to come
	 */
	private boolean next() {
		String state = null;
		boolean beat = false;
		boolean delete = false;
		long beatTime = 0;
		synchronized (this) {
			if (this.connected || this.deleted) {
				if (!workLeft() && !this.closed) {
					rest(REFRESH);
				}
			}
			else if (!this.closed) {
				rest(this.pause);
			}
			if (this.closed && (!this.connected || this.deleted || !workLeft())) {
				return false;
			}
			if (this.connected) {
				state = this.states.pollFirst();
				beat = this.beatPending;
				beatTime = this.lastBeat;
				this.beatPending = false;
				delete = this.deletePending && this.states.isEmpty();
			}
		}
		if (this.deleted) {
			return true;
		}
		if (!this.connected) {
			connect();
			return true;
		}
		if (state != null) {
			this.state = state;
		}
		if (beat) {
			this.writtenBeat = beatTime;
			this.beatKnown = true;
		}
		int result = write(state, beat);
		if (delete && result == CsError.OK.code()) {
			deleteKeys();
		}
		else if (result != CsError.OK.code()) {
			CsError error = CsError.of(result);
			disconnect();
			tell(error, CorosyncProblem.lost(error, "cmap"));
		}
		return true;
	}

	private boolean workLeft() {
		return !this.deleted && (!this.states.isEmpty() || this.beatPending || this.deletePending);
	}

	private void rest(long millis) {
		try {
			// while Corosync is away new notes do not shorten the pause
			long end = System.nanoTime() + millis * 1_000_000;
			long left = millis;
			while (!this.closed && left > 0) {
				wait(left);
				if (this.connected && workLeft()) {
					return;
				}
				left = (end - System.nanoTime()) / 1_000_000;
			}
		}
		catch (InterruptedException ex) {
			// nobody interrupts this thread; if somebody does, the pause was enough
		}
	}

	private int write(@Nullable String state, boolean beat) {
		CorosyncCalls.Cmap cmap = this.cmap;
		int result = CsError.OK.code();
		if (cmap == null) {
			return result;
		}
		if (beat) {
			result = cmap.setUint64(this.handle, this.lastUpdatedKey, this.writtenBeat);
		}
		if (result == CsError.OK.code() && state != null) {
			result = cmap.setString(this.handle, this.stateKey, state);
		}
		if (result == CsError.OK.code() && !beat && state == null) {
			// the same value again: nobody is notified, but a Corosync that was restarted
			// shows
			result = cmap.setUint64(this.handle, this.pollPeriodKey, this.pollPeriod);
		}
		return result;
	}

	private void connect() {
		CorosyncCalls.Cmap cmap = this.cmap;
		if (cmap == null) {
			try {
				cmap = this.calls.cmap();
				this.cmap = cmap;
			}
			catch (LinkageError ex) {
				failed(CsError.LIBRARY, CorosyncProblem.libraryMissing("libcmap.so.4", "libcmap4", ex));
				return;
			}
		}
		long[] handle = new long[1];
		int result = cmap.initialize(handle);
		if (result == CsError.OK.code()) {
			this.handle = handle[0];
			this.connected = true;
			result = writeAll(cmap);
			if (result == CsError.OK.code()) {
				this.pause = FIRST_PAUSE;
				tellAvailable();
				return;
			}
			disconnect();
		}
		CsError error = CsError.of(result);
		failed(error, CorosyncProblem.connecting(error, "cmap"));
	}

	private int writeAll(CorosyncCalls.Cmap cmap) {
		synchronized (this) {
			String newest = this.states.peekLast();
			if (newest != null && this.told) {
				// the states in between are history; at the very start none is left out
				this.state = newest;
				this.states.clear();
			}
			if (this.beatPending) {
				this.writtenBeat = this.lastBeat;
				this.beatKnown = true;
				this.beatPending = false;
			}
		}
		int result = cmap.setString(this.handle, this.recoveryKey, this.recovery);
		if (result == CsError.OK.code()) {
			result = cmap.setUint64(this.handle, this.pollPeriodKey, this.pollPeriod);
		}
		if (result == CsError.OK.code() && this.beatKnown) {
			result = cmap.setUint64(this.handle, this.lastUpdatedKey, this.writtenBeat);
		}
		if (result == CsError.OK.code()) {
			result = cmap.setString(this.handle, this.stateKey, this.state);
		}
		return result;
	}

	private void deleteKeys() {
		CorosyncCalls.Cmap cmap = this.cmap;
		if (cmap != null) {
			cmap.delete(this.handle, this.recoveryKey);
			cmap.delete(this.handle, this.pollPeriodKey);
			cmap.delete(this.handle, this.lastUpdatedKey);
			cmap.delete(this.handle, this.stateKey);
		}
		synchronized (this) {
			this.deleted = true;
		}
	}

	private void disconnect() {
		CorosyncCalls.Cmap cmap = this.cmap;
		if (cmap != null) {
			cmap.finish(this.handle);
		}
		this.connected = false;
	}

	private void failed(CsError error, String problem) {
		this.pause = Math.min(2 * this.pause, LONGEST_PAUSE);
		tell(error, problem);
	}

	private void tell(CsError error, String problem) {
		if (!this.told || this.toldAvailable) {
			this.told = true;
			this.toldAvailable = false;
			this.listener.cmapUnavailable(error, problem);
		}
	}

	private void tellAvailable() {
		if (!this.told || !this.toldAvailable) {
			this.told = true;
			this.toldAvailable = true;
			this.listener.cmapAvailable();
		}
	}

}
