package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;

import io.github.samboot.core.Signal;

/**
 * Requested stops: of the watchdog, and of supervision.
 */
final class Stops {

	/** A signal from the terminal reaches the application too; it is not sent twice. */
	private static final long REACTION_TIME = Duration.ofMillis(250).toNanos();

	private Stops() {
	}

	static void withoutInstance(Draft next, Event.StopRequested event) {
		next.info("Received " + event.signal().name() + "; no instance is running.");
		Recovery.quit(next, event.signal().exitStatus(), false);
	}

	/**
	 * When an application that got the signal by itself would have reacted.
	 */
	static long afterReaction(Draft next) {
		return next.after(REACTION_TIME);
	}

	static void passOn(Draft next, Event.StopRequested event, long forwardAt) {
		passOn(next, event, forwardAt, next.shutdownDeadline(), false, false);
	}

	/**
	 * The application is stopped too.
	 * @param forwardAt when it gets a signal that may come from the terminal
	 * @param killAt when it has taken too long, or {@link LaneState#NEVER}
	 * @param isKilled whether SIGKILL was sent already
	 * @param isHurried whether quorum was lost
	 */
	static void passOn(Draft next, Event.StopRequested event, long forwardAt, long killAt, boolean isKilled,
			boolean isHurried) {
		Signal signal = event.signal();
		next.info("Received " + signal.name() + ": stopping " + next.instance + ((killAt != LaneState.NEVER)
				? "; SIGKILL if it has not ended in " + Words.seconds(Duration.ofNanos(killAt - next.now.nanos())) + "."
				: "."));
		boolean isFromTerminal = signal != Signal.SIGTERM;
		if (!isFromTerminal) {
			next.send(Lane.ACTIVE, signal);
		}
		next.phase = new ShuttingDown(signal, isFromTerminal ? forwardAt : LaneState.NEVER, killAt, isKilled,
				isHurried);
	}

	/**
	 * The application called stop.
	 */
	static void switchOff(Draft next) {
		next.info(next.name() + " switched supervision off.");
		next.phase = new Off(false);
	}

}
