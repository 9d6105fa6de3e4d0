package io.github.samboot.boot.internal.launch;

import io.github.samboot.boot.internal.launch.SamLaunch.Outcome;
import io.github.samboot.core.WatchdogMode;

/**
 * How a launch ended.
 *
 * @param outcome whether there is a watchdog
 * @param mode the value for {@link SamLaunch#mode()}
 * @param reason the value for {@link SamLaunch#reason()}
 */
record LaunchState(Outcome outcome, String mode, String reason, boolean isFailure) {

	static final LaunchState NOT_LAUNCHED = inert(
			"SAM leaves this process alone because it is not the launch of a " + "Spring Boot application.");

	static LaunchState inert(String reason) {
		return new LaunchState(Outcome.INERT, "off", reason, false);
	}

	/**
	 * SAM is wanted and would be right here, but cannot be had.
	 */
	static LaunchState failed(String reason) {
		return new LaunchState(Outcome.INERT, "off", reason, true);
	}

	static LaunchState off(String reason) {
		return new LaunchState(Outcome.OFF, "off", reason, false);
	}

	static LaunchState supervised(WatchdogMode mode, String reason) {
		return new LaunchState(Outcome.SUPERVISED, (mode == WatchdogMode.SIDECAR) ? "sidecar" : "external", reason,
				false);
	}

}
