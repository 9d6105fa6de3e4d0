package io.github.samboot.acceptance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The dashboard and the alert rules ask for what a real application exports.
 */
@Tag("integration")
@Tag("any-java")
class MonitoringIT {

	/** Only with a cluster, where another test sees it. */
	private static final String QUORATE = "# a cluster\nsam_quorate 1.0\n";

	@Test
	void dashboardAndRulesShouldFindTheirMeters() {
		Map<String, String> queries = MonitoringFiles.queries();
		assertThat(queries).hasSizeGreaterThan(18);
		try (SupervisedApplication desk = SupervisedApplication.sample().withSpare("hot").start().awaitHttp()) {
			List<String> missing = new ArrayList<>();
			String[] exported = { "" };
			// a series of health checks is there after the first of them
			desk.await("all meters", () -> {
				exported[0] = desk.get("/actuator/prometheus").body() + QUORATE;
				missing.clear();
				queries.forEach((query, texts) -> MonitoringFiles.missing(query, texts, exported[0])
					.forEach((what) -> missing.add(what + " in " + query)));
				return missing.isEmpty() || exported[0].contains("sam_health_checks_seconds_count");
			});
			assertThat(missing).isEmpty();
		}
	}

}
