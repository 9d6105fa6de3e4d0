package io.github.samboot.core.internal.client;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.SamListener;
import io.github.samboot.core.Signal;
import io.github.samboot.core.internal.process.DaemonThread;
import io.github.samboot.core.internal.process.Nanos;
import io.github.samboot.core.internal.process.ShutdownWatcher;
import io.github.samboot.core.internal.wire.Frame;
import io.github.samboot.core.internal.wire.MalformedFrameException;
import io.github.samboot.core.internal.wire.PayloadReader;

/**
 * What follows when the watchdog announces something, and when the connection to it ends.
 */
final class WatchdogEvents implements Connection.Events {

	private static final long NEVER = Long.MAX_VALUE / 2;

	private final ProcessSam sam;

	WatchdogEvents(ProcessSam sam) {
		this.sam = sam;
	}

	@Override
	public void told(Frame frame) throws MalformedFrameException {
		PayloadReader in = new PayloadReader(frame.payload());
		switch (frame.type()) {
			case QUORUM -> {
				boolean quorate = in.bool();
				List<Long> members = in.members();
				this.sam.listeners.tell((listener) -> listener.quorumChanged(quorate, members));
			}
			case RECOVERY_IMMINENT -> {
				IncidentReason reason = in.constant(IncidentReason.values());
				String message = in.text();
				Duration gracePeriod = in.requiredDuration();
				// heartbeats that resume cancel it; a freeze starts the grace period over
				boolean mayBeWithdrawn = reason == IncidentReason.MISSED_HEARTBEAT && !gracePeriod.isZero()
						&& isWarnSignalSurvivable();
				long within = mayBeWithdrawn ? 2 * Nanos.of(gracePeriod) : NEVER;
				this.sam.change((state) -> state.toBeReplaced(within));
				this.sam.listeners.tell((listener) -> listener.recoveryImminent(reason, message, gracePeriod));
			}
			case REPLACEMENT_IMMINENT -> this.sam.change((state) -> state.toBeReplaced(NEVER));
			case DIRECTORY_MOVED -> this.sam.link.moved(in.text());
			default -> throw new MalformedFrameException("the watchdog does not tell " + frame.type());
		}
	}

	/**
	 * Called by the reader of a connection that ended.
	 */
	@Override
	public void ended(Connection ended) {
		try {
			follow(ended);
		}
		catch (Throwable ex) {
			// no memory, no thread: a watchdog is needed all the more
			if (this.sam.link.uses(ended)) {
				this.sam.link.lost(WatchdogConnection.REPLACING);
				replaceOrExit();
			}
		}
	}

	/**
	 * This process may have to go on, and has lost its watchdog.
	 */
	void replaceOrExit() {
		ClientState state = this.sam.current();
		if (state.needsWatchdog() && !state.wantsWatchdog()) {
			exit("sam.watchdog.on-loss=exit says", SamListener::watchdogLost);
		}
		else {
			this.sam.replacement.start();
		}
	}

	private void follow(Connection ended) {
		WatchdogLink link = this.sam.link;
		if (link.uses(ended) && this.sam.current().isSpare()) {
			Starter.end("The watchdog of this spare has ended");
		}
		boolean isNeeded;
		synchronized (this.sam.lock) {
			if (!link.uses(ended) || !link.isConnected()) {
				return;
			}
			// at the end of this process the connection ends before the watchdog does
			isNeeded = this.sam.current().needsWatchdog();
			link.lost(isNeeded ? WatchdogConnection.REPLACING : WatchdogConnection.NONE);
		}
		if (isNeeded) {
			replaceOrExit();
		}
		else if (this.sam.current().isUnregistered()) {
			Starter.endIfGone(link.address(), WatchdogLink.gone());
		}
		// for as long as this process takes: the watchdog may be killed meanwhile
		else if (ShutdownWatcher.inProgress() && link.hasNoWatchdogWithin(Long.MAX_VALUE)
				&& !this.sam.current().wantsWatchdog()) {
			link.deleteLeftRunDirectory();
		}
	}

	private boolean isWarnSignalSurvivable() {
		Signal signal = this.sam.current().options().ending().warnSignal();
		return signal != null && signal.isSurvivable();
	}

	/**
	 * Nobody knows whether this node is quorate: that counts as not quorate.
	 */
	void exitWithoutQuorum() {
		exit("no new one says whether this node is quorate, and under a quorum policy (sam.recovery-policy) no instance runs without quorum. Mend what keeps a new watchdog from starting, and start the application again",
				(listener) -> listener.quorumChanged(false, List.of()));
	}

	private void exit(String why, Consumer<SamListener> news) {
		long within = Nanos.of(this.sam.current().options().ending().shutdownTimeout());
		try {
			DaemonThread.start("sam-exit-guard", () -> halt(within));
			new Thread(() -> exitNow(why, news), "sam-exit").start();
		}
		catch (OutOfMemoryError ex) {
			// this thread has nothing else to do any more
			System.exit(ProcessSam.EXIT_WATCHDOG_LOST);
		}
	}

	private void exitNow(String why, Consumer<SamListener> news) {
		try {
			this.sam.listeners.log(Level.ERROR,
					"The watchdog (pid {0}) has ended; this application exits with code "
							+ ProcessSam.EXIT_WATCHDOG_LOST + ", as {1}",
					String.valueOf(this.sam.replacement.watchdogPid()), why);
			this.sam.listeners.tell(news);
			this.sam.listeners.awaitHeard();
		}
		finally {
			System.exit(ProcessSam.EXIT_WATCHDOG_LOST);
		}
	}

	/**
	 * No other process is left to end one whose exit hangs.
	 */
	private static void halt(long nanos) {
		try {
			Thread.sleep(nanos / 1_000_000);
		}
		catch (InterruptedException ex) {
			// then at once
		}
		Runtime.getRuntime().halt(ProcessSam.EXIT_WATCHDOG_LOST);
	}

}
