package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;

import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.internal.process.Nanos;
import org.jspecify.annotations.Nullable;

/**
 * When spares are started, and what follows when one fails. Whatever becomes of it, the
 * active instance is not affected.
 */
final class Standby {

	/** How long a spare may take to start without a start-up timeout. */
	private static final long LONGEST_STARTUP = Duration.ofMinutes(30).toNanos();

	/** The pause after a spare; it doubles with every one that fails. */
	private static final long FIRST_PAUSE = Duration.ofSeconds(5).toNanos();

	private static final long LONGEST_PAUSE = Duration.ofMinutes(5).toNanos();

	private Standby() {
	}

	/**
	 * The active instance is up: once it has settled, a spare is started.
	 */
	static void activeIsUp(Draft next) {
		if (next.options.wantsSpare() && next.options.recoveryPolicy().restarts()) {
			next.spare.wanted(next, next.after(Nanos.of(next.options.standby().delay())));
		}
		else {
			next.spare.notWanted(next);
		}
	}

	static long startupTimeout(Draft next) {
		long timeout = Nanos.of(next.options.restart().startupTimeout());
		return (timeout != 0) ? timeout : LONGEST_STARTUP;
	}

	/**
	 * The process of a spare that was wanted has ended.
	 * @param failures how many attempts in a row have failed with this one
	 */
	static void ended(Draft next, Spare spare, int failures, Event.Exited event) {
		next.spare = pauseAfter(next, failures);
		String problem = spare.words() + " ended with " + event.status().text();
		String text = Words.sentence(problem) + (next.isRunning() ? nextAttempt(next) : ".");
		if (next.isRunning() && spare.failures() == 0) {
			next.warn(text);
		}
		else {
			next.info(text);
		}
		next.replacement.spareIsLost(next, problem);
	}

	/**
	 * A spare must not be promoted, but another one.
	 * @param failures how many attempts in a row have failed if this one has
	 */
	static void refresh(Draft next, Spare spare, int failures, Event.SpareUnusable event) {
		next.info(Words.sentence(spare.words()) + " is refreshed: " + event.reason() + ".");
		spare.dismiss(next,
				event.isFailure() ? pauseAfter(next, failures) : new NoSpare(next.after(FIRST_PAUSE), failures - 1));
		next.replacement.spareIsLost(next, event.reason());
	}

	static void spawnFailed(Draft next, int failures, Event.SpawnFailed event) {
		next.spare = pauseAfter(next, failures);
		next.warn("No spare could be started: " + event.problem() + nextAttempt(next));
		next.replacement.spareIsLost(next, "no spare could be started: " + event.problem());
	}

	static NoSpare pauseAfter(Draft next, int failures) {
		return new NoSpare(next.after(Backoff.doubled(FIRST_PAUSE, failures, LONGEST_PAUSE)), failures);
	}

	static String nextAttempt(Draft next) {
		if (!next.options.wantsSpare()) {
			return unaffected(next);
		}
		return "; another one is started in " + Words.seconds(next.spare.wakeAt() - next.now.nanos())
				+ unaffected(next);
	}

	static String unaffected(Draft next) {
		return next.isRunning() ? "; the active instance is not affected." : ".";
	}

	/**
	 * Return what the watchdog cannot change over to with a promotion, empty if nothing.
	 */
	static String difference(SamOptions options, Draft next) {
		SamOptions active = next.options;
		// a planned replacement may change whether there are spares
		if (!next.replacement.isPreparing() && !options.standby().mode().equals(active.standby().mode())) {
			return "sam.standby=" + options.standby().mode();
		}
		if (options.recoveryPolicy() != active.recoveryPolicy()) {
			return "sam.recovery-policy";
		}
		if (options.cluster().cmap() != active.cluster().cmap()) {
			return "sam.cmap=" + options.cluster().cmap();
		}
		return options.cluster().quorumProvider().equals(active.cluster().quorumProvider()) ? ""
				: "sam.quorum.provider";
	}

	/**
	 * Return what users see.
	 */
	static SamStatus.@Nullable Standby status(Spare spare, SamOptions options) {
		return options.wantsSpare() ? new SamStatus.Standby(options.standby().mode(), spare.status(), spare.statusPid())
				: null;
	}

}
