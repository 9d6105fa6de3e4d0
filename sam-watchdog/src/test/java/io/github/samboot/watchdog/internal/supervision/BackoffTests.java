package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

import io.github.samboot.core.RestartLimits;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BackoffTests {

	private static final RestartLimits LIMITS = new RestartLimits(-1, Duration.ofMinutes(10), Duration.ofSeconds(1),
			Duration.ofMinutes(1));

	@Test
	void firstRestartShouldNotWait() {
		assertThat(Backoff.delay(LIMITS, 0, 4711)).isZero();
	}

	@Test
	void delayZeroShouldNeverWait() {
		assertThat(Backoff.delay(RestartLimits.NONE, 1000, 4711)).isZero();
	}

	@Test
	void delaysShouldDoubleUpToTheLongestWithinTheBoundsOfJitter() {
		long seed = 1;
		long expected = Duration.ofSeconds(1).toNanos();
		for (int restarts = 1; restarts < 200; restarts++) {
			for (int i = 0; i < 100; i++) {
				seed = Backoff.nextSeed(seed);
				assertThat(Backoff.delay(LIMITS, restarts, seed)).isBetween(expected * 4 / 5, expected);
			}
			expected = Math.min(2 * expected, Duration.ofMinutes(1).toNanos());
		}
	}

	@Test
	void jitterShouldSpreadNodes() {
		Set<Long> delays = new HashSet<>();
		for (int pid = 1000; pid < 1100; pid++) {
			delays.add(Backoff.delay(LIMITS, 1, Backoff.nextSeed(pid)));
		}
		assertThat(delays).hasSizeGreaterThan(90);
	}

	@Test
	void enormousDelaysShouldNotOverflow() {
		Duration forever = Duration.ofSeconds(Long.MAX_VALUE);
		RestartLimits limits = new RestartLimits(-1, forever, forever, forever);
		assertThat(Backoff.delay(limits, Integer.MAX_VALUE, -1)).isPositive();
	}

}
