package io.github.samboot.autoconfigure;

/**
 * Takes part in the supervision of this process. Only called when there is a watchdog,
 * never two calls at a time.
 */
public interface SupervisionParticipant {

	/**
	 * Health checks are accepted from now on; start-up goes on.
	 */
	void started();

	/**
	 * Start-up is over, or supervision goes on after {@link #stopped()}: health checks
	 * are expected from now on.
	 */
	void ready();

	/**
	 * No more health checks are expected: the context was stopped or is closing.
	 */
	void stopped();

}
