package io.github.samboot.watchdog.internal.supervision;

import org.jspecify.annotations.Nullable;

/**
 * A schedule that breaks an invariant, with as few steps as possible.
 */
final class Schedule {

	private Schedule() {
	}

	/**
	 * Return the steps that are needed for it: each one is left out as long as an
	 * invariant still breaks without it.
	 */
	static long shrunk(SimulatedWorld.Rules rules, long seed, RuntimeException first) {
		long steps = SimulatedWorld.ALL_STEPS;
		boolean isShorter = true;
		while (isShorter) {
			isShorter = false;
			for (int i = SimulatedWorld.STEPS - 1; i >= 0; i--) {
				long fewer = steps & ~(1L << i);
				if (fewer != steps && isSame(first, problem(rules, seed, fewer, null))) {
					steps = fewer;
					isShorter = true;
				}
			}
		}
		return steps;
	}

	private static boolean isSame(RuntimeException first, @Nullable RuntimeException other) {
		return other != null && String.valueOf(other.getMessage()).equals(String.valueOf(first.getMessage()));
	}

	static @Nullable RuntimeException problem(SimulatedWorld.Rules rules, long seed, long steps,
			@Nullable StringBuilder trace) {
		try {
			new SimulatedWorld(rules, seed, trace).run(steps);
			return null;
		}
		catch (RuntimeException ex) {
			return ex;
		}
	}

	static String explained(SimulatedWorld.Rules rules, long seed, RuntimeException first) {
		long steps = shrunk(rules, seed, first);
		StringBuilder trace = new StringBuilder();
		SimulatedWorld world = new SimulatedWorld(rules, seed, trace);
		RuntimeException problem = problem(rules, seed, steps, trace);
		return first.getMessage() + ", seed " + seed + "; the shortest schedule with this seed (" + Long.bitCount(steps)
				+ " steps): " + problem + "\n" + world.options + "\n" + trace;
	}

}
