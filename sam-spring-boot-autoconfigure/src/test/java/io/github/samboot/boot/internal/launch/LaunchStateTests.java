package io.github.samboot.boot.internal.launch;

import java.util.List;

import io.github.samboot.core.WatchdogMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LaunchState}.
 */
class LaunchStateTests {

	private static final Recognition LAUNCH = new Recognition.Launch();

	private static final Recognition DOUBT = new Recognition.Doubt("it is odd");

	private static final Recognition NEVER = new Recognition.Never("it runs tests");

	@Test
	void launchShouldGetParentAndMayFallBack() {
		assertThat(decide(LAUNCH, false, WatchdogMode.AUTO, false)).isEqualTo(supervised(WatchdogMode.AUTO));
	}

	@Test
	void configuredParentShouldNotFallBack() {
		assertThat(decide(LAUNCH, false, WatchdogMode.PARENT, false)).isEqualTo(supervised(WatchdogMode.PARENT));
	}

	@Test
	void configuredSidecarShouldBeSidecar() {
		assertThat(decide(LAUNCH, false, WatchdogMode.SIDECAR, false)).isEqualTo(supervised(WatchdogMode.SIDECAR));
	}

	@Test
	void externalWithoutWatchdogShouldBeInert() {
		assertThat(decide(LAUNCH, false, WatchdogMode.EXTERNAL, true)).satisfies((state) -> {
			assertThat(state.isSupervised()).isFalse();
			assertThat(state.reason()).contains("sam-watchdog.jar");
		});
	}

	@Test
	void startedByWatchdogShouldBeWatchedInEveryModeButOff() {
		for (WatchdogMode mode : WatchdogMode.values()) {
			for (Recognition recognition : List.of(LAUNCH, DOUBT)) {
				LaunchState decision = decide(recognition, true, mode, false);
				if (mode == WatchdogMode.OFF) {
					assertThat(decision).isEqualTo(LaunchState.inert("SAM is off (sam.watchdog.mode=off)."));
				}
				else {
					assertThat(decision).isEqualTo(supervised(WatchdogMode.EXTERNAL));
				}
			}
		}
	}

	@ParameterizedTest
	@EnumSource(WatchdogMode.class)
	void disabledShouldBeOffInEveryMode(WatchdogMode mode) {
		LaunchSettings settings = new LaunchSettings(false, mode, List.of(), null, false, null);
		for (Recognition recognition : List.of(LAUNCH, DOUBT, NEVER)) {
			assertThat(LaunchState.decide(recognition, true, settings, true))
				.isEqualTo(LaunchState.inert("SAM is off (sam.enabled=false)."));
		}
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "OFF")
	void testShouldBeInertWhateverIsSaid(WatchdogMode mode) {
		for (boolean watched : new boolean[] { true, false }) {
			for (boolean explicit : new boolean[] { true, false }) {
				assertThat(decide(NEVER, watched, mode, explicit))
					.isEqualTo(LaunchState.inert("SAM leaves this process alone because it runs tests."));
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "AUTO", "PARENT", "SIDECAR" })
	void doubtShouldBeInertAndSayWhatHelps(WatchdogMode mode) {
		assertThat(decide(DOUBT, false, mode, false))
			.isEqualTo(LaunchState.inert("SAM leaves this process alone because it is odd; start it with "
					+ "-Dsam.watchdog.mode=parent to have it supervised all the same."));
	}

	@Test
	void insistingShouldOvercomeDoubt() {
		assertThat(decide(DOUBT, false, WatchdogMode.PARENT, true)).isEqualTo(supervised(WatchdogMode.PARENT));
		assertThat(decide(DOUBT, false, WatchdogMode.SIDECAR, true)).isEqualTo(supervised(WatchdogMode.SIDECAR));
		assertThat(decide(DOUBT, false, WatchdogMode.AUTO, true).isSupervised()).isFalse();
	}

	private static LaunchState supervised(WatchdogMode mode) {
		return LaunchState.supervised(mode, "");
	}

	private static LaunchState decide(Recognition recognition, boolean watched, WatchdogMode mode, boolean explicit) {
		return LaunchState.decide(recognition, watched, new LaunchSettings(true, mode, List.of(), null, false, null),
				explicit);
	}

}
