package io.github.samboot.core;

/**
 * The callback of event-driven checking ({@code sam_hc_callback_t}).
 */
@FunctionalInterface
public interface HealthCheck {

	/**
	 * Tell whether the application is healthy. Called once per time interval, on SAM's
	 * own thread; an exception counts as {@code false}.
	 * @return {@code false} ends the sending of heartbeats
	 */
	boolean isHealthy();

}
