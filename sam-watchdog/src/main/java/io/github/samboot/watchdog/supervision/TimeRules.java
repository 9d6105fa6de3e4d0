package io.github.samboot.watchdog.supervision;

import java.time.Duration;

import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.Signal;
import io.github.samboot.core.protocol.Nanos;
import org.jspecify.annotations.Nullable;

/**
 * What follows from time that passes, and from signs of life.
 */
final class TimeRules {

	/** After so many in a row without a heartbeat between them there is no more. */
	private static final int MOST_EXCUSES = 10;

	/** Lateness that any busy machine has. */
	private static final long USUAL_LATENESS = Duration.ofMillis(20).toNanos();

	/** Lateness that no machine has whose programs run. */
	private static final long UNUSUAL_LATENESS = Duration.ofSeconds(1).toNanos();

	private final Draft draft;

	private final Replacement replacement;

	private final StartRules starts;

	private final StandbyRules standby;

	TimeRules(Draft draft, Replacement replacement, StartRules starts, StandbyRules standby) {
		this.draft = draft;
		this.replacement = replacement;
		this.starts = starts;
		this.standby = standby;
	}

	void timePassed(Event.TimePassed event) {
		lookAtInstance(event);
		// a spare has time
		this.standby.timePassed();
	}

	private void lookAtInstance(Event.TimePassed event) {
		long due = this.draft.phase.wakeAt();
		if (due == Phase.NEVER || this.draft.now.nanos() - due < 0) {
			return;
		}
		long late = this.draft.now.nanos() - due;
		boolean wasAsleep = wasAsleep(late, patience());
		if (wasAsleep) {
			this.draft.phase = afterSleep(this.draft.phase, late);
		}
		Phase phase = this.draft.phase;
		if (phase instanceof Phase.Running running) {
			look(running, event, wasAsleep, late);
		}
		else if (phase instanceof Phase.Warned warned) {
			lookAtWarned(warned, event);
		}
		else if (phase instanceof Phase.Killed killed) {
			// the first one may not have been sent for want of something
			this.draft.effects.add(new Effect.Send(Signal.SIGKILL));
			this.draft.say(true,
					this.draft.name() + " is still there "
							+ (killed.isStuck() ? "after" : Replacement.STUCK_AFTER / 1_000_000_000 + " s after")
							+ " SIGKILL" + processState(event) + "; no new instance is started beside it.");
			this.draft.phase = new Phase.Killed(killed.failure(), this.draft.now.nanos() + Replacement.STUCK_AFTER,
					true);
		}
		else if (this.draft.now.nanos() - phase.wakeAt() >= 0) {
			deadlinePassed(phase, event);
		}
	}

	private static boolean wasAsleep(long late, long patience) {
		return late > USUAL_LATENESS && late > Math.min(patience / 8, UNUSUAL_LATENESS);
	}

	/**
	 * What follows from a look that comes in time and finds health checks in time: that
	 * it was made.
	 * @return the same phase later, {@code null} if it is another look
	 */
	static Phase.@Nullable Running ifWell(Phase.Running running, long beat, long now) {
		long late = now - running.wakeAt();
		if (running.interval() == 0 || late < 0 || wasAsleep(late, running.interval())) {
			return null;
		}
		long lastBeat = later(running.lastBeat(), beat, now);
		return (now - lastBeat < running.interval()) ? new Phase.Running(afterLateness(running, lastBeat, late),
				running.interval(), now, excuses(running, lastBeat)) : null;
	}

	/**
	 * A look that comes late for whatever reason, though not by so much that nobody can
	 * have run: what held it up held up the next beat too perhaps.
	 */
	private static long afterLateness(Phase.Running running, long lastBeat, long late) {
		return (lastBeat == running.lastBeat() && late > USUAL_LATENESS) ? lastBeat + late : lastBeat;
	}

