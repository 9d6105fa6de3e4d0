package io.github.samboot.watchdog.internal.supervision;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * So many schedules as take no time: for mutants of the rules, beside their other tests.
 */
@Tag("any-java")
class SomeSchedulesTests {

	private static final int SCHEDULES = 2_000;

	@Test
	void someSchedulesShouldKeepTheInvariants() {
		for (long seed = 1; seed <= SCHEDULES; seed++) {
			new SimulatedWorld(Supervision::step, seed, null).run(SimulatedWorld.ALL_STEPS);
		}
	}

}
