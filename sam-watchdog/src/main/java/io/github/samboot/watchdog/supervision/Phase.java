package io.github.samboot.watchdog.supervision;

import java.time.Duration;

import io.github.samboot.core.Signal;
import io.github.samboot.core.SupervisionState;

/**
 * Where the current instance stands. Each phase knows when it has to be looked at again.
 */
sealed interface Phase {

	/** No deadline. */
	long NEVER = Long.MIN_VALUE;

	/** By which a health check may be late without anybody being busy. */
	long MOST_BEHIND = Duration.ofMillis(25).toNanos();

	/**
	 * What users and cmap see.
	 */
	SupervisionState state();

	/**
	 * When time alone makes a difference, on the monotonic clock, or {@link #NEVER}.
	 */
	default long wakeAt() {
		return NEVER;
	}

	/**
	 * Whether the process has to be done with something by {@link #deadline()}.
	 */
	default boolean hasDeadline() {
		return false;
	}

	/**
	 * By when that is, or {@link #NEVER}.
	 */
	default long deadline() {
		return wakeAt();
	}

	/**
	 * Return the same phase with a later deadline, if it {@link #hasDeadline()}.
	 */
	default Phase later(long nanos) {
		return this;
	}

	/** There is no process yet; the next one is being started. */
	record Launching() implements Phase {

		@Override
		public SupervisionState state() {
			return SupervisionState.STARTING;
		}

	}

	/**
	 * The process runs but has not called start.
	 *
	 * @param since when it was started
	 * @param deadline when it counts as hung
	 */
	record Starting(long since, long deadline) implements Phase {

		/** One may come, with what the application wants, that counts from the start. */
		@Override
		public boolean hasDeadline() {
			return true;
		}

		@Override
		public Phase later(long nanos) {
			return new Starting(this.since + nanos, (this.deadline != NEVER) ? this.deadline + nanos : NEVER);
		}

		@Override
		public SupervisionState state() {
			return SupervisionState.STARTING;
		}

		@Override
		public long wakeAt() {
			return this.deadline;
		}

	}

	/**
	 * The process waits in start for the cluster to be quorate.
	 *
	 * @param request the request to be answered
	 * @param startupContinues whether start-up goes on after that
	 * @param startupLeft how much of the start-up timeout is left, or {@link #NEVER}
	 * @param goOnAt when it goes on now that the cluster is quorate, or {@link #NEVER}
	 */
	record AwaitingQuorum(int request, boolean startupContinues, long startupLeft, long goOnAt) implements Phase {

		@Override
		public long wakeAt() {
			return this.goOnAt;
		}

		@Override
		public SupervisionState state() {
			return SupervisionState.WAITING_FOR_QUORUM;
		}

	}

	/**
	 * Started, but start-up goes on: no health checks are expected yet.
	 *
	 * @param deadline when it counts as hung
	 */
	record ComingUp(long deadline) implements Phase {

		@Override
		public boolean hasDeadline() {
			return this.deadline != NEVER;
		}

		@Override
		public Phase later(long nanos) {
			return new ComingUp(this.deadline + nanos);
		}

		@Override
		public SupervisionState state() {
			return SupervisionState.STARTING;
		}

		@Override
		public long wakeAt() {
			return this.deadline;
		}

	}

	/**
	 * Health checks are expected.
	 *
	 * @param lastBeat the last sign of life
	 * @param interval the time interval, 0 for no limit
	 * @param lastLook when the watchdog last looked
	 * @param excuses how often in a row a silence was excused because the watchdog itself
	 * had not run
	 */
	record Running(long lastBeat, long interval, long lastLook, int excuses) implements Phase {

		Running(long lastBeat, long interval, long lastLook) {
			this(lastBeat, interval, lastLook, 0);
		}

		@Override
		public SupervisionState state() {
			return SupervisionState.RUNNING;
		}

		/**
		 * When the fourth health check since the last one is missed, which is the
		 * deadline, but before that when three are: so the watchdog notices when it was
		 * frozen together with the application. One that ran but for a freeze that is not
		 * noticed sends a health check right after it, and in time.
		 */
		@Override
		public long wakeAt() {
			long end = intervalEnd();
			// a little later than the third is due, so that it has been sent
			long look = this.lastBeat + this.interval / 4 * 3 + Math.min(this.interval / 32, MOST_BEHIND);
			return (end != NEVER && look - this.lastLook > 0) ? look : end;
		}

		long intervalEnd() {
			return (this.interval != 0) ? this.lastBeat + this.interval : NEVER;
		}

	}

