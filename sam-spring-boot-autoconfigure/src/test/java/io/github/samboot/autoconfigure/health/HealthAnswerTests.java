package io.github.samboot.autoconfigure.health;

import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HealthAnswer}.
 */
class HealthAnswerTests {

	@Test
	void ofShouldNameErrorFirst() {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("path", "/data");
		details.put("error", "java.io.IOException: disk full");
		assertThat(HealthAnswer.of("DOWN", details).detail()).isEqualTo("java.io.IOException: disk full");
	}

	@Test
	void ofWithoutErrorShouldNameDetails() {
		assertThat(HealthAnswer.of("DOWN", Map.of("queue", 17)).detail()).isEqualTo("queue=17");
		assertThat(HealthAnswer.of("DOWN", Map.of()).detail()).isEmpty();
	}

	@Test
	void detailShouldFitIntoOneLogLine() {
		HealthAnswer answer = HealthAnswer.down("first line\n\tat second line " + "x".repeat(500));
		assertThat(answer.detail()).startsWith("first line at second line xxx").hasSize(203).endsWith("...");
	}

	@Test
	void isBadShouldHoldForDownAndOutOfServiceOnly() {
		assertThat(HealthAnswer.down("").isBad()).isTrue();
		assertThat(new HealthAnswer("OUT_OF_SERVICE", "").isBad()).isTrue();
		assertThat(new HealthAnswer("UNKNOWN", "").isBad()).isFalse();
		assertThat(HealthAnswer.up().isBad()).isFalse();
	}

}
