package io.github.samboot.watchdog.internal.cluster;

import java.util.concurrent.TimeUnit;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.internal.process.Nanos;
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

	private @Nullable Call call;

	ClusterWait(ClusterLink cluster) {
		this.cluster = cluster;
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
	public void begin(Event.Initialize event, Outcome outcome) {
		try {
			this.cluster.open(event.options());
			this.call = new Call(event, outcome, System.nanoTime() + PATIENCE);
			progressed();
		}
		catch (SamException ex) {
			forget();
			outcome.failed(event, ex);
		}
	}

	/**
	 * More may be known about the cluster now.
	 */
	public void progressed() {
		Call call = this.call;
		if (call == null) {
			return;
		}
		try {
			if (this.cluster.isOpen()) {
				forget();
				call.outcome().connected(call.event());
			}
		}
		catch (SamException ex) {
			forget();
			call.outcome().failed(call.event(), ex);
		}
	}

	/**
	 * Return the earlier one of a deadline and that of this wait.
	 */
	public long earlier(long wakeAt) {
		Call call = this.call;
		return (call != null) ? Nanos.earlier(call.deadline(), wakeAt) : wakeAt;
	}

	/**
	 * Give up if it has taken too long.
	 */
	public void lookAtTime(long now) {
		Call call = this.call;
		if (call == null || now - call.deadline() < 0) {
			return;
		}
		forget();
		SamOptions options = call.event().options();
		if (options.cluster().awaitDaemon()) {
			call.outcome().connected(call.event());
			return;
		}
		this.cluster.close(true);
		call.outcome()
			.failed(call.event(), new SamException(CsError.TIMEOUT, "The quorum provider '"
					+ options.cluster().quorumProvider()
					+ "' has not answered for 10 s: look whether it is stopped, or set sam.quorum.await-daemon=true to wait for it"));
	}

	/**
	 * The caller has got its answer, or has ended: the next instance must not get it.
	 */
	public void forget() {
		this.call = null;
	}

	/**
	 * What waits.
	 */
	private record Call(Event.Initialize event, Outcome outcome, long deadline) {

	}

}
