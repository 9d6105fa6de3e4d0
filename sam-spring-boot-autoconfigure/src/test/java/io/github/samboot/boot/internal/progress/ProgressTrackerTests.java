package io.github.samboot.boot.internal.progress;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ProgressTracker}.
 */
class ProgressTrackerTests {

	private static final ThreadActivity STUCK = new ThreadActivity(1, 7, true, "Here.waits");

	private static final ThreadActivity WORKS = new ThreadActivity(9, 7, false, "");

	private final ProgressTracker tracker = new ProgressTracker(TimeUnit.SECONDS.toNanos(60));

	/** As {@code System.nanoTime} may be. */
	private long now = Long.MAX_VALUE - 5;

	private @Nullable String look(double seconds, long completed, int waiting, ThreadActivity... threads) {
		this.now += (long) (seconds * 1e9);
		return this.tracker.look(this.now, completed, waiting, () -> List.of(threads));
	}

	private static ThreadActivity stuck(long id, long mark) {
		return new ThreadActivity(id, mark, true, "Place.of" + id);
	}

	@Test
	void workThatWaitsWhileNothingIsFinishedForTheTimeoutShouldBeAProblem() {
		look(0, 5, 1, STUCK);
		look(10, 5, 1, STUCK);
		for (int seconds = 10; seconds < 60; seconds += 10) {
			assertThat(look(10, 5, 1, STUCK)).as("after %s s", seconds).isNull();
		}
		assertThat(look(10, 5, 14, STUCK))
			.isEqualTo("has finished nothing for 60 s while 14 tasks wait: 1 of 1 thread waits in Here.waits");
		assertThat(look(10, 5, 1, STUCK)).startsWith("has finished nothing for 70 s while 1 task waits: ");
	}

	@Test
	void anyProgressShouldStartAgain() {
		assertThat(isStuckAfter((second) -> look(1, second / 50, 1, STUCK))).as("a task finished").isFalse();
		assertThat(isStuckAfter((second) -> look(1, 5, (second % 50 == 0) ? 0 : 1, STUCK))).as("nothing waits")
			.isFalse();
		assertThat(isStuckAfter((second) -> look(1, 5, 1, stuck(1, second / 50)))).as("its thread ran").isFalse();
		assertThat(isStuckAfter((second) -> look(1, 5, 1, stuck(second / 50, 7)))).as("another thread").isFalse();
		assertThat(isStuckAfter((second) -> look(1, 5, 1, (second % 50 == 0) ? WORKS : STUCK))).as("it worked")
			.isFalse();
		assertThat(isStuckAfter((second) -> look(1, 5, 1))).as("no threads").isFalse();
		assertThat(isStuckAfter((second) -> look(1, 5, 1, STUCK))).isTrue();
	}

	private interface Look {

		@Nullable String at(int second);

	}

	private static boolean isStuckAfter(Look look) {
		boolean stuck = false;
		for (int second = 0; second < 600; second++) {
			stuck |= look.at(second) != null;
		}
		return stuck;
	}

	@Test
	void idleExecutorShouldNotBeLookedAt() {
		for (int i = 0; i < 100; i++) {
			this.now += TimeUnit.MINUTES.toNanos(1);
			assertThat(this.tracker.look(this.now, 5, 0, ProgressTrackerTests::unwanted)).isNull();
			assertThat(this.tracker.look(this.now, 100 + i, 1, ProgressTrackerTests::unwanted)).isNull();
		}
	}

	private static Collection<ThreadActivity> unwanted() {
		throw new AssertionError("the threads are looked at");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 3, 4, 5, 6, 7, 8 })
	void onlyMostThreadsShouldCount(int stuck) {
		ThreadActivity[] threads = new ThreadActivity[8];
		for (int i = 0; i < threads.length; i++) {
			threads[i] = new ThreadActivity(i, 7, i < stuck, (i == 0) ? "Holder.writes" : "Lock.waits");
		}
		boolean isStuck = isStuckAfter((second) -> look(1, 5, 1, threads));
		assertThat(isStuck).isEqualTo(stuck > 4);
		if (isStuck) {
			assertThat(look(1, 5, 1, threads)).endsWith((stuck - 1) + " of 8 threads wait in Lock.waits");
		}
	}

	@Test
	void timeInWhichTheProcessWasStoppedShouldHardlyCount() {
		look(0, 5, 1, STUCK);
		look(10, 5, 1, STUCK);
		look(30, 5, 1, STUCK);
		assertThat(look(3600, 5, 1, STUCK)).isNull();
		assertThat(look(3600, 5, 1, STUCK)).isNull();
		assertThat(look(1, 6, 1, STUCK)).isNull();
		assertThat(isStuckAfter((second) -> look(3600, second / 4, 1, STUCK))).isFalse();
	}

	@Test
	void anyScheduleShouldOnlyEndInAProblemAfterTheTimeout() {
		int problems = 0;
		for (long seed = 0; seed < 2000; seed++) {
			Random random = new Random(seed);
			ProgressTracker tracker = new ProgressTracker(60);
			long now = random.nextLong();
			long completed = 0;
			List<ThreadActivity> threads = List.of();
			long unchangedSince = now;
			boolean sawProblem = false;
			int calm = 1 + random.nextInt(200);
			for (int i = 0; i < 1000; i++) {
				now += random.nextInt(15);
				int waiting = (random.nextInt(calm) == 0) ? 0 : 1;
				boolean changes = waiting == 0;
				if (random.nextInt(calm) == 0) {
					completed++;
					changes = true;
				}
				if (random.nextInt(calm) == 0 || threads.isEmpty()) {
					threads = randomThreads(random);
					changes = true;
				}
				unchangedSince = changes ? now : unchangedSince;
				List<ThreadActivity> seen = threads;
				String problem = tracker.look(now, completed, waiting, () -> seen);
				long stuck = threads.stream().filter(ThreadActivity::stuck).count();
				if (problem != null) {
					sawProblem = true;
					assertThat(now - unchangedSince).as("seed %d, look %d", seed, i).isGreaterThanOrEqualTo(60);
					assertThat(stuck * 2).isGreaterThan(threads.size());
				}
				else if (stuck * 2 > threads.size()) {
					// the two looks that only begin to count have gaps of less than 15
					assertThat(now - unchangedSince).as("seed %d, look %d", seed, i).isLessThan(60 + 2 * 15);
				}
			}
			problems += sawProblem ? 1 : 0;
		}
		assertThat(problems).isGreaterThan(100);
	}

	/** All marks differ from all earlier ones. */
	private static List<ThreadActivity> randomThreads(Random random) {
		List<ThreadActivity> threads = new ArrayList<>();
		for (int id = 0; id <= random.nextInt(5); id++) {
			threads.add(new ThreadActivity(id, random.nextLong(), random.nextInt(4) > 0, "place"));
		}
		return threads;
	}

}
