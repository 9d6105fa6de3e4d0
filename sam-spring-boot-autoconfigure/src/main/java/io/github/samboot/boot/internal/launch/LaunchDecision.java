package io.github.samboot.boot.internal.launch;

import io.github.samboot.core.WatchdogMode;

/**
 * What becomes of a process.
 */
sealed interface LaunchDecision {

	/**
	 * It turns into its own watchdog.
	 *
	 * @param orSidecar whether a sidecar will do if that does not work
	 */
	record Parent(boolean orSidecar) implements LaunchDecision {

	}

	/** It starts a watchdog beside itself, if nobody owns it. */
	record Sidecar() implements LaunchDecision {

	}

	/** A watchdog started it. */
	record Watched() implements LaunchDecision {

	}

	/**
	 * It runs as if SAM were not there.
	 *
	 * @param reason one sentence
	 */
	record Inert(String reason) implements LaunchDecision {

	}

	/**
	 * It runs without SAM because the user wants that.
	 *
	 * @param reason one sentence
	 */
	record Off(String reason) implements LaunchDecision {

	}

	/**
	 * Decide.
	 * @param recognition what the process is
	 * @param watched whether a watchdog started it
	 * @param settings what the user wants
	 * @param explicitMode whether the mode was given outside of configuration files
	 * @return the decision
	 */
	static LaunchDecision decide(Recognition recognition, boolean watched, LaunchSettings settings,
			boolean explicitMode) {
		if (!settings.enabled()) {
			return new Off("SAM is off because sam.enabled is false.");
		}
		if (settings.mode() == WatchdogMode.OFF) {
			return new Off("SAM is off because sam.watchdog.mode is off.");
		}
		if (recognition instanceof Recognition.Never never) {
			return new Inert("SAM leaves this process alone because " + never.why() + ".");
		}
		if (watched) {
			return new Watched();
		}
		if (settings.mode() == WatchdogMode.EXTERNAL) {
			return new Inert("SAM does not supervise this process because sam.watchdog.mode is external and no "
					+ "watchdog started it; start it with 'java -jar sam-watchdog.jar -- java ...', or set "
					+ "sam.watchdog.mode to auto.");
		}
		boolean insisted = explicitMode
				&& (settings.mode() == WatchdogMode.PARENT || settings.mode() == WatchdogMode.SIDECAR);
		if (recognition instanceof Recognition.Doubt doubt && !insisted) {
			return new Inert("SAM leaves this process alone because " + doubt.why()
					+ "; start it with -Dsam.watchdog.mode=parent to have it supervised all the same.");
		}
		if (settings.mode() == WatchdogMode.SIDECAR) {
			return new Sidecar();
		}
		return new Parent(settings.mode() == WatchdogMode.AUTO);
	}

}
