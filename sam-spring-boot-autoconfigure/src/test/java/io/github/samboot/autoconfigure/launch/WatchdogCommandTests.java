package io.github.samboot.autoconfigure.launch;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WatchdogCommand}.
 */
class WatchdogCommandTests {

	@Test
	void heapShouldGrowOnlyWithALargeEnvironment() {
		assertThat(WatchdogCommand.heapMebibytes(Map.of())).isEqualTo(8);
		assertThat(WatchdogCommand.heapMebibytes(environment(200))).isEqualTo(8);
		assertThat(WatchdogCommand.heapMebibytes(environment(1_000))).isEqualTo(9);
		assertThat(WatchdogCommand.heapMebibytes(environment(20_000))).isBetween(20L, 40L);
	}

	@Test
	void optionsOfTheUserShouldComeLast() {
		assertThat(WatchdogCommand.of(List.of("-Xmx32m"), "path")).containsSubsequence("-Xmx8m", "-Xmx32m", "-cp",
				"path");
	}

	private static Map<String, String> environment(int size) {
		Map<String, String> environment = new HashMap<>();
		for (int i = 0; i < size; i++) {
			environment.put("SERVICE_%05d_PORT".formatted(i), "tcp://%040d".formatted(i));
		}
		return environment;
	}

}
