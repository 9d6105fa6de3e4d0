package io.github.samboot.watchdog.supervision;

import java.time.Duration;

import io.github.samboot.core.CsError;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.RestartLimits;
import io.github.samboot.core.RestartLimits.AtLimit;
import io.github.samboot.core.Signal;
import io.github.samboot.core.protocol.Nanos;

/**
 * From a failure to the next instance, or to the end of the watchdog.
 */
final class Replacement {

	/** A process that SIGKILL has not ended by then hangs in the kernel. */
	static final long STUCK_AFTER = Duration.ofSeconds(30).toNanos();

	private final Draft draft;

	private final StandbyRules standby;

	Replacement(Draft draft, StandbyRules standby) {
		this.draft = draft;
		this.standby = standby;
	}

	/**
	 * The instance has to go.
	 */
	void fail(Failure failure) {
		Duration grace = this.draft.options.effectiveGracePeriod();
		boolean warns = this.draft.warnSignal != Signal.SIGKILL && !grace.isZero() && !failure.isFinal();
		this.draft.effects
			.add(new Effect.AnnounceRecovery(failure.reason(), failure.message(), warns ? grace : Duration.ZERO));
		// the signal first: words take their time
		String words = this.draft.name() + " failed: " + failure.message() + ". Sending ";
		if (!warns) {
			kill(failure);
			this.draft.say(true, words + "SIGKILL.");
			return;
		}
		boolean isRevocable = failure.reason() == IncidentReason.MISSED_HEARTBEAT
				&& isSurvivable(this.draft.warnSignal);
		long lastBeat = (this.draft.phase instanceof Phase.Running running) ? running.lastBeat()
				: this.draft.now.nanos();
		this.draft.phase = new Phase.Warned(failure, this.draft.now.nanos() + Nanos.of(grace), lastBeat,
				this.draft.now.nanos(), this.draft.interval(), isRevocable);
		this.draft.effects.add(new Effect.Send(this.draft.warnSignal));
		this.draft.say(true,
				words + this.draft.warnSignal.name() + ", SIGKILL follows in " + Words.seconds(grace) + ".");
	}

	/**
	 * The other signals end a JVM: what it sends after them are its last words.
	 */
	private static boolean isSurvivable(Signal signal) {
		return signal == Signal.SIGUSR1 || signal == Signal.SIGUSR2 || signal == Signal.SIGQUIT;
	}

	void kill(Failure failure) {
		this.draft.effects.add(new Effect.Send(Signal.SIGKILL));
		this.draft.phase = new Phase.Killed(failure, this.draft.now.nanos() + STUCK_AFTER, false);
	}

	/**
	 * The instance is gone: the next one takes its place, if there is to be one.
	 */
	void replace(Failure failure, ExitStatus status) {
		replace(failure, status, 0);
	}

