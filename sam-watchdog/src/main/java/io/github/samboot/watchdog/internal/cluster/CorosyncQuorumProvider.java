package io.github.samboot.watchdog.internal.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

import io.github.samboot.core.CsError;
import io.github.samboot.watchdog.internal.library.NativeCalls;
import org.jspecify.annotations.Nullable;

/**
 * Corosync's quorum service (votequorum). One thread connects, listens until Corosync
 * goes away, and connects again.
 */
final class CorosyncQuorumProvider extends CorosyncThread implements QuorumProvider, NativeCalls.QuorumNotification {

	private static final int NO_DESCRIPTOR = -1;

	private static final int NO_QUORUM_PROVIDER = 0;

	private static final int TRACK_CURRENT_AND_CHANGES = 1 | 2;

	private static final int DISPATCH_ONE = 1;

	private static final int SHUT_RDWR = 2;

	private static final int MOST_UNTOLD = 3;

	private static final String LIBRARY = "libquorum.so.5";

	private static final int OK = CsError.OK.code();

	private final NativeCalls calls;

	private @Nullable QuorumListener listener;

	/** Guarded by this; while it is set the thread does not close it. */
	private int descriptor = NO_DESCRIPTOR;

	/** Kept, as C calls it. */
	private final LongSupplier function;

	private boolean answered;

	/** Whether the listener has been told what came. */
	private boolean isTold;

	/** How often in a row something came that could not be told. */
	private int untold;

	CorosyncQuorumProvider(NativeCalls calls) {
		super("sam-quorum");
		this.calls = calls;
		this.function = calls.function(this);
	}

	@Override
	public synchronized void start(QuorumListener listener) {
		this.listener = listener;
		start();
	}

	/**
	 * Connect and listen. Return when there is no connection any more, after telling why.
	 */
	@Override
	void work() {
		this.answered = false;
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
			}
			else {
				listen(handle[0]);
			}
		}
		finally {
			synchronized (this) {
				this.descriptor = NO_DESCRIPTOR;
			}
			call("quorum_finalize", handle[0]);
		}
	}

	@Override
	void failed(Throwable cause) {
		unavailable(CsError.LIBRARY, CorosyncProblem.failed(cause, "quorum", LIBRARY));
	}

	@Override
	boolean awaitWork() {
		// a Corosync that hangs up right after its answer gets no busy loop either
		attempted(this.answered);
		rest(this.pause);
		return !isClosed();
	}

	private int call(String function, Object... arguments) {
		return this.calls.call(LIBRARY, function, arguments);
	}

	private void listen(long handle) {
		int[] descriptor = new int[1];
		int result = call("quorum_fd_get", handle, descriptor);
		if (result == OK) {
			synchronized (this) {
				if (isClosed()) {
					return;
				}
				this.descriptor = descriptor[0];
			}
			result = call("quorum_trackstart", handle, TRACK_CURRENT_AND_CHANGES);
		}
		int untold = this.untold;
		this.isTold = true;
		while (result == OK && this.isTold) {
			this.isTold = false;
			// which needs more than 1 MiB of stack, and waits for one message
			result = call("quorum_dispatch", handle, DISPATCH_ONE);
		}
		if (result == OK && this.untold > untold && this.untold <= MOST_UNTOLD) {
			// no memory, say, and JNA lets no error out: it is asked for again at once
			return;
		}
		// without a message the connection is lost, too
		CsError error = (result != OK) ? CsError.of(result) : CsError.LIBRARY;
		unavailable(error,
				this.answered ? CorosyncProblem.lost(error, "quorum") : CorosyncProblem.connecting(error, "quorum"));
	}

	@Override
	public void notified(boolean quorate, int[] members) {
		this.untold++;
		this.answered = true;
		List<Long> ids = new ArrayList<>(members.length);
		for (int member : members) {
			ids.add(Integer.toUnsignedLong(member));
		}
		QuorumListener listener = this.listener;
		if (!isClosed() && listener != null) {
			listener.quorumChanged(quorate, ids);
		}
		this.isTold = true;
		this.untold = 0;
	}

	private void unavailable(CsError error, String problem) {
		QuorumListener listener = this.listener;
		if (!isClosed() && listener != null) {
			listener.quorumUnavailable(error, problem);
		}
	}

	@Override
	synchronized void end() {
		super.end();
		if (this.descriptor != NO_DESCRIPTOR) {
			// ends the dispatch
			this.calls.call(NativeCalls.C, "shutdown", this.descriptor, SHUT_RDWR);
		}
	}

}
