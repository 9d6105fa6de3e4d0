package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;
import java.util.function.LongUnaryOperator;

import io.github.samboot.core.SupervisionState;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A machine that stands still at every moment of an interval, for every time.
 */
@Tag("any-java")
class EveryFreezeTests {

	/**
	 * Whenever it begins and however long it takes: whether the watchdog notices it or
	 * not, a heartbeat that comes right after it comes in time.
	 */
	@Test
	void noFreezeShouldCostAHealthyApplication() {
		assertThatNoFreezeCosts(20, Story.INTERVAL.toMillis() / 4, (begin) -> 0);
	}

	/**
	 * The same with heartbeats that no timer sends: the application works as long as
	 * before until the next one.
	 */
	@Test
	void noFreezeShouldCostAnApplicationThatOftenSendsHealthChecksBetweenItsWork() {
		long work = Story.INTERVAL.toMillis() / 5;
		assertThatNoFreezeCosts(20, work, (begin) -> work - begin % work);
	}

	/**
	 * Try freezes of every begin and length.
	 * @param step milliseconds from one to the next
	 * @param pause milliseconds between two heartbeats
	 * @param left milliseconds from the end of a freeze to the next one, by its begin
	 */
	static void assertThatNoFreezeCosts(long step, long pause, LongUnaryOperator left) {
		long longest = 2 * Story.INTERVAL.toMillis();
		for (long begin = 0; begin <= longest; begin += step) {
			for (long length = step; length <= longest; length += step) {
				Story story = Story.running();
				for (long at = 0; at < begin; at += pause) {
					story.beats().afterMillis(Math.min(pause, begin - at));
				}
				// the watchdog is the first to run again
				story.then().freezes(Duration.ofMillis(length)).afterMillis(left.applyAsLong(begin)).beats();
				story.afterMillis(pause).beats().afterMillis(pause);
				story.assertNothingDone().assertState(SupervisionState.RUNNING);
			}
		}
	}

}
