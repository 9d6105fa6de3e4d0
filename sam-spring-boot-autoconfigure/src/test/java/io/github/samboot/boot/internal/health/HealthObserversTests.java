package io.github.samboot.boot.internal.health;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class HealthObserversTests {

	private final HealthObservers observers = new HealthObservers();

	private final List<List<Long>> heard = new CopyOnWriteArrayList<>();

	@AfterEach
	void stop() {
		this.observers.stop();
	}

	@Test
	void heartbeatsShouldBeToldOnceASecondAndNoneBeLost() {
		this.observers.add(new HealthObserver() {

			@Override
			public void heartbeats(List<Long> latenesses) {
				HealthObserversTests.this.heard.add(latenesses);
			}

		});
		this.observers.start();
		long begun = System.nanoTime();
		long[] sent = { 0 };
		await().pollInterval(Duration.ofMillis(20)).until(() -> {
			this.observers.heartbeat(sent[0]++);
			return this.heard.size() == 3;
		});
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(2));
		List<Long> all = this.heard.stream().flatMap(List::stream).toList();
		assertThat(all).hasSizeGreaterThan(3).startsWith(0L, 1L, 2L).isSorted().doesNotHaveDuplicates();
		assertThat(all.get(all.size() - 1)).isEqualTo(all.size() - 1);
	}

}
