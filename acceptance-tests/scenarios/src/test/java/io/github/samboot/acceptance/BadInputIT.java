package io.github.samboot.acceptance;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A configuration that makes no sense is explained once, and leaves nothing behind.
 */
@Tag("integration")
@Tag("any-java")
class BadInputIT {

	@ParameterizedTest
	@Tag("long")
	@CsvSource(textBlock = """
			sam.time-interval,             -1s
			sam.time-interval,             1ms
			sam.time-interval,             soon
			sam.recovery-policy,           reboot
			sam.warn-signal,               SIGFOO
			sam.grace-period,              -5s
			sam.shutdown-timeout,          0s
			sam.health.group,              nonsense
			sam.health.failure-threshold,  0
			sam.health.timeout,            -1s
			sam.health.mode,               psychic
			sam.restart.max-restarts,      -7
			sam.restart.within,            0s
			sam.restart.delay,             -1s
			sam.restart.max-delay,         1ms
			sam.restart.clean-exit-codes,  777
			sam.restart.startup-timeout,   -1s
			sam.standby,                   lukewarm
			sam.watchdog.mode,             grandparent
			sam.watchdog.on-loss,          panic
			sam.watchdog.run-directory,    /does/not/exist
			sam.incidents.keep,            -1
			""")
	void valueThatMakesNoSenseShouldBeExplained(String property, String value) {
		try (SupervisedApplication worker = SupervisedApplication.worker()
			.withoutPort()
			.arguments("--" + property + "=" + value)
			.start()) {
			assertThat(worker.awaitExit()).isPositive();
			assertThat(worker.output()).containsOnlyOnce("APPLICATION FAILED TO START")
				.contains(property, value, "Action:")
				.doesNotContain("at org.springframework");
			worker.assertNothingIsLeft();
		}
	}

	@ParameterizedTest
	@CsvSource({ "sam.time-intervall, sam.time-interval", "sam.restart.max-restart, sam.restart.max-restarts" })
	void misspeltPropertyShouldBeExplained(String misspelt, String meant) {
		try (SupervisedApplication worker = SupervisedApplication.worker()
			.withoutPort()
			.arguments("--" + misspelt + "=3")
			.start()) {
			assertThat(worker.awaitExit()).isPositive();
			assertThat(worker.output()).containsOnlyOnce("APPLICATION FAILED TO START").contains(misspelt, meant);
			worker.assertNothingIsLeft();
		}
	}

}
