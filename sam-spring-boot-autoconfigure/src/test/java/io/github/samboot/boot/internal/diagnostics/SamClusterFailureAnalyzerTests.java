package io.github.samboot.boot.internal.diagnostics;

import java.time.Duration;

import io.github.samboot.core.CsError;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamOptions;
import org.junit.jupiter.api.Test;

import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SamClusterFailureAnalyzer}.
 */
class SamClusterFailureAnalyzerTests {

	private final SamClusterFailureAnalyzer analyzer = new SamClusterFailureAnalyzer();

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
