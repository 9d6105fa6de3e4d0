package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;

import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.RestartLimits;
import io.github.samboot.core.RestartLimits.AtLimit;
import io.github.samboot.core.Signal;
import io.github.samboot.core.internal.process.Nanos;

/**
 * From a failure to the next instance, or to the end of the watchdog: warn signal,
 * SIGKILL, restart limit, restart delay, and then a restart or a promotion.
 */
final class Recovery {

	/** A process that SIGKILL has not ended by then hangs in the kernel. */
	static final long STUCK_AFTER = Duration.ofSeconds(30).toNanos();

	private Recovery() {
	}

	/**
	 * The instance has to go.
	 */
	static void fail(Draft next, Failure failure) {
		fail(next, failure, next.now.nanos());
	}

	static void fail(Draft next, Failure failure, long lastBeat) {
		Duration grace = next.options.effectiveGracePeriod();
		boolean warns = next.warnSignal != Signal.SIGKILL && !grace.isZero() && !failure.isFinal();
		next.effects
			.add(new Effect.AnnounceRecovery(failure.reason(), failure.message(), warns ? grace : Duration.ZERO));
		// the signal first: writing a log line takes its time
		String text = next.name() + " failed: " + failure.message() + ". Sending ";
		if (!warns) {
			kill(next, failure);
			next.warn(text + "SIGKILL.");
			return;
		}
		boolean isRevocable = failure.reason() == IncidentReason.MISSED_HEARTBEAT && next.warnSignal.isSurvivable();
		next.phase = new Warned(failure, next.after(Nanos.of(grace)), lastBeat, next.now.nanos(), next.interval(),
				isRevocable ? new Running(lastBeat, next.interval(), next.now.nanos()) : null);
		next.send(Lane.ACTIVE, next.warnSignal);
		next.warn(text + next.warnSignal.name() + "; SIGKILL in " + Words.seconds(grace) + ".");
	}

	static void kill(Draft next, Failure failure) {
		next.send(Lane.ACTIVE, Signal.SIGKILL);
		next.phase = new Killed(failure, next.after(STUCK_AFTER), false);
	}

	/**
	 * The process of an instance that failed has ended.
	 */
	static void recover(Draft next, Failure failure, ExitStatus status) {
		recover(next, failure, status, 0);
	}

	/**
	 * The same.
	 * @param leastDelay the shortest restart delay
	 */
	static void recover(Draft next, Failure failure, ExitStatus status, long leastDelay) {
		next.replacement.hasFailed(next, failure);
		RestartLimits limits = next.options.restart().limits();
		long now = next.now.nanos();
		next.history = next.history.afterStability(limits, now)
			.failed(failure, next.instance, status.text(), next.options.incidents().keep());
		String what = next.name() + " ended with " + status.text()
				+ (failure.message().contains(status.text()) ? " (" + failure.reason().id() + ")"
						: " after " + failure.reason().id() + " (" + failure.message() + ")");
		if (failure.isFinal()) {
			giveUp(next, status, what + "; the application marked itself as failed.", "");
			return;
		}
		if (!next.options.recoveryPolicy().restarts()) {
			giveUp(next, status, what + "; the recovery policy is " + next.options.recoveryPolicy().id() + ".", "");
			return;
		}
		// what fails where quorum is lost is not the application
		boolean counts = failure.reason() != IncidentReason.QUORUM_LOST;
		int restarts = next.history.restartsWithin(limits, now);
		boolean isAtLimit = counts && limits.maxRestarts() >= 0 && restarts >= limits.maxRestarts();
		if (isAtLimit) {
			what += ". Restart limit reached: " + restarts + " restarts within " + Words.seconds(limits.within())
					+ " (sam.restart.max-restarts, sam.restart.within)";
		}
		if (isAtLimit && limits.atLimit() == AtLimit.QUIT) {
			giveUp(next, status, what + ".", " " + Words.incident(next.lastIncident()));
			return;
		}
		next.seed = Backoff.nextSeed(next.seed);
		long delay = counts ? Backoff.delay(limits, next.history.inARow(), next.seed) : 0;
		if (isAtLimit) {
			delay = Math.max(delay, next.history.untilRestartIsAllowed(limits, now)
					+ Backoff.jitter(Nanos.of(limits.maxDelay()), next.seed));
		}
		delay = Math.max(leastDelay, delay);
		next.history = counts ? next.history.restarted(limits, now + delay) : next.history.replaced();
		next.instance = next.instance.next();
		restart(next, delay, what);
	}

	/**
	 * A start from what was prepared has failed. It is tried without that before it
	 * counts.
	 */
	static void startPlain(Draft next, ExitStatus status) {
		next.info(next.name() + " ended with " + status.text() + " before start-up finished. It had been started from "
				+ "its fast start entry, which is put away: SAM starts it once more the plain way.");
		next.instance = next.instance.withoutProcess();
		spawn(next);
	}

	private static void restart(Draft next, long delay, String what) {
		if (delay != 0) {
			report(next, what + "; starting instance " + next.instance.id() + " in " + Words.seconds(delay) + ".");
			next.phase = new BackingOff(next.after(delay));
			next.save();
			return;
		}
		// log lines and reports take their time
		String how = launch(next);
		report(next, what + "; " + how + " now.");
	}

	private static void giveUp(Draft next, ExitStatus status, String why, String more) {
		int code = status.asFailure(next.options.restart().cleanExitCodes());
		report(next, why + " Giving up; the watchdog exits with code " + code + "." + more);
		quit(next, code, true);
	}

	private static void report(Draft next, String words) {
		next.effects.add(new Effect.Report(next.lastIncident()));
		next.warn(words);
	}

	/**
	 * Let there be a process of the next instance.
	 * @return how it comes to be, in words
	 */
	static String launch(Draft next) {
		String how = next.spare.takeOver(next);
		if (how.isEmpty()) {
			spawn(next);
			return "starting instance " + next.instance.id();
		}
		next.save();
		return how + next.instance.id();
	}

	private static void spawn(Draft next) {
		next.phase = new Launching();
		next.effects.add(new Effect.Spawn(Lane.ACTIVE, next.instance.id()));
	}

	/**
	 * There is nothing to supervise any more.
	 */
	static void quit(Draft next, int code, boolean isFailure) {
		next.instance = next.instance.withoutProcess();
		next.replacement = Replacement.NONE;
		next.spare.end(next);
		if (next.spare.pid() != 0) {
			next.phase = new Ending(code, isFailure);
			return;
		}
		next.phase = new Ended(isFailure);
		next.effects.add(new Effect.Quit(code, isFailure));
	}

}
