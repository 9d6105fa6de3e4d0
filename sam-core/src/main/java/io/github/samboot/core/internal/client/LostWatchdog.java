package io.github.samboot.core.internal.client;

import java.lang.System.Logger.Level;

import io.github.samboot.core.SamListener;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.internal.process.Nanos;
import io.github.samboot.core.internal.wire.Frame;
import io.github.samboot.core.internal.wire.MalformedFrameException;

/**
 * What follows when a connection to the watchdog ends.
 */
final class LostWatchdog implements Connection.Events {

	private final Standing standing;

	private final WatchdogLink link;

	private final Listeners listeners;

	private final Announcements announcements;

	private final WatchdogReplacement replacement;

	LostWatchdog(Standing standing, WatchdogLink link, Listeners listeners, SavedData data, Heartbeats heartbeats) {
		this.standing = standing;
		this.link = link;
		this.listeners = listeners;
		this.announcements = new Announcements(listeners, link);
		this.replacement = new WatchdogReplacement(standing, link, listeners, data, heartbeats, this);
	}

	WatchdogReplacement replacement() {
		return this.replacement;
	}

	@Override
	public void told(Frame frame) throws MalformedFrameException {
		this.announcements.told(frame);
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
			if (this.link.uses(ended)) {
				this.link.lost(WatchdogConnection.REPLACING);
				this.replacement.start();
			}
		}
	}

	private void follow(Connection ended) {
		if (this.link.uses(ended) && this.standing.isSpare()) {
			Starter.end("The watchdog of this spare is gone");
		}
		boolean isWanted;
		synchronized (this.standing) {
			if (!this.link.uses(ended) || !this.link.isConnected()) {
				return;
			}
			isWanted = this.standing.wantsWatchdog();
			this.link.lost(isWanted ? WatchdogConnection.REPLACING : WatchdogConnection.NONE);
		}
		if (!isWanted) {
			if (this.standing.isStarting()) {
				Starter.endIfGone(this.link.address(), WatchdogLink.gone());
			}
			return;
		}
		SamOptions options = this.standing.options();
		if (options != null && options.watchdogLoss() == SamOptions.WatchdogLoss.EXIT) {
			exit(options);
		}
		else {
			this.replacement.start();
		}
	}

	/**
	 * An application that starts again had lost its watchdog while it closed down.
	 */
	void replaceLate() {
		if (!this.link.isConnected()) {
			this.link.lost(WatchdogConnection.REPLACING);
			this.replacement.start();
		}
	}

	private void exit(SamOptions options) {
		try {
			Thread guard = new Thread(() -> halt(Nanos.of(options.ending().shutdownTimeout())), "sam-exit-guard");
			guard.setDaemon(true);
			guard.start();
			Thread exit = new Thread(this::exit, "sam-exit");
			exit.start();
		}
		catch (OutOfMemoryError ex) {
			// this thread has nothing else to do any more
			System.exit(ProcessSam.EXIT_WATCHDOG_LOST);
		}
	}

	private void exit() {
		try {
			this.listeners.run(() -> System.getLogger(ProcessSam.class.getName())
				.log(Level.ERROR,
						"The watchdog (pid {0}) is gone; this application exits with code "
								+ ProcessSam.EXIT_WATCHDOG_LOST + ", as sam.watchdog.on-loss=exit says",
						String.valueOf(this.replacement.watchdogPid())));
			this.listeners.tell(SamListener::watchdogLost);
			this.listeners.awaitHeard();
		}
		finally {
			System.exit(ProcessSam.EXIT_WATCHDOG_LOST);
		}
	}

	/**
	 * Nobody else is left to end a process whose exit hangs.
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
