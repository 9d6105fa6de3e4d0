package io.github.samboot.boot.internal.health;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link DeadlockDetector} and {@link DeadlockHealthIndicator}.
 */
class DeadlockDetectorTests {

	private final DeadlockDetector detector = new DeadlockDetector();

	@Test
	void findShouldNameThreadsThatWaitForEachOther() throws Exception {
		assertThat(this.detector.find()).isNull();
		assertThat(this.detector.ask()).isEqualTo(HealthAnswer.up());
		assertThat(new DeadlockHealthIndicator().health().getStatus()).isEqualTo(Status.UP);
		Lock one = new ReentrantLock();
		Lock two = new ReentrantLock();
		CyclicBarrier bothHoldOne = new CyclicBarrier(2);
		Thread left = locking("left-hand", one, two, bothHoldOne);
		Thread right = locking("right-hand", two, one, bothHoldOne);
		await().until(() -> this.detector.find() != null);
		assertThat(this.detector.find()).contains("thread 'left-hand' waits for 'right-hand'")
			.contains("thread 'right-hand' waits for 'left-hand'");
		assertThat(this.detector.ask().status()).isEqualTo("DOWN");
		assertThat(new DeadlockHealthIndicator().health()).satisfies((health) -> {
			assertThat(health.getStatus()).isEqualTo(Status.DOWN);
			assertThat(health.getDetails().get("error")).asString().contains("left-hand");
		});
		left.interrupt();
		left.join(30_000);
		right.join(30_000);
		assertThat(left.isAlive() || right.isAlive()).as("the deadlock lasts after an interrupt").isFalse();
		assertThat(this.detector.find()).isNull();
	}

	private static Thread locking(String name, Lock first, Lock second, CyclicBarrier barrier) {
		Thread thread = new Thread(() -> {
			first.lock();
			try {
				barrier.await();
				second.lockInterruptibly();
				second.unlock();
			}
			catch (Exception ex) {
				// the end of the test
			}
			finally {
				first.unlock();
			}
		}, name);
		thread.start();
		return thread;
	}

}
