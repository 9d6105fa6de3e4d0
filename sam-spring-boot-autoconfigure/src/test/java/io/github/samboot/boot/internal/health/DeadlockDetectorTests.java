package io.github.samboot.boot.internal.health;

import java.util.concurrent.TimeUnit;

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
		Deadlock deadlock = Deadlock.begin(() -> {
		});
		await().until(() -> this.detector.find() != null);
		assertThat(this.detector.find()).contains("thread 'left-hand' waits for 'right-hand'")
			.contains("thread 'right-hand' waits for 'left-hand'");
		assertThat(this.detector.ask().status()).isEqualTo("DOWN");
		assertThat(new DeadlockHealthIndicator().health()).satisfies((health) -> {
			assertThat(health.getStatus()).isEqualTo(Status.DOWN);
			assertThat(health.getDetails().get("error")).asString().contains("left-hand");
		});
		deadlock.end();
		assertThat(this.detector.find()).isNull();
	}

	@Test
	void findOfAThreadShouldNameItsOwnDeadlockOnly() throws Exception {
		Deadlock deadlock = Deadlock.begin(() -> {
		});
		await().until(() -> this.detector.find() != null);
		assertThat(this.detector.find(deadlock.left())).isEqualTo(this.detector.find());
		assertThat(this.detector.find(Thread.currentThread())).isNull();
		deadlock.end();
	}

	/** The JVM calls that a deadlock, too. */
	@Test
	void findOfAThreadShouldNotCountWaitsThatEndByThemselves() throws Exception {
		Deadlock deadlock = Deadlock.begin((lock) -> lock.tryLock(1, TimeUnit.HOURS));
		await().until(() -> this.detector.find() != null);
		assertThat(this.detector.find(deadlock.left())).isNull();
		deadlock.end();
	}

}
