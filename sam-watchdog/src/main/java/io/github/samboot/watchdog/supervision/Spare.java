package io.github.samboot.watchdog.supervision;

import io.github.samboot.core.SamOptions;
import io.github.samboot.core.Signal;
import org.jspecify.annotations.Nullable;

/**
 * Where the process stands that is to take over. It is never past {@code register}: that
 * call is answered when the active instance is gone.
 */
sealed interface Spare {

	/** There is none, and none is planned. */
	None NONE = new None(Phase.NEVER, 0);

	/**
	 * Its process id, 0 if there is no process.
	 */
	default long pid() {
		return 0;
	}

	/**
	 * When time alone makes a difference, on the monotonic clock, or {@link Phase#NEVER}.
	 */
	long wakeAt();

	/**
	 * Whether the process has to be done with something by {@link #wakeAt()}.
	 */
	default boolean hasDeadline() {
		return false;
	}

	/**
	 * Return the same with a later deadline, if it {@link #hasDeadline()}.
	 */
	default Spare later(long nanos) {
		return this;
	}

	/**
	 * How many attempts in a row have failed.
	 */
	int failures();

	/**
	 * There is no process.
	 *
	 * @param wakeAt when one is started, or {@link Phase#NEVER}
	 * @param failures how many attempts in a row have failed
	 */
	record None(long wakeAt, int failures) implements Spare {

	}

	/**
	 * The process starts up.
	 *
	 * @param pid its process id, 0 before it is known
	 * @param since when it was started
	 * @param wakeAt when it counts as hung, or {@link Phase#NEVER}
	 * @param failures how many attempts in a row have failed
	 * @param wishes what it asked for so far
	 */
	record Preparing(long pid, long since, long wakeAt, int failures, Wishes wishes) implements Spare {

		Preparing with(Wishes wishes) {
			return new Preparing(this.pid, this.since, this.wakeAt, this.failures, wishes);
		}

		@Override
		public boolean hasDeadline() {
			return this.wakeAt != Phase.NEVER;
		}

		@Override
		public Spare later(long nanos) {
			return new Preparing(this.pid, this.since + nanos, this.wakeAt + nanos, this.failures, this.wishes);
		}

	}

	/**
	 * The process waits to be promoted.
	 *
	 * @param pid its process id
	 * @param request to be answered then
	 * @param isRegistration whether that is its call of register
	 * @param since when it began to wait
	 * @param failures how many attempts in a row had failed before
	 * @param wishes what it asked for
	 */
	record Ready(long pid, int request, boolean isRegistration, long since, int failures,
			Wishes wishes) implements Spare {

		@Override
		public long wakeAt() {
			return Phase.NEVER;
		}

	}

	/**
	 * The process is not wanted any more.
	 *
	 * @param pid its process id
	 * @param wakeAt when its staying is worth another signal
	 * @param isKilled whether SIGKILL was sent
	 * @param next what follows when it is gone
	 */
	record Leaving(long pid, long wakeAt, boolean isKilled, None next) implements Spare {

		@Override
		public int failures() {
			return this.next.failures();
		}

	}

	/**
	 * What a spare asked for, to be in force when it is promoted.
	 *
	 * @param options its options, {@code null} before it called initialize
	 * @param warnSignal the warn signal it set, {@code null} if it did not
	 */
	record Wishes(@Nullable SamOptions options, @Nullable Signal warnSignal) {

		static final Wishes NONE = new Wishes(null, null);

	}

}
