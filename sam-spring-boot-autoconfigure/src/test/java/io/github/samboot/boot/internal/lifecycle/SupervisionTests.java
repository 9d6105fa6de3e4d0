package io.github.samboot.boot.internal.lifecycle;

import java.time.Duration;

import io.github.samboot.boot.internal.diagnostics.SamClusterException;
import io.github.samboot.boot.internal.launch.LaunchState;
import io.github.samboot.core.CsError;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SupervisionState;
import io.github.samboot.core.WatchdogMode;
import io.github.samboot.core.internal.client.WatchdogConnection;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Supervision}.
 */
class SupervisionTests {

	private static final SamOptions OPTIONS = SamOptions.of(Duration.ofSeconds(1), RecoveryPolicy.RESTART);

	private final RecordingSam sam = new RecordingSam();

	private final Supervision supervision = this.sam.supervision();

	@Test
	void launchShouldDecideWhetherThereIsSupervision() {
		this.sam.launched(LaunchState.supervised(WatchdogMode.SIDECAR, "Running in sidecar mode."));
		assertThat(this.supervision.isSupervised()).isTrue();
		assertThat(this.supervision.reason()).isNull();
		assertThat(this.supervision.mode()).isEqualTo("sidecar");
		this.sam.launched(LaunchState.inert("It runs tests."));
		assertThat(this.supervision.isSupervised()).isFalse();
		assertThat(this.supervision.reason()).isEqualTo("It runs tests.");
		assertThat(this.supervision.mode()).isEqualTo("off");
	}

	@Test
	void watchdogShouldKnowTheModeBest() {
		this.sam.launched(LaunchState.supervised(WatchdogMode.EXTERNAL, ""));
		assertThat(this.supervision.mode()).isEqualTo("external");
		assertThat(this.sam.inState(SupervisionState.RUNNING).supervision().mode()).isEqualTo("parent");
	}

	@Test
	void processThatInheritedTheAddressShouldNotBeSupervised() {
		failToInitialize(CsError.ACCESS);
		this.sam.withConnection(WatchdogConnection.NONE);
		this.supervision.initialize(OPTIONS);
		assertThat(this.supervision.isSupervised()).isFalse();
		assertThat(this.supervision.reason()).contains("a start script must exec");
	}

	@Test
	void refusalByTheClusterShouldNameWhatAsksForIt() {
		SamOptions cluster = SamOptions.builder(Duration.ofSeconds(1), RecoveryPolicy.RESTART).cmap(true).build();
		failToInitialize(CsError.ACCESS);
		assertThatExceptionOfType(SamClusterException.class).isThrownBy(() -> this.supervision.initialize(cluster));
		assertThatExceptionOfType(SamException.class).isThrownBy(() -> this.supervision.initialize(OPTIONS))
			.isNotInstanceOf(SamClusterException.class);
		failToInitialize(CsError.INTERRUPT);
		assertThatExceptionOfType(SamException.class).isThrownBy(() -> this.supervision.initialize(cluster))
			.isNotInstanceOf(SamClusterException.class);
	}

	@Test
	void declineShouldNotNeedWatchdog() {
		this.sam.withConnection(WatchdogConnection.NONE);
		this.supervision.decline("There is no watchdog.");
		assertThat(this.supervision.reason()).isEqualTo("There is no watchdog.");
		assertThat(this.sam.calls()).isEmpty();
	}

	@Test
	void contextsOfOneProcessShouldTakeTurns() {
		Object first = new Object();
		Object second = new Object();
		assertThat(this.supervision.acquire(first)).isTrue();
		assertThat(this.supervision.acquire(first)).isTrue();
		assertThat(this.supervision.acquire(second)).isFalse();
		this.supervision.release(second);
		assertThat(this.supervision.acquire(second)).isFalse();
		this.supervision.release(first);
		assertThat(this.supervision.acquire(second)).isTrue();
	}

	private void failToInitialize(CsError error) {
		this.sam.onInitialize(() -> {
			throw new SamException(error, "test");
		});
	}

}
