package io.github.samboot.boot.internal.launch;

import io.github.samboot.core.WatchdogMode;

/**
 * What becomes of a process.
 *
 * @param mode {@code SIDECAR} if this process starts the watchdog, {@code EXTERNAL} if
 * the watchdog started it (it knows whether in parent mode), {@code OFF} if there is
 * none; before the attempt also {@code AUTO} and {@code PARENT}
 * @param reason one sentence for the log that says why, empty if there is nothing to say
 * @param isFailure whether SAM would be right here, but cannot be had
 */
public record LaunchState(WatchdogMode mode, String reason, boolean isFailure) {

	static final LaunchState NOT_LAUNCHED = inert(
			"SAM leaves this process alone because it is not the launch of a Spring Boot application.");

	/**
	 * This process runs as if SAM were not there.
	 * @param reason one sentence
	 * @return the state
	 */
	public static LaunchState inert(String reason) {
		return new LaunchState(WatchdogMode.OFF, reason, false);
	}

	static LaunchState failed(String reason) {
		return new LaunchState(WatchdogMode.OFF, reason, true);
	}

	/**
	 * This process has a watchdog, or starts one next to itself.
	 * @param mode how it comes by the watchdog
	 * @param reason one sentence, may be empty
	 * @return the state
	 */
	public static LaunchState supervised(WatchdogMode mode, String reason) {
		return new LaunchState(mode, reason, false);
	}

	/**
	 * A watchdog started this process, and knows in which mode.
	 * @return the state
	 */
	static LaunchState watched() {
		return supervised(WatchdogMode.EXTERNAL, "");
	}

	/**
	 * Return whether there is a watchdog, or is to be one.
	 * @return the answer, final when logging starts
	 */
	public boolean isSupervised() {
		return this.mode != WatchdogMode.OFF;
	}

	/**
	 * Decide.
	 * @param recognition what the process is
	 * @param watched whether a watchdog started it
	 * @param settings what the user has configured
	 * @param explicitMode whether the mode was given outside of configuration files
	 * @return what to try
	 */
	static LaunchState decide(Recognition recognition, boolean watched, LaunchSettings settings, boolean explicitMode) {
		WatchdogMode mode = settings.mode();
		if (!settings.enabled()) {
			return inert("SAM is off (sam.enabled=false).");
		}
		if (mode == WatchdogMode.OFF) {
			return inert("SAM is off (sam.watchdog.mode=off).");
		}
		if (recognition instanceof Recognition.Never never) {
			return inert("SAM leaves this process alone because " + never.why() + ".");
		}
		if (watched) {
			return watched();
		}
		if (mode == WatchdogMode.EXTERNAL) {
			return inert("SAM does not supervise this process because sam.watchdog.mode is external and no "
					+ "watchdog started it; start it with 'java -jar sam-watchdog.jar -- java ...', or set "
					+ "sam.watchdog.mode to auto.");
		}
		if (recognition instanceof Recognition.Doubt doubt && (!explicitMode || mode == WatchdogMode.AUTO)) {
			return inert("SAM leaves this process alone because " + doubt.why()
					+ "; start it with -Dsam.watchdog.mode=parent to have it supervised all the same.");
		}
		return supervised(mode, "");
	}

}
