package io.github.samboot.watchdog.internal.supervision;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random schedules of everything that can go wrong, through exactly the code that ships.
 */
@Tag("any-java")
class SimulationTests {

	private static final int WORLDS = Integer.getInteger("sam.simulation.worlds", 500);

	private static final long FIRST_SEED = Long.getLong("sam.simulation.seed", 1);

	@Test
	void everyWorldShouldKeepTheInvariants() {
		long steps = 0;
		long recoveries = 0;
		long promotions = 0;
		for (long seed = FIRST_SEED; seed < FIRST_SEED + WORLDS; seed++) {
			SimulatedWorld world = new SimulatedWorld(seed);
			try {
				world.run();
			}
			catch (AssertionError | RuntimeException ex) {
				throw new AssertionError("Run again with -Dsam.simulation.worlds=1 -Dsam.simulation.seed=" + seed, ex);
			}
			steps += world.steps;
			recoveries += world.recoveries;
			promotions += world.promotions;
		}
		// the worlds are worth something only if much happens in them
		assertThat(steps).isGreaterThan(100L * WORLDS);
		assertThat(recoveries).isGreaterThan(WORLDS / 2);
		assertThat(promotions).isGreaterThan(WORLDS / 10);
	}

}
