package io.github.samboot.boot.internal.health;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.github.samboot.test.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OutputWatch}.
 */
class OutputWatchTests {

	private final PrintStream original = System.out;

	private final List<String> notices = new CopyOnWriteArrayList<>();

	private final OutputWatch watch = new OutputWatch(TimeUnit.MILLISECONDS.toNanos(500), this.notices::add);

	@AfterEach
	void restore() {
		System.setOut(this.original);
		this.watch.end();
	}

	@Test
	void outputThatIsReadShouldBeNoProblem() {
		for (int i = 0; i < 1000; i++) {
			System.out.print("");
			assertThat(this.watch.problem()).isNull();
		}
		assertThat(this.notices).isEmpty();
	}

	@Test
	void outputThatIsNotReadShouldBeAProblemUntilItIs() throws Exception {
		Process reader = new ProcessBuilder("sleep", "300").start();
		try {
			PrintStream output = new PrintStream(reader.getOutputStream(), true);
			System.setOut(output);
			Thread writer = new Thread(() -> output.println("x".repeat(1_000_000)), "the-writer");
			writer.setDaemon(true);
			writer.start();
			Await.until("the thread writes", () -> writer.getStackTrace().length > 0
					&& writer.getStackTrace()[0].getClassName().equals("java.io.FileOutputStream"));
			Await.until("it is told", () -> {
				this.watch.heartbeats(List.of());
				return !this.notices.isEmpty();
			});
			assertThat(this.watch.problem()).matches("standard output is not read: thread 'the-writer' has been "
					+ "writing for \\d+ s, and whatever logs waits for it");
			assertThat(this.notices).hasSize(1);
		}
		finally {
			reader.destroyForcibly();
		}
		// nobody can read any more, so that the thread goes on
		Await.until("all is well", () -> this.watch.problem() == null);
		assertThat(this.notices).hasSize(1);
	}

	@Test
	void lockThatIsOnlyHeldShouldBeNoProblem() {
		PrintStream output = new PrintStream(System.out, true);
		System.setOut(output);
		Thread holder = new Thread(() -> {
			synchronized (output) {
				Await.passing(Duration.ofSeconds(2));
			}
		});
		holder.start();
		while (holder.isAlive()) {
			assertThat(this.watch.problem()).isNull();
			Await.passing(Duration.ofMillis(20));
		}
	}

}
