package io.github.samboot.watchdog.internal.cluster;

import java.time.Duration;
import java.util.List;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link QuorumMonitor}.
 */
class QuorumMonitorTests {

	private static final QuorumView QUORATE = new QuorumView(true, List.of(1L, 2L));

	private final TestProvider provider = new TestProvider();

	private final RecordingListener listener = new RecordingListener();

	private final QuorumMonitor monitor = new QuorumMonitor(this.provider, this.listener);

	@Test
	void sameAnswerShouldBeToldOnce() {
		this.monitor.start();
		this.provider.told.quorumChanged(QUORATE);
		this.provider.told.quorumChanged(new QuorumView(true, List.of(1L, 2L)));
		this.provider.told.quorumChanged(new QuorumView(true, List.of(1L)));
		assertThat(this.listener.heard()).containsExactly("quorate [1, 2]", "quorate [1]");
	}

	@Test
	void outageShouldBeToldOncePerProblem() {
		this.monitor.start();
		this.provider.told.quorumUnavailable(CsError.LIBRARY, "gone");
		this.provider.told.quorumUnavailable(CsError.LIBRARY, "still gone");
		this.provider.told.quorumUnavailable(CsError.TRY_AGAIN, "starting");
		this.provider.told.quorumUnavailable(CsError.ACCESS, "not for you");
		this.provider.told.quorumChanged(QUORATE);
		this.provider.told.quorumUnavailable(CsError.LIBRARY, "gone again");
		assertThat(this.listener.heard()).containsExactly("unavailable LIBRARY: gone",
				"unavailable ACCESS: not for you", "quorate [1, 2]", "unavailable LIBRARY: gone again");
	}

	@Test
	void answerFromBeforeAnOutageShouldBeToldAgain() {
		this.monitor.start();
		this.provider.told.quorumChanged(QUORATE);
		this.provider.told.quorumUnavailable(CsError.LIBRARY, "gone");
		this.provider.told.quorumChanged(QUORATE);
		assertThat(this.listener.heard()).hasSize(3).last().isEqualTo("quorate [1, 2]");
	}

	@Test
	void statusShouldShowTheLastWord() {
		assertThat(this.monitor.status().quorate()).isFalse();
		this.monitor.start();
		this.provider.told.quorumChanged(QUORATE);
		assertThat(this.monitor.status().provider()).isEqualTo("test");
		assertThat(this.monitor.status().quorate()).isTrue();
		assertThat(this.monitor.status().members()).containsExactly(1L, 2L);
		this.provider.told.quorumUnavailable(CsError.LIBRARY, "gone");
		assertThat(this.monitor.status().quorate()).isFalse();
		assertThat(this.monitor.status().members()).isEmpty();
		assertThat(this.monitor.problem()).isEqualTo("gone");
	}

	@Test
	void awaitFirstShouldReturnTheAnswer() {
		this.monitor.start();
		new Thread(() -> this.provider.told.quorumChanged(QUORATE)).start();
		assertThat(this.monitor.awaitFirst(Duration.ofSeconds(20)).members()).containsExactly(1L, 2L);
	}

	@Test
	void awaitFirstShouldThrowTheProvidersError() {
		this.monitor.start();
		new Thread(() -> this.provider.told.quorumUnavailable(CsError.ACCESS, "not for you")).start();
		assertThatExceptionOfType(SamException.class).isThrownBy(() -> this.monitor.awaitFirst(Duration.ofSeconds(20)))
			.withMessageContaining("not for you")
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(CsError.ACCESS));
	}

	@Test
	void awaitFirstWithoutAnyAnswerShouldTimeOut() {
		this.monitor.start();
		assertThatExceptionOfType(SamException.class).isThrownBy(() -> this.monitor.awaitFirst(Duration.ofMillis(10)))
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(CsError.TIMEOUT));
	}

	@Test
	void awaitFirstWhenInterruptedShouldEnd() {
		this.monitor.start();
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(SamException.class).isThrownBy(() -> this.monitor.awaitFirst(Duration.ofSeconds(20)))
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(CsError.INTERRUPT));
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void closedMonitorShouldBeSilent() {
		this.monitor.start();
		this.monitor.close();
		assertThat(this.provider.closed).isTrue();
		this.provider.told.quorumChanged(QUORATE);
		this.provider.told.quorumUnavailable(CsError.LIBRARY, "gone");
		assertThat(this.listener.heard()).isEmpty();
	}

	private static final class TestProvider implements QuorumProvider {

		private QuorumListener told;

		private boolean closed;

		@Override
		public String name() {
			return "test";
		}

		@Override
		public void start(QuorumListener listener) {
			this.told = listener;
		}

		@Override
		public void close() {
			this.closed = true;
		}

	}

}
