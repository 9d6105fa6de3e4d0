package io.github.samboot.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import com.jayway.jsonpath.JsonPath;
import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.internal.diagnostics.SamConfiguration;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the configuration metadata, which editors show.
 */
class ConfigurationMetadataTests {

	/** These default to another property, or to nothing. */
	private static final Set<String> WITHOUT_DEFAULT = Set.of("sam.grace-period", "sam.health.timeout",
			"sam.incidents.directory", "sam.watchdog.run-directory", "sam.watchdog.java-options",
			"sam.standby-requests", "sam.fast-start.directory");

	@Test
	void everyPropertyShouldHaveDescriptionAndDefault() throws IOException {
		Map<String, Map<String, Object>> properties = new HashMap<>();
		for (Map<String, Object> property : JsonPath.<Iterable<Map<String, Object>>>read(metadata(), "$.properties")) {
			properties.put((String) property.get("name"), property);
		}
		assertThat(properties.keySet()).containsAll(SamConfiguration.names());
		for (String name : SamConfiguration.names()) {
			assertThat((String) properties.get(name).get("description")).as(name).isNotBlank().endsWith(".");
			if (!WITHOUT_DEFAULT.contains(name)) {
				assertThat(properties.get(name)).as(name).containsKey("defaultValue");
			}
		}
	}

	@Test
	void everyChoiceShouldHaveHints() throws IOException {
		assertThat(JsonPath.<Iterable<String>>read(metadata(), "$.hints[*].name")).contains("sam.recovery-policy",
				"sam.warn-signal", "sam.health.mode", "sam.watchdog.mode", "sam.watchdog.on-loss", "sam.standby",
				"sam.quorum.gate");
	}

	private static String metadata() throws IOException {
		// by path: the class path has the metadata of Spring Boot too
		Path classes = Path.of(SamProperties.class.getProtectionDomain().getCodeSource().getLocation().getPath());
		return Files.readString(classes.resolve("META-INF/spring-configuration-metadata.json"));
	}

}
