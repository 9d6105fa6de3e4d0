package io.github.samboot.watchdog.internal.supervision;

/**
 * Which of the two processes an event or an effect is about.
 */
public enum Lane {

	/** The process of the current instance. */
	ACTIVE,

	/** The process that is to take over when the current instance has ended. */
	SPARE

}
