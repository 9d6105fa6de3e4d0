package io.github.samboot.watchdog.internal.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.samboot.core.CsError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Shows that a source that must be asked, and may be slow, fits the same seam.
 */
@Timeout(240)
class PolledQuorumProviderTests extends QuorumProviderContractTests {

	private final AtomicInteger threads = new AtomicInteger();

	@TempDir
	private Path directory;

	private Path file;

	@BeforeEach
	void beQuorate() {
		this.file = this.directory.resolve("quorum");
		giveQuorum();
	}

	@Override
	QuorumProvider provider() {
		return new PolledFile(this.file, this.threads);
	}

	@Override
	void giveQuorum() {
		write("yes");
	}

	@Override
	void takeQuorum() {
		write("no");
	}

	@Override
	void breakSource() {
		try {
			Files.delete(this.file);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	@Override
	void mendSource() {
		giveQuorum();
	}

	@Override
	int held() {
		return this.threads.get();
	}

	private void write(String answer) {
		try {
			Path next = this.directory.resolve("next");
			Files.writeString(next, answer);
			Files.move(next, this.file, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	@Test
	void answerThatComesTooLateShouldCountAsLost() {
		RecordingListener listener = new RecordingListener();
		try (QuorumProvider provider = provider()) {
			provider.start(listener);
			assertThat(listener.next()).startsWith("quorate [");
			write("slow");
			assertThat(listener.next()).startsWith("unavailable TIMEOUT: ");
			giveQuorum();
			assertThat(listener.next()).startsWith("quorate [");
		}
	}

	/**
	 * One thread asks, another one watches the clock.
	 */
	private static final class PolledFile implements QuorumProvider {

		private static final Duration PERIOD = Duration.ofMillis(20);

		private static final Duration TIMEOUT = Duration.ofSeconds(3);

		private final Path file;

		private final AtomicInteger threads;

		private ExecutorService asking;

		private Thread clock;

		PolledFile(Path file, AtomicInteger threads) {
			this.file = file;
			this.threads = threads;
		}

		@Override
		public void start(QuorumListener listener) {
			this.asking = Executors.newSingleThreadExecutor();
			this.clock = new Thread(() -> poll(listener), "quorum-clock");
			this.threads.incrementAndGet();
			this.clock.start();
		}

		private void poll(QuorumListener listener) {
			try {
				while (true) {
					Future<Boolean> answer = this.asking.submit(this::ask);
					try {
						listener.quorumChanged(answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS), List.of(1L, 2L));
					}
					catch (TimeoutException ex) {
						answer.cancel(true);
						listener.quorumUnavailable(CsError.TIMEOUT, "The source did not answer within " + TIMEOUT);
					}
					catch (ExecutionException ex) {
						listener.quorumUnavailable(CsError.NOT_EXIST, "The source is not there: " + ex.getCause());
					}
					TimeUnit.NANOSECONDS.sleep(PERIOD.toNanos());
				}
			}
			catch (InterruptedException ex) {
				// closed
			}
			finally {
				this.threads.decrementAndGet();
			}
		}

		private boolean ask() throws IOException, InterruptedException {
			String answer = Files.readString(this.file);
			if (answer.equals("slow")) {
				TimeUnit.MINUTES.sleep(1);
			}
			return answer.equals("yes");
		}

		@Override
		public void close() {
			if (this.clock == null) {
				return;
			}
			this.clock.interrupt();
			this.asking.shutdownNow();
			try {
				this.clock.join(2000);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
