package io.github.samboot.boot;

import java.time.Duration;

import io.github.samboot.core.IncidentReason;

import org.springframework.context.ApplicationEvent;

/**
 * The watchdog is about to end this process: the last chance to save something, unless
 * SIGKILL follows at once. With a warn signal that this process survives, heartbeats that
 * resume within the grace period cancel the recovery.
 */
public class SamRecoveryImminentEvent extends ApplicationEvent {

	private static final long serialVersionUID = 1L;

	/** Why this process is replaced. */
	private final IncidentReason reason;

	/** One sentence that names the cause. */
	private final String message;

	/** How long it takes until SIGKILL. */
	private final Duration gracePeriod;

	/**
	 * Create an event.
	 * @param source the context it is published in
	 * @param reason why this process is replaced
	 * @param message one sentence that names the culprit
	 * @param gracePeriod how long until SIGKILL
	 */
	public SamRecoveryImminentEvent(Object source, IncidentReason reason, String message, Duration gracePeriod) {
		super(source);
		this.reason = reason;
		this.message = message;
		this.gracePeriod = gracePeriod;
	}

	/**
	 * Return why this process is replaced.
	 * @return the reason
	 */
	public IncidentReason getReason() {
		return this.reason;
	}

	/**
	 * Return one sentence that names the culprit.
	 * @return the message
	 */
	public String getMessage() {
		return this.message;
	}

	/**
	 * Return how long it takes until SIGKILL.
	 * @return the grace period, zero if SIGKILL follows at once
	 */
	public Duration getGracePeriod() {
		return this.gracePeriod;
	}

}
