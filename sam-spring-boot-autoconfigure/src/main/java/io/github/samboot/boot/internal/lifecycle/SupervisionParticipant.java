package io.github.samboot.boot.internal.lifecycle;

/**
 * Takes part in the supervision of this process. Only called when there is a watchdog,
 * and but for {@link #waiting()} and {@link #live()} never two calls at a time.
 */
public interface SupervisionParticipant {

	/**
	 * Return whether this sends the heartbeats.
	 * @return whether it does
	 */
	default boolean sendsHeartbeats() {
		return false;
	}

	/**
	 * This process is a spare with all its beans, and waits: what can be done now need
	 * not be done once it is promoted, which may happen meanwhile.
	 */
	default void waiting() {
	}

	/**
	 * Heartbeats are accepted from now on; start-up goes on.
	 */
	default void started() {
	}

	/**
	 * The application is live for the first time, and the start-up timeout guards it
	 * still: whoever has to create something may do it now. The context may begin to
	 * close meanwhile.
	 */
	default void live() {
	}

	/**
	 * Start-up is over, or supervision goes on after {@link #stopped()}: heartbeats are
	 * expected from now on.
	 */
	default void ready() {
	}

	/**
	 * No more heartbeats are expected: the context was stopped or is closing.
	 */
	default void stopped() {
	}

}
