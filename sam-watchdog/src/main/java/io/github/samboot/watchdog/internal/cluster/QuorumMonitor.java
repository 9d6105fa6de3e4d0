package io.github.samboot.watchdog.internal.cluster;

import io.github.samboot.core.CsError;
import org.jspecify.annotations.Nullable;

/**
 * Runs one provider and keeps its last word: passes on changes only, and counts a
 * provider without an answer as not quorate. Safe for use by several threads.
 */
public final class QuorumMonitor implements QuorumListener, AutoCloseable {

	private final QuorumProvider provider;

	private final QuorumListener listener;

	private @Nullable QuorumView view;

	private @Nullable CsError error;

	private boolean closed;

	/**
	 * Create a monitor.
	 * @param provider the source; this monitor closes it
	 * @param listener hears changes only, beginning with the first answer or problem; one
	 * call at a time
	 */
	public QuorumMonitor(QuorumProvider provider, QuorumListener listener) {
		this.provider = provider;
		this.listener = listener;
	}

	/**
	 * Begin to watch; returns at once.
	 */
	public void start() {
		this.provider.start(this);
	}

	/**
	 * Stop watching; the listener is not called again. Returns within two seconds.
	 */
	@Override
	public void close() {
		synchronized (this) {
			this.closed = true;
		}
		this.provider.close();
	}

	@Override
	public synchronized void quorumChanged(QuorumView view) {
		QuorumView before = this.view;
		if (this.closed || (before != null && before.sameAs(view))) {
			return;
		}
		// nothing is known until it is told, which may fail
		this.view = null;
		this.error = null;
		this.listener.quorumChanged(view);
		this.view = view;
	}

	@Override
	public synchronized void quorumUnavailable(CsError error, String problem) {
		// one outage is told once, unless it turns out to be a different problem; "not
		// yet" is none
		boolean known = this.error == error || (this.error != null && error == CsError.TRY_AGAIN);
		if (this.closed || known) {
			return;
		}
		this.view = null;
		this.error = null;
		this.listener.quorumUnavailable(error, problem);
		this.error = error;
	}

}
