package io.github.samboot.watchdog.internal.cluster;

import java.util.ArrayList;
import java.util.List;

import io.github.samboot.core.CsError;
import io.github.samboot.core.internal.process.DaemonThread;
import org.jspecify.annotations.Nullable;

/**
 * Corosync's quorum service (votequorum). One thread connects, listens until Corosync
 * goes away, and connects again.
 */
final class CorosyncQuorumProvider implements QuorumProvider, CorosyncCalls.Notification, Runnable {

	/**
	 * Every dispatch call of libquorum has a buffer of 1 MiB on the stack. It is address
	 * space only: the pages that are never written cost nothing.
	 */
	private static final int STACK_KIBIBYTES = 4096;

	private static final long FIRST_PAUSE = 50;

	private static final long LONGEST_PAUSE = 1000;

	private static final long CLOSE_TIMEOUT = 2000;

	private static final int NO_DESCRIPTOR = -1;

	private static final int NO_QUORUM_PROVIDER = 0;

	private final CorosyncCalls calls;

	private final Thread thread;

	private @Nullable QuorumListener listener;

	/** Guarded by this; while it is set the thread does not close it. */
	private int descriptor = NO_DESCRIPTOR;

	private CorosyncCalls.@Nullable Quorum quorum;

	private boolean answered;

	private volatile boolean closed;

	CorosyncQuorumProvider(CorosyncCalls calls) {
		this.calls = calls;
		this.thread = DaemonThread.create("sam-quorum", STACK_KIBIBYTES, this);
	}

	@Override
	public synchronized void start(QuorumListener listener) {
		if (this.closed) {
			return;
		}
		this.listener = listener;
		this.thread.start();
	}

	@Override
	public void run() {
		long pause = FIRST_PAUSE;
		while (!this.closed) {
			this.answered = false;
			try {
				connectAndListen();
			}
			catch (LinkageError ex) {
				unavailable(CsError.LIBRARY, CorosyncProblem.libraryMissing("libquorum.so.5", "libquorum5", ex));
			}
			// a Corosync that hangs up right after its answer gets no busy loop either
			pause = this.answered ? FIRST_PAUSE : Math.min(2 * pause, LONGEST_PAUSE);
			rest(pause);
		}
	}

	/**
	 * Return when there is no connection any more, after telling why.
	 */
	private void connectAndListen() {
		CorosyncCalls.Quorum quorum = this.quorum;
		if (quorum == null) {
			quorum = this.calls.quorum(this);
			this.quorum = quorum;
		}
		long[] handle = new long[1];
		int[] type = new int[1];
		int result = quorum.initialize(handle, type);
		if (result != CsError.OK.code()) {
			CsError error = CsError.of(result);
			unavailable(error, CorosyncProblem.connecting(error, "quorum"));
			return;
		}
		try {
			if (type[0] == NO_QUORUM_PROVIDER) {
				unavailable(CsError.NOT_SUPPORTED, CorosyncProblem.noQuorumProvider());
				return;
			}
			listen(quorum, handle[0]);
		}
		finally {
			synchronized (this) {
				this.descriptor = NO_DESCRIPTOR;
			}
			quorum.finish(handle[0]);
		}
	}

	private void listen(CorosyncCalls.Quorum quorum, long handle) {
		int[] descriptor = new int[1];
		int result = quorum.descriptor(handle, descriptor);
		if (result == CsError.OK.code()) {
			synchronized (this) {
				if (this.closed) {
					return;
				}
				this.descriptor = descriptor[0];
			}
			result = quorum.trackStart(handle);
		}
		if (result == CsError.OK.code()) {
			result = quorum.dispatch(handle);
		}
		// a dispatch that ends without an error has lost its connection, too
		CsError error = (result != CsError.OK.code()) ? CsError.of(result) : CsError.LIBRARY;
		unavailable(error,
				this.answered ? CorosyncProblem.lost(error, "quorum") : CorosyncProblem.connecting(error, "quorum"));
	}

	@Override
	public void notified(boolean quorate, int[] members) {
		this.answered = true;
		List<Long> ids = new ArrayList<>(members.length);
		for (int member : members) {
			ids.add(Integer.toUnsignedLong(member));
		}
		QuorumListener listener = this.listener;
		if (!this.closed && listener != null) {
			listener.quorumChanged(new QuorumView(quorate, ids));
		}
	}

	private void unavailable(CsError error, String problem) {
		QuorumListener listener = this.listener;
		if (!this.closed && listener != null) {
			listener.quorumUnavailable(error, problem);
		}
	}

	private synchronized void rest(long millis) {
		long end = System.nanoTime() + millis * 1_000_000;
		long left = millis;
		while (!this.closed && left > 0) {
			try {
				wait(left);
			}
			catch (InterruptedException ex) {
				return; // nothing interrupts this thread; if something does, the pause
						// was
						// enough
			}
			left = (end - System.nanoTime()) / 1_000_000;
		}
	}

	@Override
	public void close() {
		synchronized (this) {
			this.closed = true;
			CorosyncCalls.Quorum quorum = this.quorum;
			if (this.descriptor != NO_DESCRIPTOR && quorum != null) {
				quorum.wake(this.descriptor);
			}
			notifyAll();
		}
		if (Thread.currentThread() == this.thread) {
			return;
		}
		try {
			// bounded: a frozen Corosync keeps the thread inside quorum_initialize
			this.thread.join(CLOSE_TIMEOUT);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
