package io.github.samboot.boot.internal.lifecycle;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamListener;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.internal.client.WatchdogConnection;
import io.github.samboot.core.internal.process.DaemonThread;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The wait for quorum inside {@code start}: makes it visible, and lets it survive the
 * watchdog. The thread that waits does nothing else and knows no time: a context that is
 * being closed interrupts it only in state WAITING.
 */
final class QuorumWait implements SamListener {

	private static final Log logger = LogFactory.getLog(QuorumWait.class);

	private static final Duration LOSS_IS_KNOWN = Duration.ofSeconds(1);

	private final Supervision supervision;

	private final boolean needsQuorum;

	private final Runnable beforeWait;

	private final Duration reminder;

	private final Object lock = new Object();

	private int watchdogs;

	/**
	 * Create the wait.
	 * @param supervision how this process is supervised
	 * @param needsQuorum whether the recovery policy does
	 * @param beforeWait called when there is something to wait for
	 */
	QuorumWait(Supervision supervision, boolean needsQuorum, Runnable beforeWait) {
		this(supervision, needsQuorum, beforeWait, Duration.ofSeconds(30));
	}

	QuorumWait(Supervision supervision, boolean needsQuorum, Runnable beforeWait, Duration reminder) {
		this.supervision = supervision;
		this.needsQuorum = needsQuorum;
		this.beforeWait = beforeWait;
		this.reminder = reminder;
		supervision.sam().addListener(this);
	}

	/**
	 * Hear nothing more.
	 */
	void end() {
		this.supervision.sam().removeListener(this);
	}

	/**
	 * Call what may wait for quorum.
	 * @param start the call
	 * @throws SamException as the call does, except for a watchdog that is being replaced
	 */
	void during(Runnable start) {
		if (!this.needsQuorum || !this.supervision.isSupervised()) {
			untilAccepted(start);
			return;
		}
		// null from a watchdog that is slow to answer, which may well wait
		SamStatus status = this.supervision.sam().status();
		long since = System.nanoTime();
		boolean waits = status == null || status.quorum() == null || !status.quorum().quorate();
		if (waits) {
			logger.info("Start-up waits here until the cluster is quorate, "
					+ ((status != null) ? nodes(status) : "which the watchdog has not told yet"));
			this.beforeWait.run();
		}
		CountDownLatch done = new CountDownLatch(1);
		DaemonThread.start("sam-quorum-wait", () -> report(since, done));
		try {
			untilAccepted(start);
		}
		finally {
			synchronized (done) {
				done.countDown();
			}
		}
		if (waits) {
			logger.info("Start-up goes on after waiting " + seconds(since) + " for quorum");
		}
	}

	private void report(long since, CountDownLatch done) {
		try {
			while (!done.await(this.reminder.toMillis(), TimeUnit.MILLISECONDS)) {
				String nodes = nodes(this.supervision.sam().status());
				synchronized (done) {
					// not after the line that says that the wait is over
					if (done.getCount() > 0) {
						logger.info("Start-up still waits for quorum, for " + seconds(since) + " now, " + nodes);
					}
				}
			}
		}
		catch (InterruptedException ex) {
			// then there is just no report
		}
	}

	private void untilAccepted(Runnable start) {
		while (true) {
			int watchdogsBefore;
			synchronized (this.lock) {
				watchdogsBefore = this.watchdogs;
			}
			try {
				start.run();
				return;
			}
			catch (SamException ex) {
				if (ex.error() == CsError.INTERRUPT) {
					throw endingStartup(ex);
				}
				if (!isWatchdogLost(ex, watchdogsBefore)) {
					throw ex;
				}
			}
			awaitNextWatchdog(watchdogsBefore);
		}
	}

	/**
	 * The call fails a moment before the loss is known elsewhere.
	 */
	private boolean isWatchdogLost(SamException failure, int watchdogsBefore) {
		if (failure.error() != CsError.LIBRARY && failure.error() != CsError.TRY_AGAIN) {
			return false;
		}
		long deadline = System.nanoTime() + LOSS_IS_KNOWN.toNanos();
		synchronized (this.lock) {
			while (this.supervision.sam().connection() == WatchdogConnection.CONNECTED
					&& this.watchdogs == watchdogsBefore) {
				long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
				if (left <= 0) {
					return false;
				}
				try {
					this.lock.wait(left);
				}
				catch (InterruptedException ex) {
					return false;
				}
			}
		}
		return this.supervision.sam().connection() != WatchdogConnection.NONE;
	}

	private void awaitNextWatchdog(int watchdogsBefore) {
		try {
			synchronized (this.lock) {
				while (this.watchdogs == watchdogsBefore) {
					if (this.supervision.sam().connection() == WatchdogConnection.IRREPLACEABLE) {
						throw new SamException(CsError.VERSION,
								"The watchdog has ended, and the watchdogs that can be started now are of another release: "
										+ "restart the application");
					}
					this.lock.wait();
				}
			}
		}
		catch (InterruptedException ex) {
			throw new SamException(CsError.INTERRUPT, "Interrupted while waiting for the next watchdog");
		}
	}

	/**
	 * Return an exception that ends the start-up. If it comes of an interrupt, that has
	 * done its work; left standing it would fail the beans that are stopped next.
	 */
	static SamException endingStartup(SamException ex) {
		if (ex.error() == CsError.INTERRUPT) {
			Thread.interrupted();
		}
		return ex;
	}

	@Override
	public void watchdogLost() {
		synchronized (this.lock) {
			this.lock.notifyAll();
		}
	}

	@Override
	public void watchdogReplacementFailed(String problem) {
		watchdogLost();
	}

	@Override
	public void watchdogReplaced(long watchdogPid) {
		synchronized (this.lock) {
			this.watchdogs++;
			this.lock.notifyAll();
		}
	}

	private static String nodes(@Nullable SamStatus status) {
		SamStatus.Quorum quorum = (status != null) ? status.quorum() : null;
		List<Long> members = (quorum != null) ? quorum.members() : List.of();
		return members.isEmpty() ? "no nodes in sight" : "nodes in sight: " + members;
	}

	private static String seconds(long since) {
		long tenths = Duration.ofNanos(System.nanoTime() - since).toMillis() / 100;
		return tenths / 10 + "." + tenths % 10 + " s";
	}

}
