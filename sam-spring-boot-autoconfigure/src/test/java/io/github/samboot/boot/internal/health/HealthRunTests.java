package io.github.samboot.boot.internal.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

import io.github.samboot.boot.internal.health.HealthRounds.Limits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link HealthRun}.
 */
class HealthRunTests {

	private static final Duration INTERVAL = Duration.ofMillis(30);

	private final Map<String, HealthIndicator> members = new ConcurrentHashMap<>();

	private final List<String> unhealthy = new CopyOnWriteArrayList<>();

	private final List<String> observed = new CopyOnWriteArrayList<>();

	private final List<HealthRun> runs = new ArrayList<>();

	private final CountDownLatch stuck = new CountDownLatch(1);

	private final HealthObserver observer = new HealthObserver() {

		@Override
		public void overdue(String contributor, long duration) {
			HealthRunTests.this.observed.add(contributor + " overdue");
		}

		@Override
		public void checked(String contributor, String outcome, long duration, HealthAnswer answer) {
			HealthRunTests.this.observed.add(contributor + " " + outcome);
		}

	};

	private final HealthRun run = run(new Limits(INTERVAL, Duration.ofMillis(600), 3),
			(progress) -> Map.copyOf(this.members), () -> true);

	@AfterEach
	void stop() {
		this.stuck.countDown();
		this.runs.forEach(HealthRun::end);
		await().until(() -> Thread.getAllStackTraces()
			.keySet()
			.stream()
			.noneMatch((thread) -> thread.getName().startsWith("sam-health")));
	}

	@Test
	void shouldAskEveryMemberAtMostOncePerInterval() {
		AtomicInteger first = new AtomicInteger();
		AtomicInteger second = new AtomicInteger();
		this.members.put("first", counting(first));
		this.members.put("second", counting(second));
		long begin = System.nanoTime();
		this.run.start();
		await().until(() -> first.get() >= 5 && second.get() >= 5);
		int most = Math.max(first.get(), second.get());
		// at the beginning, and one that is not counted here yet
		assertThat(most).isLessThanOrEqualTo((int) ((System.nanoTime() - begin) / INTERVAL.toNanos()) + 2);
		await().until(() -> this.run.verdict().status().equals("UP"));
		assertThat(this.unhealthy).isEmpty();
		assertThat(this.observed).contains("first up", "second up");
	}

	@Test
	void shouldNameMemberThatIsDown() {
		this.members.put("good", HealthRunTests::up);
		this.members.put("orders", () -> Health.down().withDetail("error", "17 orders lost").build());
		this.run.start();
		await().until(() -> !this.unhealthy.isEmpty());
		assertThat(this.unhealthy.get(0))
			.isEqualTo("health indicator 'orders' is DOWN 3 times in a row: 17 orders lost");
		assertThat(this.run.verdict().isGood()).isFalse();
		await().until(() -> this.unhealthy.size() > 2);
		this.members.put("orders", HealthRunTests::up);
		await().until(() -> this.run.verdict().isGood());
	}

	@Test
	void shouldTakeExceptionForBadAnswer() {
		this.members.put("a", () -> {
			throw new IllegalStateException("no connection");
		});
		this.members.put("b", () -> {
			throw new StackOverflowError();
		});
		this.run.start();
		await().until(() -> !this.unhealthy.isEmpty());
		assertThat(this.unhealthy.get(0)).contains("is DOWN 3 times in a row: java.lang.");
		assertThat(this.observed).contains("a error", "b error");
	}

	@Test
	void stuckMemberShouldBeNamedAndNeverAskedTwice() throws Exception {
		AtomicInteger asked = new AtomicInteger();
		AtomicInteger others = new AtomicInteger();
		this.members.put("stuck", () -> {
			asked.incrementAndGet();
			awaitStuck();
			return up();
		});
		this.members.put("other", counting(others));
		this.run.start();
		await().until(() -> !this.unhealthy.isEmpty());
		assertThat(this.unhealthy.get(0)).matches("health indicator 'stuck' has not returned for \\d+\\.\\d s");
		assertThat(asked).hasValue(1);
		assertThat(others.get()).as("is not held up").isGreaterThan(3);
		assertThat(this.observed).as("each timeout").filteredOn("stuck overdue"::equals).hasSizeGreaterThanOrEqualTo(3);
		this.observed.clear();
		this.stuck.countDown();
		await().until(() -> this.run.verdict().isGood());
		await().until(() -> asked.get() > 1);
		await().until(() -> this.observed.contains("stuck up"));
		assertThat(this.observed).as("what it said at last").contains("stuck stuck");
	}

