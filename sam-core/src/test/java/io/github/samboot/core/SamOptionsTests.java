package io.github.samboot.core;

import java.time.Duration;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.samboot.core.SamOptions.Builder;
import org.junit.jupiter.api.Test;

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
		assertRefused((builder) -> builder.gracePeriod(wrong), "grace period must not be negative");
		assertRefused((builder) -> builder.shutdownTimeout(wrong), "shutdown timeout must not be negative");
		assertRefused((builder) -> builder.startupTimeout(wrong), "start-up timeout must not be negative");
		assertRefused((builder) -> builder.standbyDelay(wrong), "standby delay must not be negative");
	}

	@Test
	void unknownStandbyModeShouldBeRefused() {
		assertRefused((builder) -> builder.standby("Hot"), "no standby mode 'Hot': use none, warm or hot");
	}

	@Test
	void moreExitCodesThanThereAreShouldBeRefused() {
		Set<Integer> codes = IntStream.rangeClosed(0, 256).boxed().collect(Collectors.toSet());
		assertRefused((builder) -> builder.cleanExitCodes(codes), "There are 257 clean exit codes");
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
