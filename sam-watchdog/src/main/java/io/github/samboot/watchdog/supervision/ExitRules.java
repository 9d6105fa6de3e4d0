package io.github.samboot.watchdog.supervision;

import io.github.samboot.core.IncidentReason;

/**
 * What follows from the end of a process.
 */
final class ExitRules {

	private final Draft draft;

	private final Replacement replacement;

	ExitRules(Draft draft, Replacement replacement) {
		this.draft = draft;
		this.replacement = replacement;
	}

	void exited(Event.Exited event) {
		ExitStatus status = event.status();
		Phase phase = this.draft.phase;
		if (this.draft.instance.pid() == 0) {
			// no process, no end of it
			return;
		}
		if (phase instanceof Phase.ShuttingDown shuttingDown) {
			quitAsAsked(status, shuttingDown.isKilled());
		}
		else if (phase instanceof Phase.Warned warned) {
			this.replacement.replace(warned.failure(), status);
		}
		else if (phase instanceof Phase.Killed killed) {
			this.replacement.replace(killed.failure(), status);
		}
		else if (phase instanceof Phase.Off) {
			sayEnded(status);
			this.replacement.quit(code(status), false);
		}
		else if (phase instanceof Phase.Closing closing) {
			exitedWhileClosing(status, closing.isKilled());
		}
		else if (phase instanceof Phase.Running) {
			exitedWhileRunning(status);
		}
		else {
			exitedWhileStarting(status);
		}
	}

	private void exitedWhileRunning(ExitStatus status) {
		if (isWish(status)) {
			sayEnded(status);
			this.replacement.quit(status.code(), false);
			return;
		}
		this.replacement.replace(unexpectedExit(status), status);
	}

	private void exitedWhileClosing(ExitStatus status, boolean isKilled) {
		if (!this.draft.history.hasBeenUp() && !isKilled) {
			exitedWhileStarting(status);
			return;
		}
		boolean isWish = isWish(status) || isKilled || status.isDeathBySignal()
				|| (!status.isKnown() && !this.draft.instance.isExiting());
		if (isWish) {
			sayEnded(status);
			// an adopted process that had to be killed did not end well, whatever its
			// code
			this.replacement.quit(isKilled ? asFailure(status) : code(status), false);
			return;
		}
		this.replacement.replace(unexpectedExit(status), status);
	}

	private void exitedWhileStarting(ExitStatus status) {
		if (isWish(status)) {
			sayEnded(status);
			this.replacement.quit(status.code(), false);
			return;
		}
		if (!this.draft.history.hasBeenUp()) {
			// a configuration error is not mended by trying again
			this.draft.say(true, this.draft.name() + " ended with " + status.text()
					+ " before it had come up; it is not restarted.");
			this.replacement.quit(asFailure(status), true);
			return;
		}
		this.replacement.replace(new Failure(IncidentReason.STARTUP_FAILED,
				"it ended with " + status.text() + " before it had come up", this.draft.now), status);
	}

	private int asFailure(ExitStatus status) {
		return status.asFailure(this.draft.options.cleanExitCodes());
	}

	private static int code(ExitStatus status) {
		return status.isKnown() ? status.code() : 0;
	}

	private boolean isWish(ExitStatus status) {
		return status.isKnown() && this.draft.options.cleanExitCodes().contains(status.code());
	}

	private Failure unexpectedExit(ExitStatus status) {
		String message = status.isKnown() ? "the process ended with " + status.text() : "the process is gone";
		return new Failure(IncidentReason.PROCESS_EXIT, message, this.draft.now);
	}

	private void sayEnded(ExitStatus status) {
		this.draft.say(false, this.draft.name() + " ended with " + status.text() + "; the watchdog ends too.");
	}

	private void quitAsAsked(ExitStatus status, boolean isKilled) {
		this.draft.say(false, this.draft.name() + " ended with " + status.text() + " as asked; the watchdog ends too.");
		this.replacement.quit(isKilled ? asFailure(status) : code(status), false);
	}

}
