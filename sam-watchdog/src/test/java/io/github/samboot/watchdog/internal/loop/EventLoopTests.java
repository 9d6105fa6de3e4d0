package io.github.samboot.watchdog.internal.loop;

import java.io.IOException;
import java.nio.channels.SelectionKey;
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
@Timeout(60)
class EventLoopTests {

	private EventLoop loop;

	private final List<String> done = new ArrayList<>();

	@BeforeEach
	void createLoop() throws IOException {
		this.loop = new EventLoop(new Log());
	}

	@Test
	void tasksShouldBeRunInTheirOrderAndTidiedUpAfter() {
		this.loop.later(() -> this.done.add("one"));
		this.loop.later(() -> this.done.add("two"));
		this.loop.later(this.loop::stop);
		this.loop.run(new Resting());
		assertThat(this.done).startsWith("one", "tidy", "two", "tidy");
	}

	@Test
	void errorShouldNotEndTheLoop() {
		this.loop.later(() -> {
			throw new NoClassDefFoundError("gone");
		});
		this.loop.later(() -> this.done.add("two"));
		this.loop.later(this.loop::stop);
		this.loop.run(new Resting());
		assertThat(this.done).contains("two");
	}

	/**
	 * Nobody would wake the loop for it.
	 */
	@Test
	void whatIsLeftOverShouldBeDoneWithoutAnyNews() {
		this.loop.run(new Resting() {

			private int attempts;

			@Override
			public boolean isLeftOver() {
				return this.attempts < 3;
			}

			@Override
			public void doLeftOver() {
				if (++this.attempts < 3) {
					throw new OutOfMemoryError("not yet");
				}
				EventLoopTests.this.done.add("left over");
				EventLoopTests.this.loop.stop();
			}

		});
		assertThat(this.done).contains("left over");
	}

	/**
	 * Nothing is due for a long time.
	 */
	private class Resting implements EventLoop.Work {

		@Override
		public long wakeAt(long now) {
			return now + TimeUnit.HOURS.toNanos(1);
		}

		@Override
		public boolean isExact(long wakeAt) {
			return false;
		}

		@Override
		public boolean isLeftOver() {
			return false;
		}

		@Override
		public void doLeftOver() {
		}

		@Override
		public void ready(SelectionKey key) {
		}

		@Override
		public boolean lookAtTime() {
			return false;
		}

		@Override
		public void tidyUp() {
			EventLoopTests.this.done.add("tidy");
		}

	}

}
