package io.github.samboot.boot.internal.health;

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
	void detailsShouldNotBeLookedAtUnlessTheStatusIsBad() {
		Object failing = new Object() {

			@Override
			public String toString() {
				throw new IllegalStateException("details that cannot be shown");
			}

		};
		assertThat(HealthAnswer.of("UP", Map.of("queue", failing))).isEqualTo(HealthAnswer.up());
		assertThat(HealthAnswer.of("UP", Map.of("error", failing)).isBad()).isFalse();
		assertThat(HealthAnswer.of("DOWN", Map.of("queue", failing)))
			.isEqualTo(HealthAnswer.down("its details cannot be shown: java.lang.IllegalStateException"));
		assertThat(HealthAnswer.of("OUT_OF_SERVICE", Map.of("error", failing)).isBad()).isTrue();
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
