package io.github.samboot.core.internal.client;

/**
 * How this process stands with its watchdog.
 */
public enum WatchdogConnection {

	/** There is no watchdog. */
	NONE,

	/** The watchdog is there. */
	CONNECTED,

	/** The watchdog died and a new one is being started. */
	REPLACING,

	/** No new watchdog could be started; it is tried again. */
	REPLACEMENT_FAILED,

	/**
	 * The watchdog died, and those that can be started are of another release: the
	 * application has to be restarted.
	 */
	IRREPLACEABLE

}
