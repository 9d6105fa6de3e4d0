package io.github.samboot.watchdog.internal.supervision;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random schedules of everything that can go wrong, through exactly the code that ships.
 * See docs/reliability.md.
 */
@Tag("any-java")
class SimulationTests {

	private static final long SCHEDULES = Long.getLong("sam.simulation.schedules", 1_000_000);

	private static final long FIRST_SEED = Long.getLong("sam.simulation.seed", 1);

	private static final int SCHEDULES_FOR_A_BROKEN_RULE = 10_000;

	@Test
	// for those who run a hundred times as many
	@Timeout(86_400)
	void everyScheduleShouldKeepTheInvariants() {
		SimulatedWorld.Rules rules = Supervision::step;
		long events = 0;
		long recoveries = 0;
		long promotions = 0;
		long adoptions = 0;
		long replacements = 0;
		long begun = System.nanoTime();
		for (long seed = FIRST_SEED; seed < FIRST_SEED + SCHEDULES; seed++) {
			SimulatedWorld world = new SimulatedWorld(rules, seed, null);
			try {
				world.run(SimulatedWorld.ALL_STEPS);
			}
			catch (RuntimeException ex) {
				throw new AssertionError(Schedule.explained(rules, seed, ex), ex);
			}
			events += world.events;
			recoveries += world.recoveries;
			promotions += world.promotions;
			adoptions += world.adoptions;
			replacements += world.replacements;
		}
		System.out.println("Simulated " + SCHEDULES + " schedules in " + Words.seconds(System.nanoTime() - begun) + ": "
				+ events + " events, " + recoveries + " recoveries, " + promotions + " of them promotions, and "
				+ adoptions + " lost watchdogs replaced, and " + replacements + " planned replacements.");
		// the schedules are worth something only if much happens in them
		assertThat(events).isGreaterThan(15 * SCHEDULES);
		assertThat(recoveries).isGreaterThan(SCHEDULES / 4);
		assertThat(promotions).isGreaterThan(SCHEDULES / 50);
		assertThat(adoptions).isGreaterThan(SCHEDULES / 50);
		assertThat(replacements).isGreaterThan(SCHEDULES / 200);
	}

	@ParameterizedTest
	@EnumSource
	void brokenRuleShouldBeFound(BrokenRule rule) {
		for (long seed = 1; seed <= SCHEDULES_FOR_A_BROKEN_RULE; seed++) {
			RuntimeException problem = Schedule.problem(rule, seed, SimulatedWorld.ALL_STEPS, null);
			if (problem != null && String.valueOf(problem.getMessage()).equals(rule.violation)) {
				assertThat(Schedule.explained(rule, seed, problem)).contains(rule.violation, "seed " + seed, "Begin");
				return;
			}
		}
		throw new AssertionError(rule + " was not found within " + SCHEDULES_FOR_A_BROKEN_RULE + " schedules");
	}

	@Test
	void scheduleShouldBeTheSameEachTime() {
		assertThat(trace(7)).isEqualTo(trace(7)).isNotEqualTo(trace(8));
	}

	private static String trace(long seed) {
		StringBuilder trace = new StringBuilder();
		new SimulatedWorld(Supervision::step, seed, trace).run(SimulatedWorld.ALL_STEPS);
		return trace.toString();
	}

}
