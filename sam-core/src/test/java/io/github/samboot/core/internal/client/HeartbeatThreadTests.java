package io.github.samboot.core.internal.client;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

import io.github.samboot.test.Await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HeartbeatThread}.
 */
class HeartbeatThreadTests {

	private static final Duration INTERVAL = Duration.ofMillis(40);

	private final AtomicBoolean allowed = new AtomicBoolean(true);

	private final AtomicInteger sent = new AtomicInteger();

	private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

	private final List<Throwable> deaths = new CopyOnWriteArrayList<>();

	private volatile LongConsumer due = (lateness) -> {
	};

	private final Set<Throwable> failed = ConcurrentHashMap.newKeySet();

	private volatile Throwable failure;

	private final HeartbeatThread heartbeat = new HeartbeatThread(INTERVAL.toNanos(), this.allowed::get, this::beat,
			this.deaths::add, (lateness) -> this.due.accept(lateness));

	private volatile Runnable onBeat = () -> {
	};

	private void beat() {
		this.threads.add(Thread.currentThread());
		this.onBeat.run();
		Throwable failure = this.failure;
		if (failure != null) {
			this.failed.add(failure);
		}
		if (failure instanceof Error error) {
			throw error;
		}
		if (failure instanceof RuntimeException exception) {
			throw exception;
		}
		this.sent.incrementAndGet();
	}

	@AfterEach
	void stop() {
		this.heartbeat.stop();
		this.threads.forEach((thread) -> Await.until("the end of the thread", () -> !thread.isAlive()));
	}

	@Test
	void logThatBlocksShouldNotStopHeartbeats() throws Exception {
		CountDownLatch output = new CountDownLatch(1);
		AtomicInteger lines = new AtomicInteger();
		Logger logger = Logger.getLogger(ProcessSam.class.getName());
		Handler blocking = new StreamHandler() {

			@Override
			public void publish(LogRecord line) {
				lines.incrementAndGet();
				try {
					output.await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}

		};
		logger.addHandler(blocking);
		try {
			this.failure = new IllegalStateException("cannot be sent");
			this.heartbeat.start();
			Await.until("the failure is logged", () -> lines.get() == 1);
			this.failure = null;
			Await.until("heartbeats go on", () -> this.sent.get() > 4);
		}
		finally {
			output.countDown();
			logger.removeHandler(blocking);
		}
	}

	@Test
	void startShouldBeatFourTimesPerInterval() {
		long start = System.nanoTime();
		this.heartbeat.start();
		Await.until("twelve heartbeats", () -> this.sent.get() >= 12);
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
		Await.until("eight heartbeats", () -> this.sent.get() >= 8);
		assertThat(this.threads).hasSize(1);
	}

	@Test
	void shouldNotBeatWhileNotAllowed() {
		this.allowed.set(false);
		AtomicInteger due = new AtomicInteger();
		this.due = (lateness) -> due.incrementAndGet();
		this.heartbeat.start();
		Await.until("eight heartbeats that are due", () -> due.get() >= 8);
		assertThat(this.sent).hasValue(0);
		assertThat(this.heartbeat.count()).isZero();
		this.allowed.set(true);
		Await.until("a heartbeat", () -> this.sent.get() > 0);
	}

	@Test
	void shouldMeasureLateness() {
		List<Long> lateness = new CopyOnWriteArrayList<>();
		this.due = lateness::add;
		this.heartbeat.start();
		Await.until("eight heartbeats that are due", () -> lateness.size() >= 8);
		assertThat(lateness).allSatisfy((nanos) -> assertThat(nanos).isNotNegative());
	}

	@Test
	void shouldSurviveEveryThrowable() {
		for (Throwable next : List.of(new IllegalStateException("test"), new OutOfMemoryError("test"),
				new InternalError("test"))) {
			this.failure = next;
			this.heartbeat.start();
			Await.until("a heartbeat that fails", () -> this.failed.contains(next));
			int before = this.sent.get();
			this.failure = null;
			Await.until("another heartbeat", () -> this.sent.get() > before);
		}
		assertThat(this.threads).hasSize(1);
		assertThat(this.deaths).as("a page that cannot be used any more")
			.isNotEmpty()
			.allMatch(InternalError.class::isInstance);
	}

	@Test
	void shouldSurviveObserverThatFails() {
		this.due = (lateness) -> {
			throw new IllegalStateException("test");
		};
		this.heartbeat.start();
		Await.until("four heartbeats", () -> this.sent.get() >= 4);
	}

	@Test
	void shouldBeStartedAgainWhenThreadDies() {
		this.heartbeat.start();
		Await.until("a heartbeat", () -> this.sent.get() > 0);
		Thread first = this.threads.iterator().next();
		InternalError fault = new InternalError("a fault occurred in an unsafe memory access operation");
		first.getUncaughtExceptionHandler().uncaughtException(first, fault);
		Await.until("another thread", () -> this.threads.size() == 2);
		assertThat(this.deaths).containsExactly(fault);
		Await.until("the end of the first thread", () -> !first.isAlive());
	}

	/**
	 * As at a limit of processes.
	 */
	@Test
	void threadThatDiesShouldGoOnIfThereIsNoOtherOne() {
		InheritableThreadLocal<String> limit = new InheritableThreadLocal<>() {

			@Override
			protected String childValue(String parent) {
				throw new OutOfMemoryError("unable to create native thread");
			}

		};
		AtomicBoolean isDead = new AtomicBoolean();
		this.onBeat = () -> {
			if (!isDead.getAndSet(true)) {
				limit.set("reached");
				throw new Unspeakable();
			}
		};
		this.heartbeat.start();
		Await.until("heartbeats to go on", () -> this.sent.get() > 4);
		assertThat(this.threads).hasSize(1);
		assertThat(this.deaths).hasSize(1);
	}

	/**
	 * Ends the thread that says what went wrong.
	 */
	private static final class Unspeakable extends RuntimeException {

		@Override
		public String toString() {
			throw new InternalError("a fault");
		}

	}

	@Test
	void stopShouldEndThreadAtOnceAndStartShouldBeginAgain() {
		HeartbeatThread slow = new HeartbeatThread(Duration.ofHours(1).toNanos(), () -> true, this::beat,
				this.deaths::add, this.due);
		slow.start();
		Await.until("the first heartbeat", () -> this.sent.get() == 1);
		slow.stop();
		Thread thread = this.threads.iterator().next();
		Await.until("the end of the thread", () -> !thread.isAlive());
		slow.start();
		Await.until("the second heartbeat", () -> this.sent.get() == 2);
		slow.stop();
	}

}