	@Test
	void failingBeginShouldNotMatter() {
		AtomicInteger asked = new AtomicInteger();
		HealthRun failing = run(new Limits(Duration.ofMillis(20), Duration.ofSeconds(10), 3),
				(progress) -> Map.of("a", counting(asked)), () -> {
					throw new NoClassDefFoundError("test");
				});
		failing.start();
		await().until(() -> asked.get() > 5);
		assertThat(failing.verdict().isGood()).isTrue();
		failing.end();
	}

	@Test
	void errorOfTheRegistryShouldCountAndBeNamed() {
		HealthRun broken = run(new Limits(Duration.ofMillis(20), Duration.ofSeconds(10), 3), (progress) -> {
			throw new NoClassDefFoundError("org/example/Registry");
		}, () -> true);
		broken.start();
		await().until(() -> !this.unhealthy.isEmpty());
		assertThat(this.unhealthy.get(0))
			.contains("3 times in a row: java.lang.NoClassDefFoundError: org/example/Registry");
		broken.end();
	}

	@Test
	void brokenRegistryShouldNotLookHealthy() {
		HealthRun broken = run(new Limits(Duration.ofMillis(20), Duration.ofSeconds(10), 1), (progress) -> {
			throw new IllegalStateException("no registry");
		}, () -> true);
		broken.start();
		await().until(() -> !this.unhealthy.isEmpty());
		assertThat(this.unhealthy.get(0)).contains("no registry");
		broken.end();
	}

	@Test
	void firstRoundShouldWaitUntilItMayBeginButNotLongerThanOneInterval() {
		AtomicInteger asked = new AtomicInteger();
		AtomicBoolean begin = new AtomicBoolean();
		HealthRun waiting = run(new Limits(Duration.ofHours(1), Duration.ofHours(1), 1),
				(progress) -> Map.of("a", counting(asked)), begin::get);
		waiting.start();
		assertThat(asked).hasValue(0);
		assertThat(waiting.verdict().isGood()).isTrue();
		begin.set(true);
		await().until(() -> asked.get() == 1);
		waiting.end();
		HealthRun never = run(new Limits(Duration.ofMillis(30), Duration.ofMillis(30), 1),
				(progress) -> Map.of("a", counting(asked)), () -> false);
		never.start();
		await().until(() -> asked.get() > 1);
		never.end();
	}

	@Test
	void endShouldInterruptNobodyWhoIsAsked() {
		List<String> ends = new CopyOnWriteArrayList<>();
		this.members.put("stuck", () -> {
			try {
				ends.add(this.stuck.await(1, TimeUnit.MINUTES) ? "answered" : "never");
			}
			catch (InterruptedException ex) {
				ends.add("interrupted");
			}
			return up();
		});
		this.run.start();
		await().until(() -> this.run.verdict().consecutiveFailures() > 0);
		this.run.end();
		this.stuck.countDown();
		await().until(() -> !ends.isEmpty());
		assertThat(ends).containsExactly("answered");
	}

	@Test
	void checksShouldBeMadeByFewThreads() {
		Set<Thread> threads = ConcurrentHashMap.newKeySet();
		Set<String> checked = ConcurrentHashMap.newKeySet();
		for (int member = 0; member < 2000; member++) {
			String name = "part/" + member;
			this.members.put(name, () -> {
				threads.add(Thread.currentThread());
				checked.add(name);
				return up();
			});
		}
		HealthRun many = run(new Limits(Duration.ofMillis(100), Duration.ofSeconds(30), 1), (progress) -> this.members,
				() -> true);
		many.start();
		await().until(() -> checked.size() == 2000);
		assertThat(threads).hasSizeBetween(1, CheckThreads.MOST);
		await().until(() -> many.verdict().status().equals("UP"));
		many.end();
	}

