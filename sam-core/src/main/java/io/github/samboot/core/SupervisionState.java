package io.github.samboot.core;

import java.util.Locale;

/**
 * What the watchdog is doing with the application.
 */
public enum SupervisionState {

	/** The instance is starting up. */
	STARTING,

	/** The instance waits in {@link Sam#start() start} for this node to be quorate. */
	WAITING_FOR_QUORUM,

	/** Heartbeats are expected. */
	RUNNING,

	/** Supervision is off. */
	STOPPED,

	/** The application is closing down because it was asked to. */
	STOPPING,

	/** The instance failed and is being replaced. */
	RECOVERING,

	/**
	 * The watchdog has given up, and starts no other instance. Or the process of a failed
	 * instance still exists long after SIGKILL: the next instance starts when it has
	 * ended after all.
	 */
	FAILED;

	/**
	 * Return the state as users and cmap see it.
	 * @return such as {@code waiting for quorum}
	 */
	public String text() {
		return name().toLowerCase(Locale.ROOT).replace('_', ' ');
	}

}