	/**
	 * How long the instance may take for what it is doing.
	 */
	private long patience() {
		Phase phase = this.draft.phase;
		if (phase instanceof Phase.Running running) {
			return running.interval();
		}
		if (phase instanceof Phase.Warned) {
			return this.draft.grace();
		}
		return (phase instanceof Phase.Starting || phase instanceof Phase.ComingUp)
				? Nanos.of(this.draft.options.startupTimeout()) : Nanos.of(this.draft.options.shutdownTimeout());
	}

	/**
	 * The instance is not blamed for time in which this program did not run, and neither
	 * did the instance perhaps: it gets all its time again. (A running one is dealt with
	 * when its beats are known.)
	 */
	private Phase afterSleep(Phase phase, long late) {
		long now = this.draft.now.nanos();
		if (phase instanceof Phase.Starting starting) {
			return new Phase.Starting(starting.since(), latest(this.draft.startupDeadline(), starting.deadline()));
		}
		if (phase instanceof Phase.ComingUp comingUp) {
			return new Phase.ComingUp(latest(this.draft.startupDeadline(), comingUp.deadline()));
		}
		if (phase instanceof Phase.Closing closing && !closing.isKilled()) {
			return new Phase.Closing(now + Nanos.of(this.draft.options.shutdownTimeout()), false);
		}
		if (phase instanceof Phase.ShuttingDown stop && stop.killAt() != Phase.NEVER && !stop.isKilled()) {
			return new Phase.ShuttingDown(stop.signal(), stop.forwardAt(),
					now + Nanos.of(this.draft.options.shutdownTimeout()), false);
		}
		if (phase instanceof Phase.Warned warned) {
			long killAt = warned.killAt();
			if (!this.draft.isForgiven) {
				killAt = (now - killAt >= 0) ? now + this.draft.grace() : killAt + late;
			}
			return new Phase.Warned(warned.failure(), killAt, warned.lastBeat(), now, warned.interval(),
					warned.isRevocable());
		}
		return phase;
	}

	private static long latest(long deadline, long extended) {
		return (deadline != Phase.NEVER && extended - deadline > 0) ? extended : deadline;
	}

	private void deadlinePassed(Phase phase, Event.TimePassed event) {
		if (phase instanceof Phase.Starting || phase instanceof Phase.ComingUp) {
			this.replacement.fail(new Failure(IncidentReason.STARTUP_FAILED,
					"it had not come up after the start-up timeout of "
							+ Words.seconds(this.draft.options.startupTimeout()) + processState(event),
					this.draft.now));
		}
		else if (phase instanceof Phase.Closing closing) {
			this.draft.effects.add(new Effect.Send(Signal.SIGKILL));
			sayNotEnded(closing.isKilled(), event);
			this.draft.phase = new Phase.Closing(this.draft.now.nanos() + Replacement.STUCK_AFTER, true);
		}
		else if (phase instanceof Phase.ShuttingDown shuttingDown) {
			hurry(shuttingDown, event);
		}
		else if (phase instanceof Phase.BackingOff) {
			this.replacement.launchAtLast();
		}
		else if (phase instanceof Phase.AwaitingQuorum awaiting) {
			this.starts.goOn(awaiting);
		}
	}

	private void hurry(Phase.ShuttingDown phase, Event.TimePassed event) {
		if (phase.forwardAt() != Phase.NEVER) {
			this.draft.effects.add(new Effect.Send(phase.signal()));
			this.draft.phase = new Phase.ShuttingDown(phase.signal(), Phase.NEVER, phase.killAt(), false);
			return;
		}
		this.draft.effects.add(new Effect.Send(Signal.SIGKILL));
		sayNotEnded(phase.isKilled(), event);
		this.draft.phase = new Phase.ShuttingDown(phase.signal(), Phase.NEVER,
				this.draft.now.nanos() + Replacement.STUCK_AFTER, true);
	}

	private void sayNotEnded(boolean isKilled, Event.TimePassed event) {
		this.draft.say(true, this.draft.name() + " has not ended "
				+ (isKilled ? "after SIGKILL"
						: "within the shutdown timeout of " + Words.seconds(this.draft.options.shutdownTimeout()))
				+ processState(event) + ". Sending SIGKILL.");
	}