	/**
	 * Supervision is off.
	 *
	 * @param isDeclined whether it was never wanted: the watchdog is as good as not there
	 */
	record Off(boolean isDeclined) implements Phase {

		@Override
		public SupervisionState state() {
			return SupervisionState.STOPPED;
		}

	}

	/**
	 * The application is closing down because it wants to.
	 *
	 * @param killAt when that has taken too long
	 * @param isKilled whether it was killed for that
	 */
	record Closing(long killAt, boolean isKilled) implements Phase {

		@Override
		public boolean hasDeadline() {
			return !this.isKilled;
		}

		@Override
		public Phase later(long nanos) {
			return new Closing(this.killAt + nanos, false);
		}

		@Override
		public SupervisionState state() {
			return SupervisionState.STOPPING;
		}

		@Override
		public long wakeAt() {
			return this.killAt;
		}

	}

	/**
	 * The warn signal was sent.
	 *
	 * @param failure why
	 * @param killAt when the grace period is over
	 * @param lastBeat the last sign of life
	 * @param lastLook when the watchdog last looked
	 * @param interval the time interval
	 * @param isRevocable whether beats that resume withdraw the kill
	 */
	record Warned(Failure failure, long killAt, long lastBeat, long lastLook, long interval,
			boolean isRevocable) implements Phase {

		@Override
		public boolean hasDeadline() {
			return true;
		}

		@Override
		public long deadline() {
			return this.killAt;
		}

		@Override
		public Phase later(long nanos) {
			return new Warned(this.failure, this.killAt + nanos, this.lastBeat, this.lastLook, this.interval,
					this.isRevocable);
		}

		/**
		 * Return the same warning, which is followed by SIGKILL whatever happens.
		 */
		Warned irrevocable() {
			return new Warned(this.failure, this.killAt, this.lastBeat, this.lastLook, this.interval, false);
		}

		@Override
		public SupervisionState state() {
			return SupervisionState.RECOVERING;
		}

		@Override
		public long wakeAt() {
			if (!this.isRevocable) {
				return this.killAt;
			}
			long look = this.lastLook + this.interval / 4;
			return (this.killAt - look < 0) ? this.killAt : look;
		}

	}

	/**
	 * SIGKILL was sent; the process is not gone yet.
	 *
	 * @param failure why
	 * @param lookAt when its staying is worth a word
	 * @param isStuck whether it has stayed too long
	 */
	record Killed(Failure failure, long lookAt, boolean isStuck) implements Phase {

		@Override
		public SupervisionState state() {
			return this.isStuck ? SupervisionState.FAILED : SupervisionState.RECOVERING;
		}

		@Override
		public long wakeAt() {
			return this.lookAt;
		}

	}

	/**
	 * The watchdog was asked to stop, and so is the application.
	 *
	 * @param signal the signal that asked
	 * @param forwardAt when the application gets it too, if it does not react by itself
	 * @param killAt when the application has taken too long, or {@link #NEVER}
	 * @param isKilled whether it was killed for that
	 */
	record ShuttingDown(Signal signal, long forwardAt, long killAt, boolean isKilled) implements Phase {

		@Override
		public boolean hasDeadline() {
			return this.killAt != NEVER && !this.isKilled;
		}

		@Override
		public long deadline() {
			return this.killAt;
		}

		@Override
		public Phase later(long nanos) {
			return new ShuttingDown(this.signal, this.forwardAt, this.killAt + nanos, false);
		}

		@Override
		public SupervisionState state() {
			return SupervisionState.STOPPING;
		}

		@Override
		public long wakeAt() {
			return (this.forwardAt != NEVER) ? this.forwardAt : this.killAt;
		}

	}

	/**
	 * Waiting before the next attempt.
	 *
	 * @param until when it is made
	 */
	record BackingOff(long until) implements Phase {

		@Override
		public SupervisionState state() {
			return SupervisionState.RECOVERING;
		}

		@Override
		public long wakeAt() {
			return this.until;
		}

	}

	/**
	 * The application is gone for good, a spare is not yet.
	 *
	 * @param code the exit code of the watchdog
	 * @param isFailure whether the application failed
	 */
	record Ending(int code, boolean isFailure) implements Phase {

		@Override
		public SupervisionState state() {
			return this.isFailure ? SupervisionState.FAILED : SupervisionState.STOPPED;
		}

	}

	/**
	 * Nothing is left to do.
	 *
	 * @param isFailure whether the application failed
	 */
	record Ended(boolean isFailure) implements Phase {

		@Override
		public SupervisionState state() {
			return this.isFailure ? SupervisionState.FAILED : SupervisionState.STOPPED;
		}

	}

}
