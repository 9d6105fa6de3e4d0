package io.github.samboot.watchdog.internal.cluster;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SupervisionState;
import io.github.samboot.core.internal.process.Nanos;
import io.github.samboot.watchdog.internal.library.NativeCalls;
import io.github.samboot.watchdog.internal.log.Log;
import io.github.samboot.watchdog.internal.supervision.Event;
import org.jspecify.annotations.Nullable;

/**
 * The watchdog's ties to the cluster, made when the first instance asks for them and kept
 * for all later ones: quorum and cmap. Only the event loop's thread calls it.
 */
public class ClusterLink {

	/** A longer interval Corosync's watchdog service takes for 6 s. */
	private static final Duration LONGEST_JUDGED = Duration.ofSeconds(120);

	/** A daemon that is stopped answers nothing, not even with an error. */
	private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

	/** The only provider there is, in {@code sam.quorum.provider}. */
	private static final String COROSYNC = "corosync";

	private final long watchdogPid;

	private final Supplier<NativeCalls> loading;

	private final Log log;

	private final Callback callback;

	/** The call of initialize that waits, if there is one. */
	private @Nullable Call call;

	private @Nullable QuorumProvider quorum;

	private @Nullable CmapPublisher cmap;

	/** Whether the running instance sends heartbeats by which it can be judged. */
	private boolean publishesBeats;

	private long lastBeat;

	private @Nullable News quorumNews;

	private @Nullable News cmapNews;

	private @Nullable SamException problem;

	/**
	 * Create a link that is not open.
	 * @param watchdogPid the process id of this watchdog
	 * @param loading loads the library's calls when a quorum policy or cmap asks for them
	 * first: JNA costs memory that a watchdog without them should not pay
	 * @param log takes what is to be said
	 * @param callback hears what the cluster has to tell
	 */
	public ClusterLink(long watchdogPid, Supplier<NativeCalls> loading, Log log, Callback callback) {
		this.watchdogPid = watchdogPid;
		this.loading = loading;
		this.log = log;
		this.callback = callback;
	}

	/**
	 * Hears what the cluster has to tell, on other threads.
	 */
	public interface Callback {

		void quorum(boolean quorate, List<Long> members, String problem);

		/** More is known about what a call of initialize waits for. */
		void progress();

	}

	/**
	 * What becomes of a call of initialize.
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
			open(event.options());
			this.call = new Call(event, outcome, System.nanoTime() + PATIENCE);
			progressed();
		}
		catch (SamException ex) {
			forgetCall();
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
			if (isOpen()) {
				forgetCall();
				call.outcome().connected(call.event());
			}
		}
		catch (SamException ex) {
			forgetCall();
			call.outcome().failed(call.event(), ex);
		}
	}

	/**
	 * Return the earlier one of a deadline and that of the call that waits.
	 */
	public long earlier(long wakeAt) {
		Call call = this.call;
		return (call != null) ? Nanos.earlier(call.deadline(), wakeAt) : wakeAt;
	}

	/**
	 * Give the call that waits up if it has taken too long.
	 */
	public void lookAtTime(long now) {
		Call call = this.call;
		if (call == null || now - call.deadline() < 0) {
			return;
		}
		forgetCall();
		SamOptions options = call.event().options();
		if (options.cluster().awaitDaemon()) {
			call.outcome().connected(call.event());
			return;
		}
		close(true);
		call.outcome()
			.failed(call.event(), new SamException(CsError.TIMEOUT, "The quorum provider '"
					+ options.cluster().quorumProvider()
					+ "' has not answered for 10 s: look whether it is stopped, or set sam.quorum.await-daemon=true to wait for it"));
	}

	/**
	 * The caller has got its answer, or has ended: the next instance must not get it.
	 */
	public void forgetCall() {
		this.call = null;
	}

	/**
	 * Begin to connect to all that the options ask for.
	 * @throws SamException if that cannot even begin
	 */
	void open(SamOptions options) {
		this.problem = null;
		if (options.recoveryPolicy().needsQuorum() && this.quorum == null) {
			String provider = options.cluster().quorumProvider();
			if (!COROSYNC.equals(provider)) {
				throw new SamException(CsError.INVALID_PARAM,
						"The quorum provider '" + provider + "' is unknown: use sam.quorum.provider=" + COROSYNC);
			}
			News news = new News(options);
			QuorumProvider quorum = provider();
			// first: it fails where there is no thread left, and is asked for again
			quorum.start(news);
			this.quorum = quorum;
			this.quorumNews = news;
		}
		if (options.cluster().cmap()) {
			openCmap(options);
		}
		else if (this.cmap != null) {
			endCmap(this.cmap, true);
		}
	}

	QuorumProvider provider() {
		return new CorosyncQuorumProvider(calls());
	}

	/**
	 * Another instance is the active one, of the same policy and cluster.
	 */
	public void renew(SamOptions options) {
		if (this.cmap != null && options.cluster().cmap()) {
			openCmap(options);
		}
	}

	private void openCmap(SamOptions options) {
		String recovery = options.recoveryPolicy().restarts() ? "restart" : "quit";
		Duration interval = options.timeInterval();
		this.publishesBeats = !interval.isZero() && interval.compareTo(LONGEST_JUDGED) <= 0;
		if (this.cmap != null) {
			this.cmap.renew(recovery, interval.toMillis());
			return;
		}
		News news = new News(options);
		CmapPublisher cmap = new CmapPublisher(calls(), this.watchdogPid, recovery, interval.toMillis(), news);
		cmap.start();
		this.cmap = cmap;
		this.cmapNews = news;
	}

