package io.github.samboot.boot.internal.health;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link HealthEvaluator}.
 */
class HealthEvaluatorTests {

	private final Map<String, HealthProbe> members = new ConcurrentHashMap<>();

	private final List<String> unhealthy = new CopyOnWriteArrayList<>();

	private final List<String> observed = new CopyOnWriteArrayList<>();

	private final HealthEvaluator evaluator = new HealthEvaluator(Duration.ofMillis(30), Duration.ofMillis(60), 3,
			() -> Map.copyOf(this.members), () -> true, this.unhealthy::add, List.of(new HealthObserver() {

				@Override
				public void checked(String contributor, String outcome, long duration) {
					HealthEvaluatorTests.this.observed.add(contributor + " " + outcome);
				}

			}));

	@AfterEach
	void stop() {
		this.evaluator.stop();
		await().until(() -> Thread.getAllStackTraces()
			.keySet()
			.stream()
			.noneMatch((thread) -> thread.getName().startsWith("sam-health")));
	}

	@Test
	void shouldAskEveryMemberOncePerInterval() {
		AtomicInteger first = new AtomicInteger();
		AtomicInteger second = new AtomicInteger();
		this.members.put("first", counting(first));
		this.members.put("second", counting(second));
		this.evaluator.start();
		await().until(() -> first.get() >= 5);
		assertThat(second.get()).isBetween(first.get() - 1, first.get() + 1);
		await().until(() -> this.evaluator.verdict().status().equals("UP"));
		assertThat(this.unhealthy).isEmpty();
		assertThat(this.observed).contains("first up", "second up");
	}

	@Test
	void shouldNameMemberThatIsDown() {
		this.members.put("good", HealthAnswer::up);
		this.members.put("orders", () -> HealthAnswer.down("17 orders lost"));
		this.evaluator.start();
		await().until(() -> !this.unhealthy.isEmpty());
		assertThat(this.unhealthy.get(0))
			.isEqualTo("health indicator 'orders' is DOWN 3 times in a row: 17 orders lost");
		assertThat(this.evaluator.verdict().isGood()).isFalse();
		await().until(() -> this.unhealthy.size() > 2);
		this.members.put("orders", HealthAnswer::up);
		await().until(() -> this.evaluator.verdict().isGood());
	}

	@Test
	void shouldTakeExceptionForBadAnswer() {
		this.members.put("a", () -> {
			throw new IllegalStateException("no connection");
		});
		this.members.put("b", () -> {
			throw new StackOverflowError();
		});
		this.evaluator.start();
		await().until(() -> !this.unhealthy.isEmpty());
		assertThat(this.unhealthy.get(0)).contains("is DOWN 3 times in a row: java.lang.");
		assertThat(this.observed).contains("a error", "b error");
	}

	@Test
	void stuckMemberShouldBeNamedAndNeverAskedTwice() throws Exception {
		CountDownLatch stuck = new CountDownLatch(1);
		AtomicInteger asked = new AtomicInteger();
		AtomicInteger others = new AtomicInteger();
		this.members.put("stuck", () -> {
			asked.incrementAndGet();
			stuck.await(1, TimeUnit.MINUTES);
			return HealthAnswer.up();
		});
		this.members.put("other", counting(others));
		this.evaluator.start();
		await().until(() -> !this.unhealthy.isEmpty());
		assertThat(this.unhealthy.get(0)).matches("health indicator 'stuck' has not returned for 0\\.\\d s");
		assertThat(asked).hasValue(1);
		assertThat(others.get()).as("is not held up").isGreaterThan(3);
		stuck.countDown();
		await().until(() -> this.evaluator.verdict().isGood());
		await().until(() -> asked.get() > 1);
		assertThat(this.observed).contains("stuck stuck");
	}

	/**
	 * An answer that got lost would count as one that never comes.
	 */
	@Test
	void observerThatFailsShouldNotLoseAnAnswer() {
		AtomicInteger asked = new AtomicInteger();
		HealthEvaluator observed = new HealthEvaluator(Duration.ofMillis(20), Duration.ofMillis(20), 3,
				() -> Map.of("a", counting(asked)), () -> {
					throw new NoClassDefFoundError("test");
				}, this.unhealthy::add, List.of(new HealthObserver() {

					@Override
					public void checked(String contributor, String outcome, long duration) {
						throw new NoClassDefFoundError("test");
					}

				}));
		observed.start();
		await().until(() -> asked.get() > 5);
		assertThat(observed.verdict().isGood()).isTrue();
		observed.stop();
	}

	@Test
	void errorOfTheRegistryShouldCountAndBeNamed() {
		HealthEvaluator broken = new HealthEvaluator(Duration.ofMillis(20), Duration.ofMillis(20), 3, () -> {
			throw new NoClassDefFoundError("org/example/Registry");
		}, () -> true, this.unhealthy::add, List.of());
		broken.start();
		await().until(() -> !this.unhealthy.isEmpty());
		assertThat(this.unhealthy.get(0))
			.contains("3 times in a row: java.lang.NoClassDefFoundError: org/example/Registry");
		broken.stop();
	}

	@Test
	void brokenRegistryShouldNotLookHealthy() {
		HealthEvaluator broken = new HealthEvaluator(Duration.ofMillis(20), Duration.ofMillis(20), 1, () -> {
			throw new IllegalStateException("no registry");
		}, () -> true, this.unhealthy::add, List.of());
		broken.start();
		await().until(() -> !this.unhealthy.isEmpty());
		assertThat(this.unhealthy.get(0)).contains("no registry");
		broken.stop();
	}

	@Test
	void firstRoundShouldWaitUntilItMayBeginButNotLongerThanOneInterval() {
		AtomicInteger asked = new AtomicInteger();
		AtomicBoolean begin = new AtomicBoolean();
		HealthEvaluator waiting = new HealthEvaluator(Duration.ofHours(1), Duration.ofHours(1), 1,
				() -> Map.of("a", counting(asked)), begin::get, this.unhealthy::add, List.of());
		waiting.start();
		assertThat(asked).hasValue(0);
		assertThat(waiting.verdict().isGood()).isTrue();
		begin.set(true);
		await().until(() -> asked.get() == 1);
		waiting.stop();
		HealthEvaluator never = new HealthEvaluator(Duration.ofMillis(30), Duration.ofMillis(30), 1,
				() -> Map.of("a", counting(asked)), () -> false, this.unhealthy::add, List.of());
		never.start();
		await().until(() -> asked.get() > 1);
		never.stop();
	}

	@Test
	void stopShouldForgetVerdictAndInterruptNobodyWhoIsAsked() {
		CountDownLatch stuck = new CountDownLatch(1);
		List<String> ends = new CopyOnWriteArrayList<>();
		this.members.put("stuck", () -> {
			try {
				ends.add(stuck.await(1, TimeUnit.MINUTES) ? "answered" : "never");
			}
			catch (InterruptedException ex) {
				ends.add("interrupted");
			}
			return HealthAnswer.up();
		});
		this.evaluator.start();
		await().until(() -> this.evaluator.verdict().consecutiveFailures() > 0);
		this.evaluator.stop();
		assertThat(this.evaluator.verdict()).isNull();
		stuck.countDown();
		await().until(() -> !ends.isEmpty());
		assertThat(ends).containsExactly("answered");
	}

	private static HealthProbe counting(AtomicInteger counter) {
		return () -> {
			counter.incrementAndGet();
			return HealthAnswer.up();
		};
	}

}
