package io.github.samboot.watchdog.internal.cluster;

import io.github.samboot.core.CsError;
import org.jspecify.annotations.Nullable;

/**
 * Runs one provider and keeps its last word: passes on changes only, and counts a
 * provider without an answer as not quorate. Safe for use by several threads.
 */
public final class QuorumMonitor implements AutoCloseable {

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
		this.provider.start(new Filter());
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

	private final class Filter implements QuorumListener {

		@Override
		public void quorumChanged(QuorumView view) {
			QuorumMonitor monitor = QuorumMonitor.this;
			synchronized (monitor) {
				QuorumView before = monitor.view;
				if (monitor.closed || (before != null && before.sameAs(view))) {
					return;
				}
				monitor.view = view;
				monitor.error = null;
				monitor.listener.quorumChanged(view);
			}
		}

		@Override
		public void quorumUnavailable(CsError error, String problem) {
			QuorumMonitor monitor = QuorumMonitor.this;
			synchronized (monitor) {
				// one outage is told once, unless it turns out to be a different problem;
				// "not yet" is none
				boolean known = monitor.error == error || (monitor.error != null && error == CsError.TRY_AGAIN);
				if (monitor.closed || known) {
					return;
				}
				monitor.view = null;
				monitor.error = error;
				monitor.listener.quorumUnavailable(error, problem);
			}
		}

	}

}
