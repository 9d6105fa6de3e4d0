package io.github.samboot.watchdog.internal.supervision;

import io.github.samboot.core.IncidentReason;

/**
 * What the end of the process is: a clean exit, a requested stop, or a failure.
 */
final class Exits {

	private Exits() {
	}

	static void whileRunning(Draft next, ExitStatus status) {
		if (isClean(next, status)) {
			withoutFailure(next, status, false);
		}
		else {
			Recovery.recover(next, unexpectedExit(next, status), status);
		}
	}

	static void whileClosing(Draft next, Event.Exited event, boolean isKilled) {
		ExitStatus status = event.status();
		boolean isUp = next.history.isUp();
		if (!isUp && !isKilled && !status.isDeathBySignal() && isFastFailure(next, event)) {
			Recovery.startPlain(next, status);
			return;
		}
		if (!next.history.hasBeenUp() && !isKilled) {
			beforeUp(next, event);
			return;
		}
		// the code that System.exit was called with is unknown then: no requested stop
		boolean isCutShort = isKilled || status.isDeathBySignal() || !status.isKnown();
		if (isClean(next, status) || !next.history.hasBeenUp() || (isCutShort && !next.instance.isExiting())) {
			withoutFailure(next, status, isKilled);
		}
		else {
			// a start that fails closes the context too
			Recovery.recover(next, isUp ? unexpectedExit(next, status) : failedStart(next, status), status);
		}
	}

	static void beforeUp(Draft next, Event.Exited event) {
		ExitStatus status = event.status();
		if (isFastFailure(next, event)) {
			Recovery.startPlain(next, status);
		}
		else if (isClean(next, status)) {
			withoutFailure(next, status, false);
		}
		else if (!next.history.hasBeenUp()) {
			// a configuration error is not fixed by another attempt
			int code = asFailure(next, status);
			next.warn(next.name() + " ended with " + status.text() + " before start-up finished. No instance has been "
					+ "up yet, so SAM does not restart it: see the application's own messages. The watchdog exits with code "
					+ code + ".");
			// nothing is given up: supervision has not begun
			Recovery.quit(next, code, false);
		}
		else {
			Recovery.recover(next, failedStart(next, status), status);
		}
	}

	/**
	 * The watchdog ends with the code of the application.
	 * @param isKilled whether it had to be killed: that is no success, whatever the code
	 */
	static void withoutFailure(Draft next, ExitStatus status, boolean isKilled) {
		String why = next.phase.isLast() ? " as requested" : "";
		next.info(next.name() + " ended with " + status.text() + why + "; the watchdog exits too.");
		int code = status.isKnown() ? status.code() : 0;
		Recovery.quit(next, isKilled ? asFailure(next, status) : code, false);
	}

	private static int asFailure(Draft next, ExitStatus status) {
		return status.asFailure(next.options.restart().cleanExitCodes());
	}

	private static boolean isFastFailure(Draft next, Event.Exited event) {
		return event.isFast() && !isClean(next, event.status());
	}

	private static boolean isClean(Draft next, ExitStatus status) {
		if (next.instance.mayEndAsSpare() && status.isRequestedBySignal()) {
			// that signal was for the spare: it cannot stop the application
			return false;
		}
		return status.isKnown() && next.options.restart().cleanExitCodes().contains(status.code());
	}

	private static Failure failedStart(Draft next, ExitStatus status) {
		return new Failure(IncidentReason.STARTUP_FAILED,
				"it ended with " + status.text() + " before start-up finished", next.now);
	}

	private static Failure unexpectedExit(Draft next, ExitStatus status) {
		String message = status.isKnown() ? "the process ended with " + status.text()
				: "the process has ended; its exit code is unknown";
		return new Failure(IncidentReason.PROCESS_EXIT, message, next.now);
	}

}
