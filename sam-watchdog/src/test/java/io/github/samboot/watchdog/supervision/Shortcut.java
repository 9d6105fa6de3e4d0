package io.github.samboot.watchdog.supervision;

import java.util.Objects;

/**
 * Checks that {@link Supervision#ifWell} decides what {@link Supervision#step} does.
 */
final class Shortcut {

	private Shortcut() {
	}

	/**
	 * Compare the two.
	 * @param before the state
	 * @param event what happens
	 * @param now when
	 * @param step what follows
	 * @return whether all was well
	 */
	static boolean check(Supervision before, Event event, Moment now, Supervision.Step step) {
		Supervision well = (event instanceof Event.TimePassed passed) ? before.ifWell(passed.lastBeat(), now.nanos())
				: null;
		if (well == null) {
			return false;
		}
		Supervision next = step.next();
		boolean isSame = well.phase.equals(next.phase) && well.spare.equals(next.spare)
				&& well.instance.equals(next.instance) && well.options.equals(next.options)
				&& well.isInitialized == next.isInitialized && well.warnSignal == next.warnSignal
				&& well.history == next.history && Objects.equals(well.quorum, next.quorum) && well.seed == next.seed
				&& well.seenAt == next.seenAt;
		if (!isSame || !step.effects().isEmpty()) {
			throw new AssertionError(
					"Not all was well: " + before.phase + " becomes " + next.phase + ", and " + step.effects());
		}
		return true;
	}

}
