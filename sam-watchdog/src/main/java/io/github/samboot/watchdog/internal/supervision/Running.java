package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;

import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.SupervisionState;

/**
 * Heartbeats are expected.
 *
 * @param lastBeat the last heartbeat
 * @param interval the time interval, 0 for no limit
 * @param lastLook when the watchdog last looked
 * @param excuses how often in a row a missed heartbeat was excused because the watchdog
 * itself had not run
 */
record Running(long lastBeat, long interval, long lastLook, int excuses) implements Started {

	/** By which a heartbeat may be late on a machine that is not busy. */
	private static final long MOST_BEHIND = Duration.ofMillis(25).toNanos();

	/**
	 * On a host that is always starved the watchdog is always late: after so many excuses
	 * in a row without a heartbeat between them the application is judged all the same.
	 */
	private static final int MOST_EXCUSES = 10;

	Running(long lastBeat, long interval, long lastLook) {
		this(lastBeat, interval, lastLook, 0);
	}

	@Override
	public SupervisionState state() {
		return SupervisionState.RUNNING;
	}

	/**
	 * When the fourth heartbeat since the last one is missed, which is the deadline, but
	 * before that when three are: so the watchdog notices when it was frozen together
	 * with the application. One that ran but for a freeze that is not noticed sends a
	 * heartbeat right after it, and in time.
	 */
	@Override
	public long wakeAt() {
		long end = intervalEnd();
		// a little later than the third is due, so that it has been sent
		long look = this.lastBeat + this.interval / 4 * 3 + Math.min(this.interval / 32, MOST_BEHIND);
		return (end != NEVER && look - this.lastLook > 0) ? look : end;
	}

	@Override
	public long intervalEnd() {
		return (this.interval != 0) ? this.lastBeat + this.interval : NEVER;
	}

	@Override
	public void timePassed(Draft next, Event.TimePassed event) {
		long now = next.now.nanos();
		long late = now - wakeAt();
		boolean wasFrozen = Freeze.isLikely(late, this.interval);
		long lastBeat = later(this.lastBeat, event.lastBeat(), now);
		long silence = now - lastBeat;
		int excuses = (lastBeat == this.lastBeat) ? this.excuses : 0;
		boolean isExcused = wasFrozen && excuses < MOST_EXCUSES;
		if (silence < this.interval) {
			// a heartbeat that was due while nothing ran, since the last look perhaps,
			// comes later by that time
			long beat = isExcused ? Math.min(lastBeat + now - this.lastLook, now)
					: afterLateness(lastBeat, wasFrozen ? 0 : late);
			next.phase = new Running(beat, this.interval, now, isExcused ? excuses + 1 : excuses);
		}
		else if (isExcused) {
			next.warn("The watchdog itself did not run for " + Words.seconds(late)
					+ "; the time interval of the application starts again.");
			next.phase = new Running(now, this.interval, now, excuses + 1);
		}
		else {
			Recovery.fail(next,
					new Failure(IncidentReason.MISSED_HEARTBEAT,
							"no heartbeat for " + Words.seconds(silence) + " (time interval "
									+ Words.seconds(this.interval) + ")" + event.processStateWords(),
							next.now),
					lastBeat);
		}
	}

	/**
	 * What made this look late, though not by as much as a freeze, perhaps made the next
	 * heartbeat late too.
	 */
	private long afterLateness(long lastBeat, long late) {
		return (lastBeat == this.lastBeat && late > Freeze.USUAL_LATENESS) ? lastBeat + late : lastBeat;
	}

	/**
	 * Return the later of two heartbeats. One from the future counts as now: clocks may
	 * differ by a little.
	 */
	static long later(long lastBeat, long beat, long now) {
		if (beat == 0 || beat - lastBeat <= 0) {
			return lastBeat;
		}
		return (beat - now > 0) ? now : beat;
	}

	@Override
	public void beat(Draft next) {
		next.phase = new Running(next.now.nanos(), this.interval, this.lastLook);
	}

	@Override
	public void replace(Draft next, Event.Replace event) {
		next.replacement.begin(next, event);
	}

	@Override
	public void exited(Draft next, Event.Exited event) {
		Exits.whileRunning(next, event.status());
	}

}
