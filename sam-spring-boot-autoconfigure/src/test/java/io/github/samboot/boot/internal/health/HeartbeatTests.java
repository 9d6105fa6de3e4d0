package io.github.samboot.boot.internal.health;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Heartbeat}.
 */
class HeartbeatTests {

	private static final Duration INTERVAL = Duration.ofMillis(40);

	private final AtomicBoolean allowed = new AtomicBoolean(true);

	private final AtomicInteger sent = new AtomicInteger();

	private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

	private final List<Throwable> deaths = new CopyOnWriteArrayList<>();

	private final List<HealthObserver> observers = new CopyOnWriteArrayList<>();

	private volatile Throwable failure;

	private final Heartbeat heartbeat = new Heartbeat(INTERVAL, this.allowed::get, this::beat, this.deaths::add,
			this.observers);

	private void beat() {
		this.threads.add(Thread.currentThread());
		if (this.failure instanceof Error error) {
			throw error;
		}
		if (this.failure instanceof RuntimeException exception) {
			throw exception;
		}
		this.sent.incrementAndGet();
	}

	@AfterEach
	void stop() {
		this.heartbeat.stop();
		this.threads.forEach((thread) -> await().until(() -> !thread.isAlive()));
	}

	@Test
	void startShouldBeatFourTimesPerInterval() {
		long start = System.nanoTime();
		this.heartbeat.start();
		await().until(() -> this.sent.get() >= 12);
		long elapsed = System.nanoTime() - start;
		assertThat(elapsed).isGreaterThanOrEqualTo(11 * INTERVAL.toNanos() / 4);
		assertThat(this.heartbeat.count()).isGreaterThanOrEqualTo(12);
		assertThat(this.threads).singleElement().satisfies((thread) -> {
			assertThat(thread.getName()).isEqualTo("sam-heartbeat");
			assertThat(thread.isDaemon()).isTrue();
		});
	}

	@Test
	void startTwiceShouldNotStartSecondThread() {
		this.heartbeat.start();
		this.heartbeat.start();
		await().until(() -> this.sent.get() >= 8);
		assertThat(this.threads).hasSize(1);
	}

	@Test
	void shouldNotBeatWhileNotAllowed() {
		this.allowed.set(false);
		AtomicInteger due = new AtomicInteger();
		this.observers.add(new HealthObserver() {
			@Override
			public void heartbeat(long lateness) {
				due.incrementAndGet();
			}
		});
		this.heartbeat.start();
		await().until(() -> due.get() >= 8);
		assertThat(this.sent).hasValue(0);
		assertThat(this.heartbeat.count()).isZero();
		this.allowed.set(true);
		await().until(() -> this.sent.get() > 0);
	}

	@Test
	void shouldMeasureLateness() {
		List<Long> lateness = new CopyOnWriteArrayList<>();
		this.observers.add(new HealthObserver() {
			@Override
			public void heartbeat(long nanos) {
				lateness.add(nanos);
			}
		});
		this.heartbeat.start();
		await().until(() -> lateness.size() >= 8);
		assertThat(lateness).allSatisfy((nanos) -> assertThat(nanos).isNotNegative());
	}

	@Test
	void shouldSurviveEveryThrowable() {
		for (Throwable next : List.of(new IllegalStateException("test"), new OutOfMemoryError("test"),
				new InternalError("test"))) {
			this.failure = next;
			this.heartbeat.start();
			await().until(() -> !this.threads.isEmpty());
			int before = this.sent.get();
			this.failure = null;
			await().until(() -> this.sent.get() > before);
		}
		assertThat(this.threads).hasSize(1);
		assertThat(this.deaths).as("a page that cannot be used any more")
			.isNotEmpty()
			.allMatch(InternalError.class::isInstance);
	}

	@Test
	void shouldSurviveObserverThatFails() {
		this.observers.add(new HealthObserver() {
			@Override
			public void heartbeat(long nanos) {
				throw new IllegalStateException("test");
			}
		});
		this.heartbeat.start();
		await().until(() -> this.sent.get() >= 4);
	}

	@Test
	void shouldBeStartedAgainWhenThreadDies() {
		this.heartbeat.start();
		await().until(() -> this.sent.get() > 0);
		Thread first = this.threads.iterator().next();
		InternalError fault = new InternalError("a fault occurred in an unsafe memory access operation");
		first.getUncaughtExceptionHandler().uncaughtException(first, fault);
		await().until(() -> this.threads.size() == 2);
		assertThat(this.deaths).containsExactly(fault);
		await().until(() -> !first.isAlive());
	}

	@Test
	void stopShouldEndThreadAtOnceAndStartShouldBeginAgain() {
		Heartbeat slow = new Heartbeat(Duration.ofHours(1), () -> true, this::beat, this.deaths::add, List.of());
		slow.start();
		await().until(() -> this.sent.get() == 1);
		slow.stop();
		Thread thread = this.threads.iterator().next();
		await().atMost(Duration.ofSeconds(5)).until(() -> !thread.isAlive());
		slow.start();
		await().until(() -> this.sent.get() == 2);
		slow.stop();
	}

}
