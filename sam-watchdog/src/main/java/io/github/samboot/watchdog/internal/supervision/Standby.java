package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;

import io.github.samboot.core.SamOptions;
import io.github.samboot.core.internal.process.Nanos;

/**
 * When spares are started, and what they must have in common with the active instance.
 * Whatever becomes of one, the active instance is not affected.
 */
final class Standby {

	/** The pause after a spare; it doubles with every one that fails. */
	static final long FIRST_PAUSE = Duration.ofSeconds(5).toNanos();

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

}
