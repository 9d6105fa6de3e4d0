package io.github.samboot.core.internal.client;

import io.github.samboot.core.SamState;
import io.github.samboot.core.internal.process.ShutdownWatcher;
import io.github.samboot.core.internal.wire.MessageType;

/**
 * What a process says to its watchdog when the JVM shuts down. The connection ends with
 * it: at its end a JVM waits 300 ms for threads that are in a system call, as the reader
 * is. Takes no lock that a caller of {@code System.exit} might hold.
 */
final class LastWords implements Runnable {

	/** A watchdog that is stopped must not keep a process from ending. */
	private static final long MILLIS = 200;

	private static final byte[] NOTHING = new byte[0];

	private final Standing standing;

	private final WatchdogLink link;

	private final WatchdogReplacement replacement;

	LastWords(Standing standing, WatchdogLink link, WatchdogReplacement replacement) {
		this.standing = standing;
		this.link = link;
		this.replacement = replacement;
	}

	@Override
	public void run() {
		// supervision that was switched off has nothing to hear
		boolean isHeard = this.standing.state() == SamState.STARTED
				|| (this.standing.state() == SamState.REGISTERED && !this.standing.isStopped());
		boolean isSaid = this.standing.wantsToEnd();
		boolean isWish = isSaid || ShutdownWatcher.isCausedFromOutside(!this.standing.hasFailed());
		this.standing.closes(isWish);
		if (isHeard) {
			if (!isSaid) {
				this.link.tell(isWish ? MessageType.STOPPING : MessageType.EXITING, NOTHING);
			}
			Contact contact = this.link.contact();
			if (contact != null) {
				contact.connection().endOutput(MILLIS);
			}
		}
		this.replacement.abandon();
	}

}
