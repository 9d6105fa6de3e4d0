package io.github.samboot.watchdog.internal.supervision;

import io.github.samboot.core.SupervisionState;
import org.jspecify.annotations.Nullable;

/**
 * Where the current instance stands. This is the header of the state table: one method
 * per event, and its default is the empty cell. An event without a request is ignored
 * there, a request is only answered, mostly by the {@link Event} itself. Each phase
 * overrides its other cells; docs/state-table.md shows them all.
 */
sealed interface Phase extends LaneState
		permits Launching, Supervised, ClosingDown, Off, Warned, Killed, BackingOff, Over {

	/**
	 * What users and cmap see.
	 */
	SupervisionState state();

	/**
	 * Return the same phase with a later deadline, if it {@link #hasDeadline()}.
	 */
	default Phase later(long nanos) {
		return this;
	}

	/**
	 * Whether the watchdog ends after this, whatever happens.
	 */
	default boolean isLast() {
		return false;
	}

	/**
	 * Why the process is being ended, {@code null} if that is no failure.
	 */
	default @Nullable Failure failure() {
		return null;
	}

	/**
	 * When the time interval of the application ends, as far as its heartbeats are known,
	 * or {@link #NEVER}.
	 */
	default long intervalEnd() {
		return NEVER;
	}

	default void begin(Draft next) {
	}

	default void adopted(Draft next, Event.Adopted event) {
	}

	default void stopRequested(Draft next, Event.StopRequested event) {
	}

	/** Only under a quorum policy. */
	default void quorum(Draft next, Event.Quorum event) {
	}

	@Override
	default void initialize(Draft next, Event.Initialize event) {
		next.adopt(event.options());
		next.save();
	}

	@Override
	default void register(Draft next, Event.Register event) {
		if (!next.isInitialized) {
			next.refuse(event.request(), "register comes after initialize");
			return;
		}
		next.instance = next.instance.registered();
		next.replyId(event.request());
	}

	/** It was promoted while it was starting. */
	@Override
	default void standBy(Draft next, Event.StandBy event) {
		next.replyId(event.request());
	}

	/**
	 * Only after register. Where nothing is to be started, the connection was lost and
	 * made again.
	 */
	default void start(Draft next, Event.Start event) {
		next.ok(Lane.ACTIVE, event.request());
	}

	default void ready(Draft next) {
	}

	default void stop(Draft next) {
	}

	default void stopping(Draft next) {
	}

	default void exiting(Draft next) {
		next.instance = next.instance.exiting();
		stopping(next);
	}

	default void beat(Draft next) {
	}

	default void unhealthy(Draft next, Event.Unhealthy event) {
	}

	@Override
	default void warnSignal(Draft next, Event.WarnSignal event) {
		next.warnSignal = event.signal();
		next.save();
	}

	/** Only with the CMAP flag. */
	default void markFailed(Draft next) {
	}

	/** One that is being recovered is, whoever asks. */
	default void recover(Draft next, Event.Recover event) {
		if (state() == SupervisionState.RECOVERING) {
			next.ok(Lane.ACTIVE, event.request());
			return;
		}
		next.refuse(event.request(),
				"only an instance that has started can be recovered, and the state is " + state().text());
	}

	/** Only an instance that is up can be. */
	default void replace(Draft next, Event.Replace event) {
		next.replacement.refuse(next, event);
	}

	default void finish(Draft next) {
		next.spare.notWanted(next);
	}

	default void decline(Draft next, Event.Decline event) {
	}

	/** The process of the spare has ended after that of the application. */
	default void spareEnded(Draft next) {
	}

}
