package io.github.samboot.core;

import java.util.Locale;

/**
 * Why an application was replaced.
 */
public enum IncidentReason {

	/** No heartbeat for a time interval. */
	MISSED_HEARTBEAT,

	/** The application reported itself unhealthy. */
	UNHEALTHY,

	/**
	 * The process ended with an exit code that is not a clean exit code, or by a signal.
	 */
	PROCESS_EXIT,

	/** The cluster lost quorum. */
	QUORUM_LOST,

	/** A recovery was asked for. */
	REQUESTED,

	/** A new instance did not come up. */
	STARTUP_FAILED;

	/**
	 * Return the reason as users see it.
	 * @return such as {@code missed-heartbeat}
	 */
	public String id() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
