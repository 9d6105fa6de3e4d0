package io.github.samboot.watchdog.internal.cluster;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

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

	private boolean hasThreads = true;

	private final ClusterLink cluster = new ClusterLink(4711, () -> this.corosync, new Log(), this) {

		@Override
		QuorumProvider provider() {
			return ClusterLinkTests.this.hasThreads ? super.provider() : new Threadless();
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
		assertThat(this.heard.poll(30, TimeUnit.SECONDS)).isEqualTo("quorate");
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

	private static Event.Initialize initialize(RecoveryPolicy policy, boolean cmap) {
		return new Event.Initialize(Lane.ACTIVE, 1,
				SamOptions.builder(Duration.ofSeconds(1), policy).cmap(cmap).build());
	}

	@Override
	public void quorum(boolean quorate, List<Long> members, String problem) {
		this.heard.add(quorate ? "quorate" : "not quorate");
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

	/**
	 * At a limit of threads.
	 */
	private static final class Threadless implements QuorumProvider {

		@Override
		public void start(QuorumListener listener) {
			throw new OutOfMemoryError("unable to create native thread");
		}

		@Override
		public void close() {
		}

	}

}