	void replace(Failure failure, ExitStatus status, long atLeast) {
		RestartLimits limits = this.draft.options.restartLimits();
		long now = this.draft.now.nanos();
		this.draft.history = this.draft.history.afterStability(limits, now)
			.failed(failure, this.draft.instance, status.text(), this.draft.options.incidentsKept());
		String what = this.draft.name() + " is gone (" + status.text() + "; " + failure.reason().id() + ": "
				+ failure.message() + ")";
		if (failure.isFinal()) {
			report(what + "; it was marked as failed, so the watchdog quits.");
			fail(status);
			return;
		}
		if (!this.draft.options.recoveryPolicy().restarts()) {
			report(what + "; the recovery policy is quit, so the watchdog quits.");
			fail(status);
			return;
		}
		// what fails where quorum is lost is not the application
		boolean counts = failure.reason() != IncidentReason.QUORUM_LOST;
		int restarts = this.draft.history.restartsWithin(limits, now);
		boolean isAtLimit = counts && limits.maxRestarts() >= 0 && restarts >= limits.maxRestarts();
		if (isAtLimit) {
			what += "; it was restarted " + restarts + " times within " + Words.seconds(limits.within());
		}
		if (isAtLimit && limits.atLimit() == AtLimit.QUIT) {
			report(what + " and is given up, see sam.restart.max-restarts. "
					+ Words.incident(this.draft.lastIncident()));
			fail(status);
			return;
		}
		this.draft.seed = Backoff.nextSeed(this.draft.seed);
		long delay = counts ? Backoff.delay(limits, this.draft.history.inARow(), this.draft.seed) : 0;
		if (isAtLimit) {
			delay = Math.max(delay, this.draft.history.untilRestartIsAllowed(limits, now)
					+ Backoff.jitter(Nanos.of(limits.maxDelay()), this.draft.seed));
		}
		delay = Math.max(atLeast, delay);
		this.draft.history = counts ? this.draft.history.restarted(limits, now + delay) : this.draft.history.replaced();
		this.draft.instance = this.draft.instance.next();
		if (delay == 0) {
			String next = this.standby.nextInstance() + " " + this.draft.instance.id() + " now.";
			// words and reports take their time
			launch();
			report(what + "; " + next);
			return;
		}
		report(what + "; starting instance " + this.draft.instance.id() + " in " + Words.seconds(delay) + ".");
		this.draft.phase = new Phase.BackingOff(now + delay);
		this.draft.effects.add(new Effect.Save());
	}

	private void report(String words) {
		this.draft.effects.add(new Effect.Report(this.draft.lastIncident()));
		this.draft.say(true, words);
	}

	/**
	 * The delay is over.
	 */
	void launchAtLast() {
		String next = this.standby.nextInstance() + " " + this.draft.instance.id() + ".";
		launch();
		if (this.draft.instance.pid() != 0) {
			// whoever starts a process says so
			this.draft.say(false, Words.sentence(next));
		}
	}

	private void launch() {
		Spare spare = this.standby.takeOver();
		if (spare != null) {
			promote(spare);
			return;
		}
		this.draft.phase = new Phase.Launching();
		this.draft.effects.add(new Effect.Spawn(this.draft.instance.id()));
	}

	private void promote(Spare spare) {
		Spare.Ready ready = (spare instanceof Spare.Ready it) ? it : null;
		this.draft.instance = this.draft.instance.started(spare.pid());
		this.draft.effects.add(new Effect.Promote(this.draft.instance.id()));
		Spare.Wishes wishes = (ready != null) ? ready.wishes() : ((Spare.Preparing) spare).wishes();
		if (wishes.options() != null) {
			this.draft.adopt(wishes.options());
		}
		if (wishes.warnSignal() != null) {
			this.draft.warnSignal = wishes.warnSignal();
		}
		this.draft.phase = starting(spare);
		if (ready != null) {
			if (ready.isRegistration()) {
				this.draft.instance = this.draft.instance.registered();
			}
			this.draft.effects.add(new Effect.Reply(ready.request(), CsError.OK, "", this.draft.instance.id()));
		}
		this.draft.effects.add(new Effect.Save());
	}

	private Phase.Starting starting(Spare spare) {
		long deadline = this.draft.startupDeadline();
		if (spare instanceof Spare.Preparing preparing) {
			// it may hang: its time runs already
			return new Phase.Starting(preparing.since(), (deadline != Phase.NEVER) ? preparing.wakeAt() : Phase.NEVER);
		}
		return new Phase.Starting(this.draft.now.nanos(), deadline);
	}

	private void fail(ExitStatus status) {
		quit(status.asFailure(this.draft.options.cleanExitCodes()), true);
	}

	/**
	 * There is nothing to supervise any more.
	 */
	void quit(int code, boolean isFailure) {
		this.draft.instance = this.draft.instance.started(0);
		if (this.standby.isLeft()) {
			this.draft.phase = new Phase.Ending(code, isFailure);
			return;
		}
		this.draft.phase = new Phase.Ended(isFailure);
		this.draft.effects.add(new Effect.Quit(code, isFailure));
	}

}
