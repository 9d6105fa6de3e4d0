package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;

import io.github.samboot.core.Signal;

/**
 * The process of the spare is not wanted any more.
 *
 * @param pid its process id, 0 before it is known
 * @param wakeAt when it gets another signal if it still exists, or {@link #NEVER}
 * @param isKilled whether SIGKILL was sent
 * @param then what follows when it has ended
 */
record LeavingSpare(long pid, long wakeAt, boolean isKilled, NoSpare then) implements Spare {

	/** How long it may take to end. */
	static final long PATIENCE = Duration.ofSeconds(5).toNanos();

	@Override
	public int failures() {
		return this.then.failures();
	}

	@Override
	public long statusPid() {
		return 0;
	}

	@Override
	public void timePassed(Draft next, Event.TimePassed event) {
		// while the watchdog did not run, neither did the spare perhaps
		boolean wasFrozen = next.now.nanos() - this.wakeAt > PATIENCE / 5;
		boolean isStuck = this.isKilled && !wasFrozen;
		if (isStuck && next.phase instanceof Ending) {
			next.warn(Words.sentence(words())
					+ " still exists after SIGKILL; the watchdog exits without waiting for it.");
			next.phase.spareEnded(next);
			return;
		}
		next.send(Lane.SPARE, Signal.SIGKILL);
		if (isStuck) {
			next.warn(Words.sentence(words())
					+ " still exists after SIGKILL; SAM starts no other spare until it has ended.");
		}
		next.spare = new LeavingSpare(this.pid, next.after(isStuck ? Recovery.STUCK_AFTER : PATIENCE), true, this.then);
	}

	@Override
	public void spawned(Draft next, Event.Spawned event) {
		if (this.pid == 0) {
			next.send(Lane.SPARE, Signal.SIGKILL);
			next.spare = new LeavingSpare(event.pid(), next.after(PATIENCE), true, this.then);
		}
	}

	@Override
	public void spawnFailed(Draft next, Event.SpawnFailed event) {
		if (this.pid == 0) {
			next.spare = this.then;
		}
	}

	@Override
	public void exited(Draft next, Event.Exited event) {
		next.spare = this.then;
		next.phase.spareEnded(next);
	}

	/** That of the last instance takes its time to end. */
	@Override
	public void wanted(Draft next, long settled) {
		dismiss(next, this.then.notBefore(settled));
	}

	@Override
	public void dismiss(Draft next, NoSpare then) {
		next.spare = new LeavingSpare(this.pid, this.wakeAt, this.isKilled, then);
	}

	@Override
	public void end(Draft next) {
		if (this.pid == 0) {
			next.spare = NoSpare.UNPLANNED;
		}
	}

}
