package io.github.samboot.boot.internal.lifecycle;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.github.samboot.core.CsError;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.SupervisionState;
import io.github.samboot.core.internal.client.WatchdogConnection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link QuorumWait}.
 */
@ExtendWith(OutputCaptureExtension.class)
class QuorumWaitTests {

	private final RecordingSam sam = RecordingSam.initialized();

	private final Supervision supervision = this.sam.supervision();

	private final AtomicInteger waits = new AtomicInteger();

	private final QuorumWait wait = new QuorumWait(this.supervision, true, this.waits::incrementAndGet,
			Duration.ofMillis(50));

	@Test
	void waitShouldBeSeenFromBeginningToEnd(CapturedOutput output) throws Exception {
		quorum(RecoveryPolicy.QUORUM_RESTART, new SamStatus.Quorum("corosync", false, List.of(3L)));
		CountDownLatch quorate = new CountDownLatch(1);
		Thread thread = start(() -> awaitUnchecked(quorate), new AtomicReference<>());
		await().until(() -> output.getOut().contains("still waits"));
		assertThat(thread.getState()).as("a closing context interrupts in this state only")
			.isEqualTo(Thread.State.WAITING);
		assertThat(output).contains("Start-up waits here until the cluster is quorate, nodes in sight: [3]");
		assertThat(this.waits).hasValue(1);
		quorate.countDown();
		thread.join(10_000);
		assertThat(output).containsPattern("Start-up goes on after waiting \\d+\\.\\d s for quorum");
	}

	@Test
	void quorateClusterShouldNotBeMentioned(CapturedOutput output) {
		quorum(RecoveryPolicy.QUORUM_RESTART, new SamStatus.Quorum("corosync", true, List.of(1L)));
		this.wait.during(() -> {
		});
		assertThat(output).doesNotContain("Start-up");
		assertThat(this.waits).hasValue(0);
	}

	@Test
	void providerThatHasNotAnsweredShouldBeWaitedFor(CapturedOutput output) {
		quorum(RecoveryPolicy.QUORUM_QUIT, null);
		this.wait.during(() -> {
		});
		assertThat(output).contains("Start-up waits here until the cluster is quorate, no nodes in sight");
	}

	@Test
	void policyWithoutQuorumShouldJustStart(CapturedOutput output) {
		quorum(RecoveryPolicy.RESTART, null);
		AtomicInteger starts = new AtomicInteger();
		new QuorumWait(this.supervision, false, this.waits::incrementAndGet).during(starts::incrementAndGet);
		this.sam.unsupervised();
		this.wait.during(starts::incrementAndGet);
		assertThat(starts).hasValue(2);
		assertThat(this.waits).hasValue(0);
		assertThat(output).doesNotContain("Start-up");
	}

	@Test
	void watchdogThatIsSlowToAnswerShouldCountAsWaiting(CapturedOutput output) {
		this.sam.status(null);
		this.wait.during(() -> {
		});
		assertThat(this.waits).as("a probe must not end an application that only waits").hasValue(1);
		assertThat(output).contains("Start-up waits here");
	}

	@Test
	void interruptShouldEndTheWaitAndNotReachWhatIsStoppedNext() throws Exception {
		quorum(RecoveryPolicy.QUORUM_RESTART, new SamStatus.Quorum("corosync", false, List.of()));
		AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
		Thread thread = start(() -> awaitUnchecked(new CountDownLatch(1)), failure);
		await().until(() -> thread.getState() == Thread.State.WAITING);
		thread.interrupt();
		thread.join(10_000);
		assertThat(failure.get()).isInstanceOfSatisfying(SamException.class,
				(ex) -> assertThat(ex.error()).isEqualTo(CsError.INTERRUPT));
	}

	@Test
	void lostWatchdogShouldBeReplacedAndAskedAgain() throws Exception {
		quorum(RecoveryPolicy.QUORUM_RESTART, new SamStatus.Quorum("corosync", false, List.of()));
		AtomicInteger starts = new AtomicInteger();
		Thread thread = start(() -> {
			if (starts.incrementAndGet() == 1) {
				throw new SamException(CsError.LIBRARY, "The watchdog has ended");
			}
		}, new AtomicReference<>());
		// the loss is known after the call has failed
		await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
		this.sam.withConnection(WatchdogConnection.REPLACING);
		this.wait.watchdogLost();
		await().until(() -> thread.getState() == Thread.State.WAITING);
		assertThat(starts).hasValue(1);
		this.sam.withConnection(WatchdogConnection.CONNECTED);
		this.wait.watchdogReplaced(4712);
		thread.join(10_000);
		assertThat(starts).hasValue(2);
	}

	@Test
	void watchdogThatCannotBeReplacedShouldEndTheWait() throws Exception {
		quorum(RecoveryPolicy.QUORUM_RESTART, new SamStatus.Quorum("corosync", false, List.of()));
		this.sam.withConnection(WatchdogConnection.REPLACING);
		AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
		Thread thread = start(() -> {
			throw new SamException(CsError.LIBRARY, "The watchdog has ended");
		}, failure);
		await().until(() -> thread.getState() == Thread.State.WAITING);
		this.sam.withConnection(WatchdogConnection.REPLACEMENT_FAILED);
		this.wait.watchdogReplacementFailed("no memory");
		this.sam.withConnection(WatchdogConnection.IRREPLACEABLE);
		this.wait.watchdogReplacementFailed("another release");
		thread.join(10_000);
		assertThat(failure.get()).hasMessageContaining("restart the application");
	}

	@Test
	void otherFailureShouldBePassedOn() {
		quorum(RecoveryPolicy.QUORUM_RESTART, new SamStatus.Quorum("corosync", true, List.of()));
		assertThatThrownBy(() -> this.wait.during(() -> {
			throw new SamException(CsError.BAD_HANDLE, "No");
		})).hasMessage("No (BAD_HANDLE)");
	}

	private Thread start(Runnable call, AtomicReference<@Nullable Throwable> failure) {
		Thread thread = new Thread(() -> {
			try {
				this.wait.during(call);
			}
			catch (RuntimeException ex) {
				failure.set(Thread.currentThread().isInterrupted() ? new IllegalStateException("interrupted", ex) : ex);
			}
		});
		thread.start();
		return thread;
	}

	/**
	 * As the client does.
	 */
	private static void awaitUnchecked(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SamException(CsError.INTERRUPT, "Interrupted while waiting in START");
		}
	}

	private void quorum(RecoveryPolicy policy, SamStatus.@Nullable Quorum quorum) {
		this.sam.status(new SamStatus(SupervisionState.STARTING, 0, 2, 1, "parent", policy, Duration.ofSeconds(1),
				quorum, null, null, null, 0, 0, Map.of(), Duration.ZERO, List.of()));
	}

}
