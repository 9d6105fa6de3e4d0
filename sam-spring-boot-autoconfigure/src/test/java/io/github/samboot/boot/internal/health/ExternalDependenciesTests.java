package io.github.samboot.boot.internal.health;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ExternalDependencies}.
 */
class ExternalDependenciesTests {

	@Test
	void amongShouldFindWhatARestartCannotMendByName() {
		Map<String, HealthIndicator> members = new LinkedHashMap<>();
		for (String name : List.of("livenessState", "db", "deadlock", "mongo", "mail/primary", "mail/second", "orders",
				"readinessState", "diskSpace", "r2dbc", "discoveryComposite/x", "ssl")) {
			members.put(name, () -> Health.up().build());
		}
		assertThat(ExternalDependencies.among(members)).containsExactly("db", "mongo", "mail", "readinessState",
				"diskSpace", "r2dbc", "discoveryComposite", "ssl");
	}

}
