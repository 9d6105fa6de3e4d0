package io.github.samboot.watchdog.internal.supervision;

import io.github.samboot.core.Signal;
import io.github.samboot.core.SupervisionState;
import io.github.samboot.core.internal.process.Nanos;

/**
 * The instance ends by itself, and is killed when that takes too long.
 */
sealed interface ClosingDown extends Phase permits Closing, BeingReplaced, ShuttingDown {

	/**
	 * Return when SIGKILL follows, or follows again, or {@link #NEVER}.
	 */
	long killAt();

	/**
	 * Return whether SIGKILL was sent already.
	 */
	boolean isKilled();

	ClosingDown until(long killAt, boolean isKilled);

	@Override
	default SupervisionState state() {
		return SupervisionState.STOPPING;
	}

	@Override
	default long deadline() {
		return isKilled() ? NEVER : killAt();
	}

	@Override
	default Phase later(long nanos) {
		return until(killAt() + nanos, false);
	}

	@Override
	default long wakeAt() {
		return killAt();
	}

	/**
	 * Return whether a look at the shutdown timeout was kept from coming by a freeze.
	 */
	default boolean wasFrozen(Draft next) {
		return hasDeadline()
				&& Freeze.isLikely(next.now.nanos() - wakeAt(), Nanos.of(next.options.ending().shutdownTimeout()));
	}

	/**
	 * Return whether quorum was lost: then there is the grace period left, whatever
	 * comes.
	 */
	boolean isHurried();

	ClosingDown hurried(long killAt);

	@Override
	default void quorum(Draft next, Event.Quorum event) {
		long latest = next.after(next.grace());
		if (next.hasLostQuorum() && !isKilled() && killAt() != NEVER && killAt() - latest > 0) {
			next.warn(next.name() + " is ending while this node loses quorum; SIGKILL in "
					+ Words.seconds(next.options.effectiveGracePeriod()) + " at the latest.");
			next.phase = hurried(latest);
		}
	}

	default long deadlineAfterFreeze(Draft next) {
		return isHurried() ? next.after(next.grace()) : next.shutdownDeadline();
	}

	private String limit(Draft next) {
		return isHurried()
				? "within the grace period of " + Words.seconds(next.options.effectiveGracePeriod())
						+ " after this node lost quorum"
				: "within the shutdown timeout of " + Words.seconds(next.options.ending().shutdownTimeout());
	}

	@Override
	default void timePassed(Draft next, Event.TimePassed event) {
		if (wasFrozen(next)) {
			next.phase = until(deadlineAfterFreeze(next), false);
			if (!next.isDue(next.phase.wakeAt())) {
				return;
			}
		}
		next.send(Lane.ACTIVE, Signal.SIGKILL);
		next.warn(next.name() + " has not ended " + (isKilled() ? "after SIGKILL" : limit(next))
				+ event.processStateWords() + ". Sending SIGKILL.");
		next.phase = until(next.after(Recovery.STUCK_AFTER), true);
	}

}
