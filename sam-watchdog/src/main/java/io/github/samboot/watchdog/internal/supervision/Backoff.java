package io.github.samboot.watchdog.internal.supervision;

import io.github.samboot.core.RestartLimits;
import io.github.samboot.core.internal.process.Nanos;

/**
 * How long to wait before an attempt: nothing before the first, then doubling, with
 * jitter so that the nodes of a cluster do not restart as one.
 */
final class Backoff {

	private Backoff() {
	}

	/**
	 * Return the wait.
	 * @param limits delay and longest delay
	 * @param restartsBefore how many restarts there were in a row before this one
	 * @param seed decides the jitter, up to a fifth of the delay
	 * @return the wait in nanoseconds
	 */
	static long delay(RestartLimits limits, int restartsBefore, long seed) {
		if (restartsBefore == 0) {
			return 0;
		}
		long delay = doubled(Nanos.of(limits.delay()), restartsBefore, Nanos.of(limits.maxDelay()));
		return delay - jitter(delay, seed);
	}

	/**
	 * Return a wait that doubles with each attempt.
	 * @param first the wait after the first attempt
	 * @param attempts how many attempts there were
	 * @param most the longest wait
	 * @return the wait
	 */
	static long doubled(long first, int attempts, long most) {
		long wait = first;
		for (int i = 1; i < attempts && wait < most; i++) {
			wait *= 2;
		}
		return Math.min(wait, most);
	}

	/**
	 * Return a random part of a wait.
	 * @param delay the wait
	 * @param seed decides the part, up to a fifth
	 * @return the part in nanoseconds
	 */
	static long jitter(long delay, long seed) {
		return ((seed >>> 16) & 0xffff) * (delay / 5 / 0xffff);
	}

	/**
	 * Return how long one of many nodes waits that would all go on at one moment.
	 * @param limits the wait is at most its delay
	 * @param seed decides the wait
	 * @return the wait in nanoseconds
	 */
	static long spread(RestartLimits limits, long seed) {
		return ((seed >>> 16) & 0xffff) * (Nanos.of(limits.delay()) / 0xffff);
	}

	static long nextSeed(long seed) {
		// Knuth's MMIX generator: good enough to spread nodes, and reproducible
		return seed * 6364136223846793005L + 1442695040888963407L;
	}

}
