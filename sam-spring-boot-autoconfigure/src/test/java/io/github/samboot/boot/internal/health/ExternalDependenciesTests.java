package io.github.samboot.boot.internal.health;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ExternalDependencies}.
 */
class ExternalDependenciesTests {

	@Test
	void amongShouldFindWhatThisProcessCannotMend() {
		assertThat(ExternalDependencies.among(List.of("livenessState", "db", "deadlock", "mongo", "mail/primary",
				"mail/second", "orders", "readinessState", "diskSpace", "r2dbc", "discoveryComposite/x")))
			.containsExactly("db", "mongo", "mail", "readinessState", "r2dbc", "discoveryComposite");
	}

}