	private void endCmap(CmapPublisher cmap, boolean isClean) {
		if (isClean) {
			cmap.deleteAll();
		}
		cmap.end();
		this.cmap = null;
		endNews(this.cmapNews);
		this.cmapNews = null;
	}

	private static void endNews(@Nullable News news) {
		if (news != null) {
			news.end();
		}
	}

	private NativeCalls calls() {
		if ("32".equals(System.getProperty("sun.arch.data.model"))) {
			throw new SamException(CsError.LIBRARY, "Corosync can be used in a 64-bit JVM only");
		}
		return this.loading.get();
	}

	/**
	 * Return whether all that the options ask for has answered.
	 * @throws SamException if something cannot be reached and is not to be waited for;
	 * then everything is closed again
	 */
	boolean isOpen() {
		SamException problem;
		synchronized (this) {
			problem = this.problem;
			if (problem == null) {
				return (this.quorumNews == null || this.quorumNews.isKnown)
						&& (this.cmapNews == null || this.cmapNews.isKnown);
			}
		}
		close(true);
		throw problem;
	}

	public boolean publishesBeats() {
		return this.cmap != null && this.publishesBeats;
	}

	public void beat(long lastBeat) {
		CmapPublisher cmap = this.cmap;
		if (cmap != null && lastBeat != 0) {
			this.lastBeat = lastBeat;
			cmap.heartbeat(lastBeat);
		}
	}

	/**
	 * Publish a state in libsam's words, and that no heartbeat is expected. An instance
	 * that failed keeps its state until the next one is there.
	 */
	public void publish(SupervisionState state) {
		CmapPublisher cmap = this.cmap;
		if (cmap == null) {
			return;
		}
		switch (state) {
			case RUNNING, WAITING_FOR_QUORUM -> cmap.publish(state.text(), 0);
			case STARTING, STOPPED, STOPPING -> cmap.publish(SupervisionState.STOPPED.text(), 0);
			// libsam does not change the state either
			case RECOVERING -> cmap.publish(null, 0);
			// Corosync's watchdog service looks at no state while the time is 0
			case FAILED -> cmap.publish(state.text(), (this.lastBeat != 0) ? this.lastBeat : System.nanoTime());
		}
	}

	/**
	 * Let go of the cluster.
	 * @param isClean whether nothing may be left in cmap
	 */
	public void close(boolean isClean) {
		QuorumProvider quorum = this.quorum;
		if (quorum != null) {
			endNews(this.quorumNews);
			this.quorumNews = null;
			this.quorum = null;
			quorum.close();
		}
		CmapPublisher cmap = this.cmap;
		if (cmap != null) {
			endCmap(cmap, isClean);
			cmap.close();
		}
	}

	/**
	 * What waits.
	 */
	private record Call(Event.Initialize event, Outcome outcome, long deadline) {

	}

	/**
	 * News of a part of the cluster, on its thread. Of quorum only changes are passed on.
	 */
	private final class News implements QuorumListener, CmapListener {

		private final boolean waitsForProvider;

		/** Whether it has answered since {@link #open}. */
		private boolean isKnown;

		/** What it says later is about nobody's cluster. */
		private boolean isEnded;

		// what was told of quorum last, or nothing: to tell it may fail

		private boolean wasQuorate;

		private @Nullable List<Long> members;

		private @Nullable CsError error;

		News(SamOptions options) {
			this.waitsForProvider = options.cluster().awaitDaemon();
		}

		@Override
		public synchronized void quorumChanged(boolean quorate, List<Long> members) {
			if (this.isEnded || (quorate == this.wasQuorate && members.equals(this.members))) {
				return;
			}
			this.members = null;
			this.error = null;
			ClusterLink.this.callback.quorum(quorate, members, "");
			known();
			this.wasQuorate = quorate;
			this.members = members;
		}

		@Override
		public synchronized void quorumUnavailable(CsError error, String problem) {
			// one outage is told once, unless it turns out to be a different problem;
			// "not yet" is none
			if (this.isEnded || this.error == error || (this.error != null && error == CsError.TRY_AGAIN)) {
				return;
			}
			this.members = null;
			this.error = null;
			if (isAccepted(error, problem)) {
				ClusterLink.this.log.warn(problem + ". This node counts as not quorate until that is mended.");
				ClusterLink.this.callback.quorum(false, List.of(), problem);
			}
			known();
			this.error = error;
		}

		@Override
		public void cmapAvailable() {
			known();
		}

		@Override
		public synchronized void cmapUnavailable(CsError error, String problem) {
			if (!this.isEnded && isAccepted(error, problem)) {
				ClusterLink.this.log.warn(problem + ". The state is published again when that is mended.");
			}
			known();
		}

		/**
		 * It cannot be reached.
		 * @return whether the application goes on with that, else its call of initialize
		 * fails
		 */
		private boolean isAccepted(CsError error, String problem) {
			synchronized (ClusterLink.this) {
				boolean isAccepted = this.isKnown || this.waitsForProvider;
				if (!isAccepted) {
					ClusterLink.this.problem = new SamException(error, problem);
				}
				return isAccepted;
			}
		}

		synchronized void end() {
			this.isEnded = true;
		}

		private void known() {
			synchronized (ClusterLink.this) {
				if (this.isKnown) {
					return;
				}
				this.isKnown = true;
			}
			ClusterLink.this.callback.progress();
		}

	}

}
