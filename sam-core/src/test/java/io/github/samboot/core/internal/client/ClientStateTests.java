package io.github.samboot.core.internal.client;

import java.time.Duration;

import io.github.samboot.core.CsError;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamState;
import io.github.samboot.core.Signal;
import io.github.samboot.core.internal.client.ClientState.Role;
import io.github.samboot.core.internal.client.ClientState.Supervision;
import io.github.samboot.core.internal.wire.MessageType;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ClientState}.
 */
class ClientStateTests {

	private static final byte[] NOTHING = new byte[0];

	private static final long HOUR = Duration.ofHours(1).toNanos();

	private static final ClientState INITIALIZED = ClientState.INITIAL
		.initialized(SamOptions.of(Duration.ofSeconds(1), RecoveryPolicy.RESTART));

	private static final ClientState STARTED = INITIALIZED.registered(3).started(true, 0);

	@Test
	void stateThatDoesNotAllowACallShouldSayWhichDo() {
		assertThatExceptionOfType(SamException.class)
			.isThrownBy(() -> INITIALIZED.require(SamState.REGISTERED, SamState.STARTED))
			.withMessageContaining("state INITIALIZED, only in [REGISTERED, STARTED]")
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(CsError.BAD_HANDLE));
	}

	@Test
	void watchdogShouldBeWantedFromRegisterUntilTheApplicationCloses() {
		assertThat(INITIALIZED.wantsWatchdog()).isFalse();
		assertThat(INITIALIZED.registered(0).wantsWatchdog()).isTrue();
		assertThat(STARTED.wantsWatchdog()).isTrue();
		assertThat(STARTED.stopped().wantsWatchdog()).isTrue();
		assertThat(STARTED.closes(true).wantsWatchdog()).isFalse();
		assertThat(STARTED.closes(true).startsAgain().wantsWatchdog()).isTrue();
		assertThat(STARTED.finalized().wantsWatchdog()).isFalse();
	}

	@Test
	void watchdogShouldBeWantedToTheEndIfAnotherInstanceIsToFollow() {
		ClientState replaced = STARTED.toBeReplaced(HOUR);
		assertThat(replaced.closes(true).wantsWatchdog()).isTrue();
		assertThat(replaced.closes(true).ends()).isTrue();
		assertThat(replaced.reported(MessageType.UNHEALTHY, NOTHING).closes(true).wantsWatchdog()).isTrue();
		assertThat(replaced.reported(MessageType.MARK_FAILED, NOTHING).closes(true).wantsWatchdog()).isFalse();
		assertThat(replaced.closes(true).startsAgain().report()).isNull();
		assertThat(STARTED.reported(MessageType.UNHEALTHY, NOTHING).toBeReplaced(HOUR).report().isAnnounced())
			.isFalse();
	}

	@Test
	void anotherWatchdogShouldNeverBeWantedByAProcessThatEndsWithIt() {
		ClientState exits = ClientState.INITIAL
			.initialized(SamOptions.builder(Duration.ofSeconds(1), RecoveryPolicy.RESTART)
				.onLoss(SamOptions.WatchdogLoss.EXIT)
				.build())
			.registered(0)
			.started(true, 0);
		assertThat(exits.needsWatchdog()).isTrue();
		assertThat(exits.wantsWatchdog()).isFalse();
		ClientState replaced = exits.toBeReplaced(HOUR).closes(true);
		assertThat(replaced.needsWatchdog()).isFalse();
		assertThat(replaced.wantsWatchdog()).isFalse();
	}

	@Test
	void announcementShouldBeOverForAProcessThatOutlivesIt() {
		ClientState spared = STARTED.toBeReplaced(-1);
		assertThat(spared.closes(true).wantsWatchdog()).isFalse();
		assertThat(spared.toBeReplaced(HOUR).closes(true).wantsWatchdog()).isTrue();
		assertThat(STARTED.closes(true).toBeReplaced(-1).closes(true).wantsWatchdog()).isTrue();
		assertThat(spared.reported(MessageType.UNHEALTHY, NOTHING).closes(true).wantsWatchdog()).isTrue();
	}

	@Test
	void processShouldCountAsUnregisteredUnlessItHasDeclined() {
		assertThat(INITIALIZED.isUnregistered()).isTrue();
		assertThat(INITIALIZED.declined().isUnregistered()).isFalse();
		assertThat(INITIALIZED.closes(false).isUnregistered()).isFalse();
		assertThat(INITIALIZED.registered(0).isUnregistered()).isFalse();
	}

	@Test
	void spareThatIsRegisteredShouldBePromoted() {
		assertThat(INITIALIZED.spare().registered(1).role()).isEqualTo(Role.PROMOTED);
		assertThat(INITIALIZED.registered(1).role()).isEqualTo(Role.ACTIVE);
	}

	@Test
	void spareThatDeclinesShouldStayASpare() {
		assertThat(INITIALIZED.spare().declined().isSpare()).isTrue();
		assertThat(INITIALIZED.spare().promoted().role()).isEqualTo(Role.PROMOTED);
		assertThat(INITIALIZED.promoted().role()).isEqualTo(Role.ACTIVE);
	}

	@Test
	void closingThatBeganDuringStartShouldStand() {
		ClientState closes = INITIALIZED.registered(0).closes(true);
		assertThat(closes.started(false, 0).closing().isRequested()).isTrue();
		assertThat(closes.started(false, 1).closing().isRequested()).isFalse();
		assertThat(closes.started(false, 1).isClosing()).isFalse();
	}

	@Test
	void startupShouldBeOverOnce() {
		assertThat(STARTED.startupContinues()).isTrue();
		ClientState ready = STARTED.ready();
		assertThat(ready.startupContinues()).isFalse();
		assertThat(ready.ready()).isSameAs(ready);
		assertThat(ready.closes(true).startsAgain().startupContinues()).isTrue();
	}

	@Test
	void reportShouldBeForgottenWithTheStartItBelongsTo() {
		ClientState unhealthy = STARTED.reported(MessageType.UNHEALTHY, NOTHING);
		assertThat(unhealthy.reported(MessageType.RECOVER, NOTHING)).isSameAs(unhealthy);
		assertThat(unhealthy.stopped().report()).isNull();
		assertThat(unhealthy.stopped().supervision()).isEqualTo(Supervision.STOPPED);
		ClientState failed = unhealthy.reported(MessageType.MARK_FAILED, NOTHING);
		assertThat(failed.stopped().report()).isEqualTo(failed.report());
	}

	@Test
	void refusalShouldLeaveWhatWasReportedBefore() {
		ClientState announced = STARTED.toBeReplaced(1);
		ClientState asked = announced.reported(MessageType.RECOVER, NOTHING);
		assertThat(asked.report()).isNotEqualTo(announced.report());
		assertThat(asked.reportRefused(asked.report(), announced.report()).report()).isSameAs(announced.report());
		ClientState failed = asked.reported(MessageType.MARK_FAILED, NOTHING);
		assertThat(failed.reportRefused(asked.report(), announced.report())).isSameAs(failed);
		ClientState first = STARTED.reported(MessageType.MARK_FAILED, NOTHING);
		assertThat(first.reportRefused(first.report(), STARTED.report()).report()).isNull();
	}

	@Test
	void warnSignalShouldBeAmongTheOptionsForAnotherWatchdog() {
		SamOptions options = STARTED.warnSignal(Signal.SIGUSR1).optionsForAnother();
		assertThat(options.ending().warnSignal()).isEqualTo(Signal.SIGUSR1);
		assertThat(options.cluster().awaitDaemon()).isTrue();
	}

	@Test
	void startupShouldOnlyBeExtended() {
		assertThat(STARTED.startupExtended(5).startupExtended(3).startupEnd()).isEqualTo(5);
		assertThat(STARTED.startupExtended(5).startupExtended(7).startupEnd()).isEqualTo(7);
	}

}
