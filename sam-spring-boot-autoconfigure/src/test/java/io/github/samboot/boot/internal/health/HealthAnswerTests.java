package io.github.samboot.boot.internal.health;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.Health;

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
		assertThat(new HealthAnswer("DOWN", details, false).detail()).isEqualTo("java.io.IOException: disk full");
	}

	@Test
	void ofWithoutErrorShouldNameDetails() {
		assertThat(new HealthAnswer("DOWN", Map.of("queue", 17), false).detail()).isEqualTo("queue=17");
		assertThat(new HealthAnswer("DOWN", Map.of(), false).detail()).isEmpty();
	}

	@Test
	void detailsThatCannotBeShownShouldNotMatter() {
		Object failing = new Object() {

			@Override
			public String toString() {
				throw new IllegalStateException("details that cannot be shown");
			}

		};
		// it is up, and its details are not asked for
		assertThat(new HealthAnswer("UP", Map.of("queue", failing), false).status()).isEqualTo("UP");
		for (String key : List.of("queue", "error")) {
			assertThat(new HealthAnswer("DOWN", Map.of(key, failing), false).detail())
				.isEqualTo("its details cannot be shown: java.lang.IllegalStateException");
		}
	}

	@Test
	void detailsBeyondOneLogLineShouldNotBeLookedAt() {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("first", "x".repeat(200));
		details.put("second", new Object() {

			@Override
			public String toString() {
				throw new IllegalStateException("this is not shown");
			}

		});
		assertThat(new HealthAnswer("DOWN", details, false).detail()).startsWith("first=xxx").hasSize(203);
	}

	@Test
	void causeThatCannotBeShownShouldBeAnErrorAllTheSame() {
		HealthAnswer answer = HealthAnswer.error(new IllegalStateException() {

			@Override
			public String getMessage() {
				throw new UnsupportedOperationException("a cause that cannot be shown");
			}

		});
		assertThat(answer.isError()).isTrue();
		assertThat(answer.detail()).isEqualTo("its details cannot be shown: java.lang.UnsupportedOperationException");
	}

	@Test
	void detailShouldFitIntoOneLogLine() {
		HealthAnswer answer = HealthAnswer
			.of(Health.down().withDetail("error", "first line\n\tat second line " + "x".repeat(500)).build());
		assertThat(answer.detail()).startsWith("first line at second line xxx").hasSize(203).endsWith("...");
	}

}
