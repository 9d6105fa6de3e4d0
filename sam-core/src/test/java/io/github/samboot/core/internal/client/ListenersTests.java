package io.github.samboot.core.internal.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamListener;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.internal.wire.MessageType;
import io.github.samboot.core.internal.wire.Payload;
import io.github.samboot.test.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Listeners}, with a watchdog that has something to tell.
 */
@Timeout(240)
class ListenersTests {

	private final List<String> heard = new CopyOnWriteArrayList<>();

	private final CountDownLatch stuck = new CountDownLatch(1);

	private ScriptedWatchdog watchdog;

	private ProcessSam sam;

	@BeforeEach
	void supervise(@TempDir Path directory) throws Exception {
		this.watchdog = ScriptedWatchdog.living(directory);
		this.sam = new ProcessSam(this.watchdog.address());
		this.sam.initialize(Duration.ofSeconds(10), RecoveryPolicy.RESTART);
		this.sam.register();
		this.sam.start();
	}

	@AfterEach
	void end() throws Exception {
		this.stuck.countDown();
		this.sam.stopping();
		this.watchdog.close();
	}

	private void tellOfRecovery() {
		this.watchdog.tell(MessageType.RECOVERY_IMMINENT,
				Payload.recoveryImminent(IncidentReason.REQUESTED, "an operator wants it", Duration.ofSeconds(1)));
	}

	private SamListener hearing() {
		return new SamListener() {

			@Override
			public void recoveryImminent(IncidentReason reason, String message, Duration gracePeriod) {
				ListenersTests.this.heard.add("imminent");
			}

			@Override
			public void quorumChanged(boolean quorate, List<Long> members) {
				ListenersTests.this.heard.add("quorum " + quorate);
			}

		};
	}

	private SamListener thatDoes(Runnable task) {
		return new SamListener() {

			@Override
			public void recoveryImminent(IncidentReason reason, String message, Duration gracePeriod) {
				task.run();
			}

		};
	}

	private void awaitEnd() {
		try {
			this.stuck.await(60, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Test
	void whatWasToldBeforeAnAnswerShouldBeHeardByThen() {
		this.sam.addListener(hearing());
		this.watchdog.beforeAnswer(() -> {
			this.watchdog.tell(MessageType.QUORUM, Payload.quorum(false, List.of()));
			tellOfRecovery();
		});
		assertThat(this.sam.status()).isNotNull();
		assertThat(this.heard).containsExactly("quorum false", "imminent");
	}

	@Test
	void listenerThatFailsShouldNotConcernAnybodyElse() {
		this.sam.addListener(thatDoes(() -> {
			throw new StackOverflowError("of a listener");
		}));
		this.sam.addListener(hearing());
		this.watchdog.beforeAnswer(this::tellOfRecovery);
		assertThat(this.sam.status()).isNotNull();
		assertThat(this.sam.status()).isNotNull();
		assertThat(this.heard).containsExactly("imminent", "imminent");
		assertThat(this.sam.connection()).isEqualTo(WatchdogConnection.CONNECTED);
	}

	@Test
	void listenerThatDoesNotReturnShouldKeepNobodyFromAnAnswer() {
		this.sam.addListener(thatDoes(this::awaitEnd));
		tellOfRecovery();
		assertThat(this.sam.status()).isNotNull();
		this.sam.stop();
		this.sam.start();
		assertThat(this.sam.status()).isNotNull();
	}

	@Test
	void listenerShouldBeAbleToAsk() {
		List<SamStatus> answers = new CopyOnWriteArrayList<>();
		this.sam.addListener(thatDoes(() -> {
			this.sam.dataStore(new byte[1]);
			answers.add(this.sam.status());
		}));
		tellOfRecovery();
		Await.until("the answer", () -> answers.size() == 1);
		assertThat(answers.get(0)).isNotNull();
	}

}
