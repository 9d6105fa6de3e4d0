package io.github.samboot.watchdog.internal.supervision;

/**
 * The state of one lane, with one method per event that both lanes know. A default that
 * does nothing says that the event is ignored, and a request only answered; each state
 * overrides what it reacts to.
 */
sealed interface LaneState permits Phase, Spare {

	/** No deadline. */
	long NEVER = Long.MIN_VALUE;

	/**
	 * By when the process has to be done with something, on the monotonic clock, or
	 * {@link #NEVER}.
	 */
	default long deadline() {
		return NEVER;
	}

	/**
	 * Whether there is such a deadline, or may be one that counts from before.
	 */
	default boolean hasDeadline() {
		return deadline() != NEVER;
	}

	/**
	 * When time alone makes a difference, or {@link #NEVER}.
	 */
	default long wakeAt() {
		return deadline();
	}

	/** It is {@link #wakeAt()}, or later. */
	default void timePassed(Draft next, Event.TimePassed event) {
	}

	default void spawned(Draft next, Event.Spawned event) {
	}

	default void spawnFailed(Draft next, Event.SpawnFailed event) {
	}

	default void exited(Draft next, Event.Exited event) {
	}

	default void initialize(Draft next, Event.Initialize event) {
	}

	void register(Draft next, Event.Register event);

	void standBy(Draft next, Event.StandBy event);

	default void warnSignal(Draft next, Event.WarnSignal event) {
	}

	default void extendStartup(Draft next, Event.ExtendStartup event) {
	}

}
