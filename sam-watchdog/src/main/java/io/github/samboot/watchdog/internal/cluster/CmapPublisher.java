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
 * Corosync's watchdog service judges a process from the moment its {@code state} appears.
 * So that is written last and deleted first, and {@code last_updated} is 0, which stands
 * for "not yet", whenever no health check is expected. (With libsam it appears with the
 * first message only, and stays.)
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

	private final Keys keys;

	private final CmapOwner owner;

	private final CmapListener listener;

	private final Thread thread;

	// what callers left, guarded by this

	private final Deque<Note> notes = new ArrayDeque<>();

	private String recovery;

	private long pollPeriod;

	private boolean isRenewalPending;

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

	private long lastUpdated;

	private String ownerKey = "";

	private boolean hasConnected;

	private boolean deleted;

	private boolean told;

	private boolean toldAvailable;

	private long pause = FIRST_PAUSE;

	CmapPublisher(CorosyncCalls calls, long pid, String recovery, long pollPeriodMillis, CmapListener listener) {
		this.calls = calls;
		this.keys = new Keys(pid);
		this.owner = new CmapOwner(pid);
		this.recovery = recovery;
		this.pollPeriod = pollPeriodMillis;
		this.listener = listener;
		this.thread = new Thread(null, this, "sam-cmap", STACK_SIZE);
		this.thread.setDaemon(true);
	}

	/**
	 * The keys of a process.
	 */
	private record Keys(String recovery, String pollPeriod, String lastUpdated, String state) {

		Keys(long pid) {
			this("resources.process." + pid + ".");
		}

		private Keys(String prefix) {
			this(prefix + "recovery", prefix + "poll_period", prefix + "last_updated", prefix + "state");
		}

		void delete(CorosyncCalls.Cmap cmap, long handle) {
			cmap.delete(handle, this.state);
			cmap.delete(handle, this.lastUpdated);
			cmap.delete(handle, this.pollPeriod);
			cmap.delete(handle, this.recovery);
		}

	}

	/**
	 * What a caller left.
	 *
	 * @param state the state, {@code null} if that stays
	 * @param lastUpdated the time of the last health check, 0 if none is expected
	 */
	private record Note(@Nullable String state, long lastUpdated) {

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
	 * Publish a state in which no health check is expected, or none has come yet. Every
	 * state is written, in order; only an outage reduces them to the last.
	 * @param state such as {@code running}
	 */
	public void publish(String state) {
		publish(state, 0);
	}

	/**
	 * Publish a state together with the time of the last health check.
	 * @param state such as {@code failed}, {@code null} if it stays
	 * @param lastBeatNanos the time, 0 if no health check is expected
	 */
	public synchronized void publish(@Nullable String state, long lastBeatNanos) {
		if (this.notes.size() == MOST_STATES) {
			this.notes.removeFirst();
		}
		this.notes.addLast(new Note(state, lastBeatNanos));
		this.lastBeat = lastBeatNanos;
		this.beatPending = false;
		notifyAll();
	}

	/**
	 * Publish another policy and interval. Corosync's watchdog service reads them only
	 * when the state appears: it disappears for a moment.
	 * @param recovery {@code quit} or {@code restart}
	 * @param pollPeriodMillis the time interval
	 */
	public synchronized void renew(String recovery, long pollPeriodMillis) {
		if (!recovery.equals(this.recovery) || pollPeriodMillis != this.pollPeriod) {
			this.recovery = recovery;
			this.pollPeriod = pollPeriodMillis;
			this.isRenewalPending = true;
			notifyAll();
		}
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
		if (!end()) {
			return;
		}
		try {
			// bounded: a frozen Corosync never answers
			this.thread.join(CLOSE_TIMEOUT);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * The same, but do not wait for it.
	 * @return whether there is anything to wait for
	 */
	synchronized boolean end() {
		this.closed = true;
		notifyAll();
		return this.started;
	}

	@Override
	public void run() {
		connect();
		while (next()) {
			// next() waits
		}
		if (this.connected) {
			leave();
			disconnect();
		}
	}

	/**
	 * Take one note and write it.
	 * @return whether there is more to come
	 */
	private boolean next() {
		Note note = null;
		boolean renew = false;
		boolean delete = false;
		long beat = 0;
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
				renew = this.isRenewalPending;
				note = renew ? null : this.notes.pollFirst();
				// older than a state that is still to be written
				boolean isLast = !renew && this.notes.isEmpty();
				if (isLast && this.beatPending) {
					beat = this.lastBeat;
					this.beatPending = false;
				}
				delete = this.deletePending && isLast;
			}
		}
		if (this.deleted) {
			return true;
		}
		if (!this.connected) {
			connect();
			return true;
		}
		int result = renew ? writeAnew() : write(note, beat);
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
		return !this.deleted
				&& (!this.notes.isEmpty() || this.beatPending || this.deletePending || this.isRenewalPending);
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

	private int write(@Nullable Note note, long beat) {
		CorosyncCalls.Cmap cmap = this.cmap;
		int result = CsError.OK.code();
		if (cmap == null) {
			return result;
		}
		if (note != null) {
			if (note.lastUpdated() != this.lastUpdated) {
				this.lastUpdated = note.lastUpdated();
				result = cmap.setUint64(this.handle, this.keys.lastUpdated(), this.lastUpdated);
			}
			String state = note.state();
			if (state != null) {
				this.state = state;
				result = (result == CsError.OK.code()) ? cmap.setString(this.handle, this.keys.state(), state) : result;
			}
		}
		if (beat != 0) {
			this.lastUpdated = beat;
			result = (result == CsError.OK.code()) ? cmap.setUint64(this.handle, this.keys.lastUpdated(), beat)
					: result;
		}
		if (note == null && beat == 0) {
			// the same value again: nobody is notified, but a Corosync that was restarted
			// shows
			result = cmap.setUint64(this.handle, this.keys.pollPeriod(), pollPeriod());
		}
		return result;
	}

	private synchronized long pollPeriod() {
		return this.pollPeriod;
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
			if (this.told) {
				// the states in between are history; at the very start none is left out
				for (Note note : this.notes) {
					this.state = (note.state() != null) ? note.state() : this.state;
					this.lastUpdated = note.lastUpdated();
				}
				this.notes.clear();
			}
			if (this.beatPending && this.notes.isEmpty()) {
				this.lastUpdated = this.lastBeat;
				this.beatPending = false;
			}
		}
		deleteLeftOver(cmap);
		if (!this.hasConnected) {
			this.hasConnected = true;
			this.ownerKey = this.owner.key();
			// of an earlier process with the same id
			this.keys.delete(cmap, this.handle);
		}
		int result = this.ownerKey.isEmpty() ? CsError.OK.code()
				: cmap.setString(this.handle, this.ownerKey, this.keys.state());
		return (result == CsError.OK.code()) ? writeKeys(cmap) : result;
	}

	private int writeAnew() {
		CorosyncCalls.Cmap cmap = this.cmap;
		if (cmap == null) {
			return CsError.OK.code();
		}
		cmap.delete(this.handle, this.keys.state());
		return writeKeys(cmap);
	}

	private int writeKeys(CorosyncCalls.Cmap cmap) {
		String recovery;
		synchronized (this) {
			recovery = this.recovery;
			this.isRenewalPending = false;
		}
		int result = cmap.setString(this.handle, this.keys.recovery(), recovery);
		if (result == CsError.OK.code()) {
			result = cmap.setUint64(this.handle, this.keys.pollPeriod(), pollPeriod());
		}
		if (result == CsError.OK.code()) {
			result = cmap.setUint64(this.handle, this.keys.lastUpdated(), this.lastUpdated);
		}
		if (result == CsError.OK.code()) {
			result = cmap.setString(this.handle, this.keys.state(), this.state);
		}
		return result;
	}

	/**
	 * Delete the keys of watchdogs that were killed.
	 */
	private void deleteLeftOver(CorosyncCalls.Cmap cmap) {
		for (String key : cmap.keys(this.handle, CmapOwner.PREFIX)) {
			long pid = this.owner.gone(key);
			if (pid != 0) {
				new Keys(pid).delete(cmap, this.handle);
				cmap.delete(this.handle, key);
			}
		}
	}

	private void deleteKeys() {
		CorosyncCalls.Cmap cmap = this.cmap;
		if (cmap != null) {
			this.keys.delete(cmap, this.handle);
		}
		synchronized (this) {
			this.deleted = true;
		}
	}

	/**
	 * Keys that were not deleted are left on purpose: the next watchdog must not delete
	 * them.
	 */
	private void leave() {
		CorosyncCalls.Cmap cmap = this.cmap;
		if (cmap != null && !this.ownerKey.isEmpty()) {
			cmap.delete(this.handle, this.ownerKey);
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
