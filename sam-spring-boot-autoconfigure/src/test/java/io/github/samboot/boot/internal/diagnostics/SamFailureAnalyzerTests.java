package io.github.samboot.boot.internal.diagnostics;

import java.io.IOException;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
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

}
