package io.github.samboot.acceptance;

import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.Requirement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The alert rules, checked by Prometheus itself.
 */
@Tag("any-java")
class MonitoringRulesTests {

	@BeforeEach
	void requirePromtool() {
		Requirement.command("promtool, from the package prometheus", "promtool", "--version");
	}

	@Test
	void rulesShouldBeValid() {
		assertThat(BoundedProcess.runSuccessfully("promtool", "check", "rules", MonitoringFiles.RULES.toString()))
			.contains("SUCCESS");
	}

	@Test
	void rulesShouldAlertWhenTheyShould() {
		BoundedProcess.runSuccessfully("promtool", "test", "rules",
				MonitoringFiles.DIRECTORY.resolve("sam-alerts-test.yml").toString());
	}

}
