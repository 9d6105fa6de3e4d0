package io.github.samboot.boot.internal.health;

import java.lang.Thread.State;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.Proxy;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.health.contributor.Health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link DeadlockDetector}.
 */
class DeadlockDetectorTests {

	private final DeadlockDetector detector = new DeadlockDetector();

	@Test
	void findShouldNameThreadsThatWaitForEachOther() {
		assertThat(this.detector.find()).isNull();
		assertThat(this.detector.health()).isEqualTo(Health.up().build());
		try (Deadlock deadlock = Deadlock.begin()) {
			awaitWaits(deadlock, State.WAITING);
			assertThat(this.detector.find()).contains("thread 'left-hand' waits for 'right-hand'")
				.contains("thread 'right-hand' waits for 'left-hand'");
			assertThat(this.detector.health()).satisfies((health) -> {
				assertThat(health.getStatus()).isEqualTo(Status.DOWN);
				assertThat(health.getDetails().get("error")).asString().contains("left-hand");
			});
		}
		assertThat(this.detector.find()).isNull();
	}

	@Test
	void findOfAThreadShouldNameItsOwnDeadlockOnly() {
		try (Deadlock deadlock = Deadlock.begin()) {
			awaitWaits(deadlock, State.WAITING);
			assertThat(this.detector.find(deadlock.left())).isEqualTo(this.detector.find());
			assertThat(this.detector.find(Thread.currentThread())).isNull();
		}
	}

	/** The JVM calls that a deadlock, too. */
	@Test
	void waitsThatEndByThemselvesShouldBeNoDeadlock() {
		try (Deadlock timed = Deadlock.begin((lock) -> lock.tryLock(1, TimeUnit.HOURS))) {
			awaitWaits(timed, State.TIMED_WAITING);
			assertThat(this.detector.find(timed.left())).isNull();
			assertThat(this.detector.health()).isEqualTo(Health.up().build());
			try (Deadlock deadlock = Deadlock.begin()) {
				awaitWaits(deadlock, State.WAITING);
				assertThat(this.detector.find()).contains("left-hand", "right-hand")
					.containsOnlyOnce("'left-hand' waits");
				assertThat(this.detector.find(deadlock.left())).isNotNull();
				assertThat(this.detector.find(timed.left())).isNull();
			}
		}
	}

	@Test
	void threadsThatHaveEndedShouldBeNoDeadlock() {
		assertNoDeadlock(() -> new long[0]);
		assertNoDeadlock(() -> new long[] { Long.MAX_VALUE });
	}

	@Test
	void unsupportedSearchShouldBeNoDeadlock() {
		assertNoDeadlock(() -> {
			throw new UnsupportedOperationException("test");
		});
		assertNoDeadlock(() -> {
			throw new Error("as in a native image");
		});
	}

	private static void assertNoDeadlock(Supplier<long[]> deadlocked) {
		ThreadMXBean threads = ManagementFactory.getThreadMXBean();
		ThreadMXBean bean = (ThreadMXBean) Proxy.newProxyInstance(ThreadMXBean.class.getClassLoader(),
				new Class<?>[] { ThreadMXBean.class },
				(proxy, method, arguments) -> method.getName().equals("findDeadlockedThreads") ? deadlocked.get()
						: method.invoke(threads, arguments));
		DeadlockDetector detector = new DeadlockDetector(bean);
		assertThat(detector.health()).isEqualTo(Health.up().build());
		assertThat(detector.find(Thread.currentThread())).isNull();
	}

	/** The JVM may know for which lock a thread waits before it says that it waits. */
	private void awaitWaits(Deadlock deadlock, State state) {
		ThreadMXBean threads = ManagementFactory.getThreadMXBean();
		await().until(() -> {
			long[] ids = threads.findDeadlockedThreads();
			return ids != null && LongStream.of(ids).anyMatch((id) -> id == deadlock.left().getId())
					&& deadlock.left().getState() == state && deadlock.right().getState() == state;
		});
	}

}
