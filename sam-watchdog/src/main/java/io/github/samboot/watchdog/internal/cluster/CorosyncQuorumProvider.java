package io.github.samboot.watchdog.internal.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

import io.github.samboot.core.CsError;
import io.github.samboot.core.internal.process.DaemonThread;
import io.github.samboot.watchdog.internal.library.NativeCalls;
import org.jspecify.annotations.Nullable;

/**
 * Corosync's quorum service (votequorum). One thread connects, listens until Corosync
 * goes away, and connects again.
 */
final class CorosyncQuorumProvider implements QuorumProvider, NativeCalls.QuorumNotification, Runnable {

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

	private static final int TRACK_CURRENT_AND_CHANGES = 1 | 2;

	private static final int DISPATCH_BLOCKING = 3;

	private static final int SHUT_RDWR = 2;

	private static final String LIBRARY = "libquorum.so.5";

	private static final int OK = CsError.OK.code();

	private final NativeCalls calls;

	private final Thread thread;

	private @Nullable QuorumListener listener;

	/** Guarded by this; while it is set the thread does not close it. */
	private int descriptor = NO_DESCRIPTOR;

	/** Kept while there is a connection. */
	private final LongSupplier function;

	private boolean answered;

	private volatile boolean closed;

	CorosyncQuorumProvider(NativeCalls calls) {
		this.calls = calls;
		this.function = calls.function(this);
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
		long[] handle = new long[1];
		int[] type = new int[1];
		// quorum_callbacks_t has one member, a pointer; it is copied during the call
		int result = call("quorum_initialize", handle, new long[] { this.function.getAsLong() }, type);
		if (result != OK) {
			CsError error = CsError.of(result);
			unavailable(error, CorosyncProblem.connecting(error, "quorum"));
			return;
		}
		try {
			if (type[0] == NO_QUORUM_PROVIDER) {
				unavailable(CsError.NOT_SUPPORTED, CorosyncProblem.noQuorumProvider());
				return;
			}
			listen(handle[0]);
		}
		finally {
			synchronized (this) {
				this.descriptor = NO_DESCRIPTOR;
			}
			call("quorum_finalize", handle[0]);
		}
	}

	private int call(String function, Object... arguments) {
		return this.calls.call(LIBRARY, function, arguments);
	}

	private void listen(long handle) {
		int[] descriptor = new int[1];
		int result = call("quorum_fd_get", handle, descriptor);
		if (result == OK) {
			synchronized (this) {
				if (this.closed) {
					return;
				}
				this.descriptor = descriptor[0];
			}
			result = call("quorum_trackstart", handle, TRACK_CURRENT_AND_CHANGES);
		}
		if (result == OK) {
			// which needs more than 1 MiB of stack, and lasts as long as the connection
			result = call("quorum_dispatch", handle, DISPATCH_BLOCKING);
		}
		// a dispatch that ends without an error has lost its connection, too
		CsError error = (result != OK) ? CsError.of(result) : CsError.LIBRARY;
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
			if (this.descriptor != NO_DESCRIPTOR) {
				this.calls.call(NativeCalls.C, "shutdown", this.descriptor, SHUT_RDWR);
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
