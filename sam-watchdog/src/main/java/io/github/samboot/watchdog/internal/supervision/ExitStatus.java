package io.github.samboot.watchdog.internal.supervision;

import java.util.Set;

import io.github.samboot.core.Signal;

/**
 * How a process ended.
 *
 * @param code the exit code, 128 + n after signal n, -1 if it cannot be known
 */
public record ExitStatus(int code) {

	/** Of a process that is no child of the watchdog: its exit code cannot be had. */
	public static final ExitStatus UNKNOWN = new ExitStatus(-1);

	boolean isKnown() {
		return this.code >= 0;
	}

	/**
	 * Return whether it is how a JVM ends after SIGHUP, SIGINT or SIGTERM.
	 */
	boolean isRequestedBySignal() {
		return this.code == Signal.SIGTERM.exitStatus() || this.code == Signal.SIGINT.exitStatus()
				|| this.code == Signal.SIGHUP.exitStatus();
	}

	/**
	 * A JVM turns SIGHUP, SIGINT and SIGTERM into exit codes; what is left are the
	 * signals that are no request to stop.
	 */
	public boolean isDeathBySignal() {
		return this.code == Signal.SIGKILL.exitStatus() || this.code == Signal.SIGABRT.exitStatus()
				|| this.code == 128 + 11 || this.code == 128 + 7 || this.code == 128 + 4 || this.code == 128 + 8;
	}

	/**
	 * Return the status with which the watchdog reports a failure to whoever watches it.
	 * @param clean the codes that look like no failure: after a warning for one, an
	 * application that obeys ends with 143
	 */
	int asFailure(Set<Integer> clean) {
		return (this.code > 0 && !clean.contains(this.code)) ? this.code : 1;
	}

	/**
	 * Return how users see it.
	 * @return such as {@code exit code 3} or {@code SIGKILL}
	 */
	public String text() {
		if (!isDeathBySignal()) {
			return isKnown() ? "exit code " + this.code : "unknown";
		}
		return switch (this.code - 128) {
			case 6 -> "SIGABRT";
			case 9 -> "SIGKILL";
			case 11 -> "SIGSEGV";
			default -> "signal " + (this.code - 128);
		};
	}

}
