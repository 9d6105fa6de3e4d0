package io.github.samboot.watchdog.internal.cluster;

import java.util.List;

import io.github.samboot.core.CsError;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
	void newsThatCouldNotBeToldShouldBeToldAgain() {
		this.monitor.start();
		OutOfMemoryError error = new OutOfMemoryError("as asked");
		for (int i = 0; i < 2; i++) {
			this.listener.failWith(error);
			assertThatThrownBy(() -> this.provider.told.quorumChanged(QUORATE)).isSameAs(error);
			this.provider.told.quorumChanged(QUORATE);
			this.listener.failWith(error);
			assertThatThrownBy(() -> this.provider.told.quorumUnavailable(CsError.LIBRARY, "gone")).isSameAs(error);
			this.provider.told.quorumUnavailable(CsError.LIBRARY, "gone");
		}
		assertThat(this.listener.heard()).containsExactly("quorate [1, 2]", "unavailable LIBRARY: gone",
				"quorate [1, 2]", "unavailable LIBRARY: gone");
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
		public void start(QuorumListener listener) {
			this.told = listener;
		}

		@Override
		public void close() {
			this.closed = true;
		}

	}

}
