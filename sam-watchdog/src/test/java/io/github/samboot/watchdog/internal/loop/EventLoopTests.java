package io.github.samboot.watchdog.internal.loop;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.samboot.watchdog.internal.log.Log;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * No error may end the loop, or keep it from what is left to do.
 */
@Timeout(240)
class EventLoopTests {

	private EventLoop loop;

	private final List<String> done = new ArrayList<>();

	@BeforeEach
	void createLoop() throws IOException {
		this.loop = new EventLoop(new Log());
	}

	@Test
	void tasksShouldBeRunInTheirOrder() {
		this.loop.post(() -> this.done.add("one"));
		this.loop.post(() -> this.done.add("two"));
		this.loop.post(this.loop::stop);
		run(new Resting());
		assertThat(this.done).containsExactly("one", "two");
	}

	@Test
	void errorShouldNotEndTheLoop() {
		this.loop.post(() -> {
			throw new NoClassDefFoundError("gone");
		});
		this.loop.post(() -> this.done.add("two"));
		this.loop.post(this.loop::stop);
		run(new Resting());
		assertThat(this.done).containsExactly("two");
	}

	/**
	 * Nothing else would wake the loop for it.
	 */
	@Test
	void lookThatFailsShouldBeRepeated() {
		run(new Resting() {

			private int attempts;

			@Override
			public long wakeAt(long now) {
				return now;
			}

			@Override
			public void look() {
				if (++this.attempts < 3) {
					throw new OutOfMemoryError("not yet");
				}
				EventLoopTests.this.done.add("look");
				EventLoopTests.this.loop.stop();
			}

		});
		assertThat(this.done).containsExactly("look");
	}

	private void run(EventLoop.Timer timer) {
		this.loop.run(timer, (key) -> {
		});
	}

	/**
	 * Nothing is due for a long time.
	 */
	private static class Resting implements EventLoop.Timer {

		@Override
		public long wakeAt(long now) {
			return now + TimeUnit.HOURS.toNanos(1);
		}

		@Override
		public boolean isExact(long wakeAt) {
			return false;
		}

		@Override
		public void look() {
		}

	}

}