	private void look(Phase.Running running, Event.TimePassed event, boolean wasAsleep, long late) {
		long lastBeat = later(running.lastBeat(), event.lastBeat(), this.draft.now.nanos());
		long silence = this.draft.now.nanos() - lastBeat;
		int excuses = excuses(running, lastBeat);
		boolean isExcused = wasAsleep && excuses < MOST_EXCUSES;
		if (silence < running.interval()) {
			// a beat that was due while nothing ran, since the last look perhaps, comes
			// later by that time
			long unseen = this.draft.now.nanos() - running.lastLook();
			long excused = isExcused ? Math.min(lastBeat + unseen, this.draft.now.nanos())
					: afterLateness(running, lastBeat, wasAsleep ? 0 : late);
			this.draft.phase = new Phase.Running(excused, running.interval(), this.draft.now.nanos(),
					isExcused ? excuses + 1 : excuses);
			return;
		}
		if (isExcused) {
			this.draft.say(true, "The watchdog itself did not run for " + Words.seconds(late)
					+ "; the application is given a fresh time interval.");
			this.draft.phase = new Phase.Running(this.draft.now.nanos(), running.interval(), this.draft.now.nanos(),
					excuses + 1);
			return;
		}
		this.draft.phase = new Phase.Running(lastBeat, running.interval(), this.draft.now.nanos());
		this.replacement.fail(new Failure(
				IncidentReason.MISSED_HEARTBEAT, "no health check for " + Words.seconds(silence)
						+ " (the time interval is " + Words.seconds(running.interval()) + ")" + processState(event),
				this.draft.now));
	}

	/**
	 * On a host that is always starved the watchdog is always late: then the application
	 * is judged all the same, in the end.
	 */
	private static int excuses(Phase.Running running, long lastBeat) {
		return (lastBeat == running.lastBeat()) ? running.excuses() : 0;
	}

	private void lookAtWarned(Phase.Warned warned, Event.TimePassed event) {
		long lastBeat = later(warned.lastBeat(), event.lastBeat(), this.draft.now.nanos());
		if (warned.isRevocable() && lastBeat != warned.lastBeat()) {
			this.draft.say(true,
					this.draft.name() + " sends health checks again within the grace period; it is not killed.");
			this.draft.history = this.draft.history.withdrawn(warned.failure(), this.draft.instance, this.draft.now,
					this.draft.options.incidentsKept());
			this.draft.effects.add(new Effect.Report(this.draft.lastIncident()));
			this.draft.phase = new Phase.Running(lastBeat, this.draft.interval(), this.draft.now.nanos());
			this.standby.activeIsUp();
			return;
		}
		if (this.draft.now.nanos() - warned.killAt() >= 0) {
			this.replacement.kill(warned.failure());
			this.draft.say(true,
					this.draft.name() + " is still there after the grace period of "
							+ Words.seconds(this.draft.options.effectiveGracePeriod()) + processState(event)
							+ ". Sending SIGKILL.");
			return;
		}
		this.draft.phase = new Phase.Warned(warned.failure(), warned.killAt(), warned.lastBeat(),
				this.draft.now.nanos(), warned.interval(), warned.isRevocable());
	}

	/**
	 * A beat from the future counts as now: clocks may differ by a little.
	 */
	private static long later(long lastBeat, long beat, long now) {
		if (beat == 0 || beat - lastBeat <= 0) {
			return lastBeat;
		}
		return (beat - now > 0) ? now : beat;
	}

	private static String processState(Event.TimePassed event) {
		return event.processState().isEmpty() ? "" : "; " + event.processState();
	}

	void beat() {
		if (this.draft.phase instanceof Phase.Running running) {
			this.draft.phase = new Phase.Running(this.draft.now.nanos(), running.interval(), running.lastLook());
		}
		else if (this.draft.phase instanceof Phase.Warned warned && warned.isRevocable()) {
			lookAtWarned(warned, new Event.TimePassed(this.draft.now.nanos(), ""));
		}
	}

}
