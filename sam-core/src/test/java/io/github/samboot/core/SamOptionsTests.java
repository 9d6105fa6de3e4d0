package io.github.samboot.core;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.samboot.core.SamOptions.Builder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SamOptions}.
 */
class SamOptionsTests {

	private static Builder builder() {
		return SamOptions.builder(Duration.ofSeconds(1), RecoveryPolicy.RESTART);
	}

	private static void assertRefused(UnaryOperator<Builder> wrong, String words) {
		Builder builder = wrong.apply(builder());
		assertThatExceptionOfType(SamException.class).isThrownBy(builder::build)
			.withMessageContaining(words)
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(CsError.INVALID_PARAM));
	}

	@Test
	void negativeDurationsShouldBeRefused() {
		Duration wrong = Duration.ofMillis(-1);
		assertRefused((builder) -> builder.gracePeriod(wrong), "grace-period is refused: PT-0.001S is negative");
		assertRefused((builder) -> builder.shutdownTimeout(wrong),
				"shutdown-timeout is refused: PT-0.001S is negative");
		assertRefused((builder) -> builder.startupTimeout(wrong),
				"restart.startup-timeout is refused: PT-0.001S is negative");
		assertRefused((builder) -> builder.standbyDelay(wrong), "standby-delay is refused: PT-0.001S is negative");
	}

	@Test
	void unknownStandbyModeShouldBeRefused() {
		assertRefused((builder) -> builder.standby("Hot"), "standby is refused: 'Hot' is not one of [none, warm, hot]");
	}

	@Test
	void moreExitCodesThanThereAreShouldBeRefused() {
		Set<Integer> codes = IntStream.rangeClosed(0, 256).boxed().collect(Collectors.toSet());
		assertRefused((builder) -> builder.cleanExitCodes(codes),
				"restart.clean-exit-codes is refused: there are 257 codes");
	}

	@Test
	void everyTextShouldComeBack() {
		SamOptions options = builder().cmap(true).standby("warm").cleanExitCodes(Set.of(3)).build();
		assertThat(options.values()).containsEntry("time-interval", "1000000000")
			.containsEntry("standby", "warm")
			.containsEntry("restart.clean-exit-codes", "[3]")
			.doesNotContainKey("grace-period");
		assertThat(SamOptions.of(options.values())).isEqualTo(options);
	}

	@Test
	void unknownOptionShouldBeKept() {
		Map<String, String> values = builder().build().values();
		values.put("restart.of-another-release", "really");
		SamOptions options = SamOptions.of(values).toBuilder().standby("hot").build();
		assertThat(options.values()).containsEntry("restart.of-another-release", "really")
			.containsEntry("standby", "hot");
	}

	@Test
	void missingOptionShouldHaveItsDefault() {
		SamOptions options = SamOptions.of(Map.of("time-interval", "1000000000", "recovery-policy", "RESTART"));
		assertThat(options).isEqualTo(builder().build());
		assertThatExceptionOfType(SamException.class).isThrownBy(() -> SamOptions.of(Map.of("time-interval", "1")))
			.withMessageContaining("recovery-policy are needed");
		assertThatExceptionOfType(SamException.class).isThrownBy(() -> SamOptions.of(Map.of("recovery-policy", "QUIT")))
			.withMessageContaining("time-interval and");
	}

	@ParameterizedTest
	@CsvSource({ "time-interval, 10s", "time-interval, -1", "recovery-policy, restart", "cmap, TRUE",
			"warn-signal, KILL", "restart.max-restarts, 2147483648", "restart.clean-exit-codes, '0;1'",
			"restart.clean-exit-codes, '0,x'", "standby, ''", "standby-delay, 9223372036854775808",
			"watchdog.on-loss, ' EXIT'", "incidents.keep, ''", "restart.at-limit, null", "quorum.await-daemon, 1" })
	void textWithoutAMeaningShouldBeRefused(String name, String text) {
		Map<String, String> values = builder().build().values();
		values.put(name, text);
		assertThatExceptionOfType(SamException.class).isThrownBy(() -> SamOptions.of(values))
			.withMessageContaining("The option " + name + " is refused: ")
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(CsError.INVALID_PARAM));
	}

	@Test
	void toBuilderShouldKeepEverything() {
		SamOptions options = builder().cmap(true).standby("warm").startupTimeout(Duration.ofSeconds(3)).build();
		assertThat(options.toBuilder().build()).isEqualTo(options);
	}

	@Test
	void gracePeriodShouldBeOneTimeIntervalUnlessItIsSet() {
		assertThat(builder().build().effectiveGracePeriod()).hasSeconds(1);
		assertThat(builder().gracePeriod(Duration.ZERO).build().effectiveGracePeriod()).isZero();
		assertThat(SamOptions.of(Duration.ZERO, RecoveryPolicy.RESTART).effectiveGracePeriod()).hasSeconds(10);
	}

}
