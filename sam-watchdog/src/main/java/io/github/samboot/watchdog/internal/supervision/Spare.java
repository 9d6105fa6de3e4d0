package io.github.samboot.watchdog.internal.supervision;

import io.github.samboot.core.Signal;
import io.github.samboot.core.internal.process.Nanos;

/**
 * Where the process stands that is to take over. It is never past {@code register}: that
 * call is answered when the active instance has ended. Like {@link Phase}, this is the
 * header of a table whose default is the empty cell.
 */
sealed interface Spare extends LaneState permits NoSpare, StartedSpare, LeavingSpare {

	/**
	 * Its process id, 0 if there is no process, or none that is known.
	 */
	default long pid() {
		return 0;
	}

	/**
	 * How many attempts in a row have failed.
	 */
	int failures();

	/**
	 * What users see.
	 */
	default String status() {
		return (failures() > 0) ? "failed" : "none";
	}

	default long statusPid() {
		return pid();
	}

	/**
	 * Return the same with a later deadline, if it {@link #hasDeadline()}.
	 */
	default Spare later(long nanos) {
		return this;
	}

	@Override
	default void register(Draft next, Event.Register event) {
		parked(next, event.request(), true);
	}

	@Override
	default void standBy(Draft next, Event.StandBy event) {
		parked(next, event.request(), false);
	}

	/**
	 * It waits to be promoted.
	 * @param request to be answered when it is
	 * @param isRegistration whether it called register, not only stands by
	 */
	default void parked(Draft next, int request, boolean isRegistration) {
	}

	default void unusable(Draft next, Event.SpareUnusable event) {
	}

	/** The active instance is up. */
	default void activeIsUp(Draft next) {
		if (next.options.wantsSpare() && next.options.recoveryPolicy().restarts()) {
			wanted(next, next.after(Nanos.of(next.options.standby().delay())));
		}
		else {
			notWanted(next);
		}
	}

	/** One is to be started once the active instance has settled. */
	default void wanted(Draft next, long settled) {
	}

	/** Another one is to be started now. */
	default void renew(Draft next) {
		dismiss(next, NoSpare.due(next));
	}

	/** There is nothing that a spare could take over. */
	default void notWanted(Draft next) {
		dismiss(next, NoSpare.UNPLANNED);
	}

	/**
	 * Let its process be that of the current instance, if it can be.
	 * @return how, in words that the instance id follows; empty if it cannot
	 */
	default String takeOver(Draft next) {
		return "";
	}

	/** The application has ended for good: the spare ends too, in an orderly way. */
	default void end(Draft next) {
		if (pid() == 0) {
			next.spare = NoSpare.UNPLANNED;
			return;
		}
		next.send(Lane.SPARE, Signal.SIGTERM);
		next.spare = new LeavingSpare(pid(), next.after(LeavingSpare.PATIENCE), false, NoSpare.UNPLANNED);
	}

	/**
	 * End it without a shutdown: it has done nothing yet that would need one, and what a
	 * shutdown does might concern the active instance.
	 */
	default void dismiss(Draft next, NoSpare then) {
		if (pid() == 0) {
			// it is being started: what becomes of that is not known yet
			next.spare = new LeavingSpare(0, NEVER, false, then);
			return;
		}
		next.send(Lane.SPARE, Signal.SIGKILL);
		next.spare = new LeavingSpare(pid(), next.after(LeavingSpare.PATIENCE), true, then);
	}

	default String words() {
		return "the spare (pid " + pid() + ")";
	}

}
