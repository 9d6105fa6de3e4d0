package io.github.samboot.watchdog.internal.cluster;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.github.samboot.core.CsError;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamOptions;
import io.github.samboot.test.Await;
import io.github.samboot.watchdog.internal.log.Log;
import io.github.samboot.watchdog.internal.supervision.Event;
import io.github.samboot.watchdog.internal.supervision.Lane;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for {@link ClusterLink}.
 */
@Timeout(240)
class ClusterLinkTests implements ClusterLink.Callback, ClusterLink.Outcome {

	private final ScriptedCorosync corosync = new ScriptedCorosync();

	private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

	private final TestProvider provider = new TestProvider();

	private boolean hasThreads = true;

	private Error error;

	private final ClusterLink cluster = new ClusterLink(4711, () -> this.corosync, new Log(), this) {

		@Override
		QuorumProvider provider() {
			return ClusterLinkTests.this.provider;
		}

	};

	@AfterEach
	void close() {
		this.corosync.frozen(false);
		this.cluster.close(true);
	}

	/**
	 * The application asks again over another connection.
	 */
	@Test
	void quorumShouldBeAskedForAgainWhenItsThreadCouldNotBeStarted() throws Exception {
		this.hasThreads = false;
		Event.Initialize event = initialize(RecoveryPolicy.QUORUM_RESTART, false);
		assertThatThrownBy(() -> this.cluster.begin(event, this)).isInstanceOf(OutOfMemoryError.class);
		this.hasThreads = true;
		this.cluster.begin(event, this);
		this.provider.told.quorumChanged(true, List.of(1L, 2L));
		assertThat(this.heard.poll(30, TimeUnit.SECONDS)).isEqualTo("quorate [1, 2]");
		Await.until("the answer", () -> {
			this.cluster.progressed();
			return this.heard.contains("connected");
		});
	}

	/**
	 * Its thread waits for an answer of Corosync when it is closed.
	 */
	@Test
	void publisherThatIsClosedShouldNotLetALaterCallFail() {
		this.corosync.frozen(true);
		this.cluster.begin(initialize(RecoveryPolicy.RESTART, true), this);
		Await.until("a question", this.corosync::isAsked);
		this.cluster.close(true);
		SamOptions other = SamOptions.builder(Duration.ofSeconds(1), RecoveryPolicy.RESTART).build();
		this.cluster.open(other);
		this.corosync.running(false);
		this.corosync.frozen(false);
		Await.until("the end of the publisher",
				() -> Thread.getAllStackTraces()
					.keySet()
					.stream()
					.noneMatch((thread) -> thread.getName().equals("sam-cmap")));
		assertThat(this.cluster.isOpen()).isTrue();
	}

	private QuorumListener told() {
		this.cluster
			.open(SamOptions.builder(Duration.ofSeconds(1), RecoveryPolicy.QUORUM_RESTART).awaitDaemon(true).build());
		return this.provider.told;
	}

	@Test
	void sameAnswerShouldBeToldOnce() {
		QuorumListener told = told();
		told.quorumChanged(true, List.of(1L, 2L));
		told.quorumChanged(true, List.of(1L, 2L));
		told.quorumChanged(true, List.of(1L));
		told.quorumChanged(false, List.of(1L));
		assertThat(this.heard).containsExactly("quorate [1, 2]", "quorate [1]", "not quorate [1]");
	}

	@Test
	void outageShouldBeToldOncePerProblem() {
		QuorumListener told = told();
		told.quorumUnavailable(CsError.LIBRARY, "gone");
		told.quorumUnavailable(CsError.LIBRARY, "still gone");
		told.quorumUnavailable(CsError.TRY_AGAIN, "starting");
		told.quorumUnavailable(CsError.ACCESS, "not for you");
		told.quorumChanged(true, List.of(1L));
		told.quorumUnavailable(CsError.LIBRARY, "gone again");
		assertThat(this.heard).containsExactly("gone", "not for you", "quorate [1]", "gone again");
	}

	@Test
	void answerFromBeforeAnOutageShouldBeToldAgain() {
		QuorumListener told = told();
		told.quorumChanged(true, List.of(1L));
		told.quorumUnavailable(CsError.LIBRARY, "gone");
		told.quorumChanged(true, List.of(1L));
		assertThat(this.heard).containsExactly("quorate [1]", "gone", "quorate [1]");
	}

	@Test
	void newsThatCouldNotBeToldShouldBeToldAgain() {
		QuorumListener told = told();
		OutOfMemoryError error = new OutOfMemoryError("as asked");
		for (int i = 0; i < 2; i++) {
			this.error = error;
			assertThatThrownBy(() -> told.quorumChanged(true, List.of(1L))).isSameAs(error);
			told.quorumChanged(true, List.of(1L));
			this.error = error;
			assertThatThrownBy(() -> told.quorumUnavailable(CsError.LIBRARY, "gone")).isSameAs(error);
			told.quorumUnavailable(CsError.LIBRARY, "gone");
		}
		assertThat(this.heard).containsExactly("quorate [1]", "gone", "quorate [1]", "gone");
	}

	@Test
	void closedLinkShouldBeSilent() {
		QuorumListener told = told();
		this.cluster.close(true);
		assertThat(this.provider.closed).isTrue();
		told.quorumChanged(true, List.of(1L));
		told.quorumUnavailable(CsError.LIBRARY, "gone");
		assertThat(this.heard).isEmpty();
	}

	private static Event.Initialize initialize(RecoveryPolicy policy, boolean cmap) {
		return new Event.Initialize(Lane.ACTIVE, 1,
				SamOptions.builder(Duration.ofSeconds(1), policy).cmap(cmap).build());
	}

	@Override
	public void quorum(boolean quorate, List<Long> members, String problem) {
		Error error = this.error;
		this.error = null;
		if (error != null) {
			throw error;
		}
		this.heard.add(problem.isEmpty() ? (quorate ? "quorate " : "not quorate ") + members : problem);
	}

	@Override
	public void progress() {
	}

	@Override
	public void connected(Event.Initialize event) {
		this.heard.add("connected");
	}

	@Override
	public void failed(Event.Initialize event, SamException problem) {
		this.heard.add("failed: " + problem.reason());
	}

	private final class TestProvider implements QuorumProvider {

		private QuorumListener told;

		private boolean closed;

		@Override
		public void start(QuorumListener listener) {
			if (!ClusterLinkTests.this.hasThreads) {
				throw new OutOfMemoryError("unable to create native thread");
			}
			this.told = listener;
		}

		@Override
		public void close() {
			this.closed = true;
		}

	}

}