	/**
	 * The last of them waits longer than would be allowed for an answer.
	 */
	@Test
	void waitingForAThreadShouldNotBeSilence() {
		int batches = 6;
		Set<String> checked = ConcurrentHashMap.newKeySet();
		// fair: the checks that begin meanwhile must not pass those that wait
		Semaphore go = new Semaphore(0, true);
		for (int member = 0; member < batches * CheckThreads.MOST; member++) {
			String name = "slow/" + member;
			this.members.put(name, () -> {
				go.acquireUninterruptibly();
				checked.add(name);
				return up();
			});
		}
		HealthRun many = run(new Limits(Duration.ofMillis(50), Duration.ofMillis(1500), 2), (progress) -> this.members,
				() -> true);
		many.start();
		try {
			for (int batch = 1; batch < batches; batch++) {
				int done = batch * CheckThreads.MOST;
				await().pollDelay(Duration.ofMillis(600)).until(() -> go.getQueueLength() > 0);
				go.release(CheckThreads.MOST);
				await().until(() -> checked.size() >= done);
			}
		}
		finally {
			go.release(1_000_000);
		}
		await().until(() -> checked.size() == batches * CheckThreads.MOST);
		assertThat(this.unhealthy).isEmpty();
		many.end();
	}

	@Test
	void stuckMembersShouldCountAlsoWhenTheyHoldAllThreads() {
		for (int member = 0; member < 2 * CheckThreads.MOST; member++) {
			this.members.put("stuck/" + member, () -> {
				awaitStuck();
				return up();
			});
		}
		this.run.start();
		await().until(() -> !this.unhealthy.isEmpty());
		assertThat(this.unhealthy.get(0)).matches("health indicator 'stuck/\\d+' has not returned for \\d+\\.\\d s");
	}

	/**
	 * A thread with a stack of that size cannot be started: the error is that of the JVM.
	 */
	@Test
	void wantOfThreadsShouldSayNothingAboutTheApplication() {
		AtomicInteger asked = new AtomicInteger();
		AtomicInteger refused = new AtomicInteger();
		AtomicInteger left = new AtomicInteger();
		this.members.put("a", counting(asked));
		this.members.put("b", counting(asked));
		HealthRun poor = run(new HealthSetup(new Limits(Duration.ofMillis(200), Duration.ofSeconds(2), 1),
				(progress) -> this.members, () -> true, this.unhealthy::add, this.observer, (task) -> {
					if (left.getAndDecrement() > 0) {
						return CheckThreads.create(task);
					}
					refused.incrementAndGet();
					return new Thread(null, task, "sam-health-check", 1L << 60);
				}));
		poor.start();
		await().until(() -> refused.get() > 5);
		assertThat(asked).hasValue(0);
		assertThat(poor.verdict().isGood()).isTrue();
		assertThat(this.unhealthy).isEmpty();
		left.set(1);
		await().until(() -> asked.get() > 4);
		await().until(() -> poor.verdict().status().equals("UP"));
		assertThat(this.unhealthy).isEmpty();
		this.members.put("b", () -> {
			awaitStuck();
			return up();
		});
		await().until(() -> !this.unhealthy.isEmpty());
		assertThat(this.unhealthy.get(0)).startsWith("health indicator 'b' has not returned for");
		poor.end();
	}

	@Test
	void searchThatHangsShouldBeNamed() {
		HealthRun hanging = run(new Limits(Duration.ofMillis(50), Duration.ofMillis(200), 2), (progress) -> {
			progress.accept("orders");
			awaitStuck();
			return Map.of();
		}, () -> true);
		hanging.start();
		await().until(() -> !this.unhealthy.isEmpty());
		assertThat(this.unhealthy.get(0))
			.startsWith("the search for the members of health contributor 'orders' has not returned for");
		hanging.end();
	}

	private void awaitStuck() {
		try {
			this.stuck.await(1, TimeUnit.MINUTES);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private HealthRun run(Limits limits, HealthMembers members, BooleanSupplier begin) {
		return run(new HealthSetup(limits, members, begin, this.unhealthy::add, this.observer, CheckThreads::create));
	}

	private HealthRun run(HealthSetup setup) {
		HealthRun run = new HealthRun(setup);
		this.runs.add(run);
		return run;
	}

	private static Health up() {
		return Health.up().build();
	}

	private static HealthIndicator counting(AtomicInteger counter) {
		return () -> {
			counter.incrementAndGet();
			return up();
		};
	}

}
