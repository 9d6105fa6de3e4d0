package io.github.samboot.boot.internal.diagnostics;

import java.io.IOException;
import java.time.Duration;

import io.github.samboot.core.CsError;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SamFailureAnalyzer}.
 */
class SamFailureAnalyzerTests {

	private final SamFailureAnalyzer analyzer = new SamFailureAnalyzer();

	@ParameterizedTest
	@EnumSource(CsError.class)
	void analyzeShouldKnowRemedyForEveryError(CsError error) {
		FailureAnalysis analysis = this.analyzer.analyze(new IllegalStateException(new SamException(error, "It")));
		assertThat(analysis.getDescription()).isEqualTo("SAM failed: It (" + error + ")");
		assertThat(analysis.getAction()).isNotBlank().endsWith(".");
	}

	@Test
	void analyzeShouldNameCauses() {
		FailureAnalysis analysis = this.analyzer
			.analyze(new SamException(CsError.LIBRARY, "No connection", new IOException("Connection refused")));
		assertThat(analysis.getDescription()).contains("Caused by: java.io.IOException: Connection refused");
	}

	@Test
	void analyzeShouldLeaveOtherFailuresToOthers() {
		assertThat(this.analyzer.analyze(new IllegalStateException("x"))).isNull();
	}

	@Test
	void analyzeShouldNameReasonAndWayToWaitAndWayAround() {
		FailureAnalysis analysis = analyze(RecoveryPolicy.QUORUM_RESTART, true, CsError.LIBRARY);
		assertThat(analysis.getDescription()).isEqualTo("SAM cannot use the cluster that "
				+ "sam.recovery-policy=quorum-restart and sam.cmap=true asks for: Corosync is not running (LIBRARY)");
		assertThat(analysis.getAction()).contains("sam.quorum.await-daemon=true", "sam.recovery-policy=restart");
	}

	@Test
	void analyzeShouldNotLetAnybodyWaitForWrongValueToBecomeRight() {
		FailureAnalysis analysis = analyze(RecoveryPolicy.QUORUM_QUIT, false, CsError.INVALID_PARAM);
		assertThat(analysis.getDescription()).contains("sam.recovery-policy=quorum-quit asks for");
		assertThat(analysis.getAction()).contains("Correct the value").doesNotContain("await-daemon");
	}

	private FailureAnalysis analyze(RecoveryPolicy policy, boolean cmap, CsError error) {
		SamOptions options = SamOptions.builder(Duration.ofSeconds(1), policy).cmap(cmap).build();
		return this.analyzer.analyze(new IllegalStateException(
				new SamClusterException(options, new SamException(error, "Corosync is not running"))));
	}

}
