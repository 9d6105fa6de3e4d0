package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;

import io.github.samboot.core.Signal;

/**
 * There is no spare.
 *
 * @param wakeAt when one is started, or {@link #NEVER}
 * @param failures how many attempts in a row have failed
 */
record NoSpare(long wakeAt, int failures) implements Spare {

	/** None is planned either. */
	static final NoSpare UNPLANNED = new NoSpare(NEVER, 0);

	/** The pause after a spare; it doubles with every one that fails. */
	static final long FIRST_PAUSE = Duration.ofSeconds(5).toNanos();

	private static final long LONGEST_PAUSE = Duration.ofMinutes(5).toNanos();

	static NoSpare due(Draft next) {
		return new NoSpare(next.now.nanos(), 0);
	}

	/**
	 * Return how long there is none after some attempts have failed.
	 */
	static NoSpare pauseAfter(Draft next, int failures) {
		return new NoSpare(next.after(Backoff.doubled(FIRST_PAUSE, failures, LONGEST_PAUSE)), failures);
	}

	NoSpare notBefore(long settled) {
		boolean isPausing = this.wakeAt != NEVER && this.wakeAt - settled > 0;
		return isPausing ? this : new NoSpare(settled, this.failures);
	}

	@Override
	public void timePassed(Draft next, Event.TimePassed event) {
		if (!next.isRunning()) {
			// the next instance that comes up begins again
			next.spare = new NoSpare(NEVER, this.failures);
			return;
		}
		next.spare = new PreparingSpare(0, next.now.nanos(), NEVER, this.failures, SpareSettings.NONE);
		next.effects.add(new Effect.Spawn(Lane.SPARE, next.instance.id()));
	}

	/** It is not wanted any more. */
	@Override
	public void spawned(Draft next, Event.Spawned event) {
		next.send(Lane.SPARE, Signal.SIGKILL);
		next.spare = new LeavingSpare(event.pid(), next.after(LeavingSpare.PATIENCE), true, this);
	}

	@Override
	public void wanted(Draft next, long settled) {
		next.spare = notBefore(settled);
	}

	@Override
	public void dismiss(Draft next, NoSpare then) {
		next.spare = then;
	}

}
