package io.github.samboot.watchdog.internal.cluster;

import java.util.concurrent.TimeUnit;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.watchdog.internal.supervision.Event;
import org.jspecify.annotations.Nullable;

/**
 * A call of initialize that waits until the cluster has answered. Only the event loop's
 * thread uses it.
 */
public final class ClusterWait {

	/** A daemon that is stopped answers nothing, not even with an error. */
	private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

	private final ClusterLink cluster;

	private final Outcome outcome;

	private Event.@Nullable Initialize waiting;

	private long deadline;

	public ClusterWait(ClusterLink cluster, Outcome outcome) {
		this.cluster = cluster;
		this.outcome = outcome;
	}

	/**
	 * What becomes of the call.
	 */
	public interface Outcome {

		void connected(Event.Initialize event);

		void failed(Event.Initialize event, SamException problem);

	}

	/**
	 * The cluster first: initialize fails if it cannot be reached.
	 */
	public void begin(Event.Initialize event) {
		try {
			this.cluster.open(event.options());
			this.waiting = event;
			this.deadline = System.nanoTime() + PATIENCE;
			progressed();
		}
		catch (SamException ex) {
			end();
			this.outcome.failed(event, ex);
		}
	}

	/**
	 * More may be known about the cluster now.
	 */
	public void progressed() {
		Event.Initialize event = this.waiting;
		if (event == null) {
			return;
		}
		try {
			if (this.cluster.isOpen()) {
				end();
				this.outcome.connected(event);
			}
		}
		catch (SamException ex) {
			end();
			this.outcome.failed(event, ex);
		}
	}

	/**
	 * Return the earlier one of a deadline and that of this wait.
	 */
	public long earlier(long wakeAt) {
		return (this.waiting != null && this.deadline - wakeAt < 0) ? this.deadline : wakeAt;
	}

	/**
	 * Give up if it has taken too long.
	 * @return whether it has
	 */
	public boolean lookAtTime(long now) {
		Event.Initialize event = this.waiting;
		if (event == null || now - this.deadline < 0) {
			return false;
		}
		end();
		if (event.options().cluster().awaitQuorumProvider()) {
			this.outcome.connected(event);
			return true;
		}
		this.cluster.close(true);
		this.outcome.failed(event, new SamException(CsError.TIMEOUT, "The quorum provider '"
				+ event.options().cluster().quorumProvider()
				+ "' has not answered for 10 s: look whether it is stopped, or set sam.quorum.await-daemon=true to wait for it"));
		return true;
	}

	/**
	 * Whoever called is gone; the next instance must not get the answer.
	 */
	public void forget() {
		this.waiting = null;
	}

	private void end() {
		this.waiting = null;
	}

}
