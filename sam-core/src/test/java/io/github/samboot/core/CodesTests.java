package io.github.samboot.core;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Numbers and names that others know.
 */
class CodesTests {

	@ParameterizedTest
	@CsvSource({ "OK, 1", "LIBRARY, 2", "VERSION, 3", "INIT, 4", "TIMEOUT, 5", "TRY_AGAIN, 6", "INVALID_PARAM, 7",
			"NO_MEMORY, 8", "BAD_HANDLE, 9", "BUSY, 10", "ACCESS, 11", "NOT_EXIST, 12", "NAME_TOO_LONG, 13",
			"EXIST, 14", "NO_SPACE, 15", "INTERRUPT, 16", "NAME_NOT_FOUND, 17", "NO_RESOURCES, 18", "NOT_SUPPORTED, 19",
			"BAD_OPERATION, 20", "FAILED_OPERATION, 21", "MESSAGE_ERROR, 22", "QUEUE_FULL, 23",
			"QUEUE_NOT_AVAILABLE, 24", "BAD_FLAGS, 25", "TOO_BIG, 26", "NO_SECTIONS, 27", "CONTEXT_NOT_FOUND, 28",
			"TOO_MANY_GROUPS, 30", "SECURITY, 100" })
	void errorsShouldHaveTheNumbersOfCorosync(CsError error, int code) {
		assertThat(error.code()).isEqualTo(code);
		assertThat(CsError.of(code)).isSameAs(error);
	}

	@Test
	void everyErrorShouldHaveANumberOfItsOwn() {
		Set<Integer> codes = new HashSet<>();
		for (CsError error : CsError.values()) {
			assertThat(codes.add(error.code())).as(error.name()).isTrue();
		}
		assertThat(CsError.of(29)).isSameAs(CsError.LIBRARY);
	}

	@Test
	void policiesShouldKnowWhatTheyMean() {
		assertThat(RecoveryPolicy.QUIT.restarts()).isFalse();
		assertThat(RecoveryPolicy.RESTART.restarts()).isTrue();
		assertThat(RecoveryPolicy.QUORUM_QUIT.restarts()).isFalse();
		assertThat(RecoveryPolicy.QUORUM_RESTART.restarts()).isTrue();
		assertThat(RecoveryPolicy.QUIT.needsQuorum()).isFalse();
		assertThat(RecoveryPolicy.RESTART.needsQuorum()).isFalse();
		assertThat(RecoveryPolicy.QUORUM_QUIT.needsQuorum()).isTrue();
		assertThat(RecoveryPolicy.QUORUM_RESTART.needsQuorum()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "SIGTERM", "sigterm", "TERM", "term", " Term ", "15" })
	void signalsShouldBeFoundByNameAndNumber(String text) {
		assertThat(Signal.of(text)).isSameAs(Signal.SIGTERM);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "SIG", "SIGFOO", "0", "-15", "11" })
	void unknownSignalShouldBeInvalid(String text) {
		assertThatExceptionOfType(SamException.class).isThrownBy(() -> Signal.of(text))
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(CsError.INVALID_PARAM))
			.withMessageContaining("SIGUSR1");
	}

	@Test
	void signalsShouldHaveTheExitStatusOfShells() {
		assertThat(Signal.SIGTERM.exitStatus()).isEqualTo(143);
		assertThat(Signal.SIGKILL.exitStatus()).isEqualTo(137);
		assertThat(Signal.SIGHUP.shortName()).isEqualTo("HUP");
	}

	@Test
	void namesShouldBeThoseThatUsersSee() {
		assertThat(IncidentReason.MISSED_HEARTBEAT.id()).isEqualTo("missed-heartbeat");
		assertThat(SupervisionState.WAITING_FOR_QUORUM.text()).isEqualTo("waiting for quorum");
	}

	@Test
	void optionsShouldDefaultToWhatLibsamDoes() {
		SamOptions options = SamOptions.of(Duration.ofSeconds(2), RecoveryPolicy.RESTART);
		assertThat(options.effectiveGracePeriod()).isEqualTo(Duration.ofSeconds(2));
		assertThat(options.restart().limits()).isEqualTo(RestartLimits.NONE);
		assertThat(options.restart().cleanExitCodes()).containsExactlyInAnyOrder(0, 129, 130, 143);
		assertThat(options.cluster().cmap()).isFalse();
		assertThat(options.restart().startupTimeout()).isZero();
		assertThat(SamOptions.of(Duration.ZERO, RecoveryPolicy.QUIT).effectiveGracePeriod()).isPositive();
	}

	@Test
	void negativeDurationsShouldBeInvalid() {
		Duration negative = Duration.ofNanos(-1);
		SamOptions.Builder builder = SamOptions.builder(Duration.ZERO, RecoveryPolicy.QUIT)
			.incidents(Path.of("/tmp"), 1);
		assertInvalid(() -> SamOptions.of(negative, RecoveryPolicy.QUIT), "time-interval");
		assertInvalid(() -> builder.gracePeriod(negative).build(), "grace-period");
		assertInvalid(() -> builder.gracePeriod(null).shutdownTimeout(negative).build(), "shutdown-timeout");
		assertInvalid(() -> builder.shutdownTimeout(Duration.ZERO).startupTimeout(negative).build(),
				"restart.startup-timeout");
		assertInvalid(() -> new RestartLimits(1, negative, Duration.ZERO, Duration.ZERO), "within");
		assertInvalid(() -> new RestartLimits(1, Duration.ZERO, negative, Duration.ZERO), "delay");
		assertInvalid(() -> new RestartLimits(1, Duration.ZERO, Duration.ZERO, negative), "max-delay");
	}

	private static void assertInvalid(Runnable attempt, String name) {
		assertThatExceptionOfType(SamException.class).isThrownBy(attempt::run)
			.withMessageContaining(name)
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(CsError.INVALID_PARAM));
	}

	@Test
	void moreExitCodesThanThereAreShouldBeInvalid() {
		SamOptions.Builder builder = SamOptions.builder(Duration.ofSeconds(1), RecoveryPolicy.RESTART);
		builder.cleanExitCodes(IntStream.range(0, 256).boxed().collect(Collectors.toSet())).build();
		builder.cleanExitCodes(IntStream.range(0, 257).boxed().collect(Collectors.toSet()));
		assertThatExceptionOfType(SamException.class).isThrownBy(builder::build)
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(CsError.INVALID_PARAM));
	}

}
