package io.github.samboot.watchdog.internal.cluster;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamStatus;
import org.jspecify.annotations.Nullable;

/**
 * Runs one provider and keeps its last word: passes on changes only, and counts a
 * provider without an answer as not quorate. Safe for use by several threads.
 */
public final class QuorumMonitor implements AutoCloseable {

	private static final List<Long> NO_MEMBERS = List.of();

	private final QuorumProvider provider;

	private final QuorumListener listener;

	private @Nullable QuorumView view;

	private @Nullable CsError error;

	private @Nullable String problem;

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
	 * Wait for the first answer, as {@code sam_initialize(3)} does.
	 * @param timeout how long to wait
	 * @return the answer
	 * @throws SamException with the provider's error if the first attempt failed, with
	 * {@link CsError#TIMEOUT} if nothing came in time, with {@link CsError#INTERRUPT} if
	 * the thread was interrupted; the provider keeps trying until {@link #close}
	 */
	public synchronized QuorumView awaitFirst(Duration timeout) {
		long end = System.nanoTime() + timeout.toNanos();
		while (this.view == null && this.problem == null) {
			long left = end - System.nanoTime();
			if (left <= 0) {
				throw new SamException(CsError.TIMEOUT, "The quorum provider \"" + this.provider.name()
						+ "\" did not answer within " + timeout.toMillis() + " ms");
			}
			try {
				TimeUnit.NANOSECONDS.timedWait(this, left);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new SamException(CsError.INTERRUPT, "The wait for the quorum provider was interrupted", ex);
			}
		}
		QuorumView view = this.view;
		if (view != null) {
			return view;
		}
		CsError error = this.error;
		throw new SamException((error != null) ? error : CsError.LIBRARY, String.valueOf(this.problem));
	}

	/**
	 * Return whether this node may run.
	 * @return {@code false} also while the provider has no answer
	 */
	public synchronized boolean quorate() {
		QuorumView view = this.view;
		return view != null && view.quorate();
	}

	/**
	 * Return what is wrong with the provider.
	 * @return one sentence, {@code null} if it answers (or has not tried yet)
	 */
	public synchronized @Nullable String problem() {
		return this.problem;
	}

	/**
	 * Return the view of the cluster as users see it.
	 * @return the provider's name, whether quorate, and the members
	 */
	public synchronized SamStatus.Quorum status() {
		QuorumView view = this.view;
		return new SamStatus.Quorum(this.provider.name(), view != null && view.quorate(),
				(view != null) ? view.members() : NO_MEMBERS);
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
				monitor.problem = null;
				monitor.notifyAll();
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
				monitor.problem = problem;
				monitor.notifyAll();
				monitor.listener.quorumUnavailable(error, problem);
			}
		}

	}

}
