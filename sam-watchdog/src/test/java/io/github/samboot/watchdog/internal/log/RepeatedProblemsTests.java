package io.github.samboot.watchdog.internal.log;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RepeatedProblems}.
 */
class RepeatedProblemsTests {

	private final RepeatedProblems problems = new RepeatedProblems();

	@Test
	void repeatsShouldBeCountedAndWrittenAfterAPause() {
		assertThat(toWrite("a", 0)).isEqualTo("a");
		assertThat(toWrite("b", 1)).isEqualTo("b");
		assertThat(toWrite("a", 2)).isNull();
		assertThat(toWrite("a", 29)).isNull();
		assertThat(toWrite("a", 30)).isEqualTo("a (3 times since this was last written)");
		assertThat(toWrite("a", 59)).isNull();
		assertThat(toWrite("b", 60)).isEqualTo("b (1 times since this was last written)");
		assertThat(toWrite("a", 60)).isEqualTo("a (2 times since this was last written)");
	}

	@Test
	void oldestShouldMakeRoom() {
		for (int i = 0; i < 5; i++) {
			assertThat(toWrite("problem " + i, i)).isEqualTo("problem " + i);
		}
		assertThat(toWrite("problem 1", 6)).isNull();
		assertThat(toWrite("problem 0", 7)).isEqualTo("problem 0");
	}

	private String toWrite(String text, long seconds) {
		// the monotonic clock may be about to overflow
		return this.problems.toWrite(text, Long.MAX_VALUE - 1_000_000_000L + TimeUnit.SECONDS.toNanos(seconds));
	}

}
