package io.github.samboot.boot.internal.launch;

import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ConfigText}.
 */
class ConfigTextTests {

	@ParameterizedTest
	@ValueSource(strings = { "sam:\n  enabled: false", "sam.enabled: false", "SAM:\n  Enabled: false",
			"sam: {enabled: false}", "sam: { watchdog: { mode: off } }", "{sam: {enabled: false}}",
			"sam:\n  recovery-policy: restart\n  watchdog:\n    mode: sidecar", "sam:\n  watchdog.mode: sidecar",
			"sam.watchdog:\n  mode: sidecar", "sam:\n  watchdog: {mode: sidecar}", "\"sam\":\n  \"enabled\": no",
			"sam:\n  watchdog:\n    java-options:\n    - -Xmx16m", "sam:\n  watchdog:\n    javaOptions: -Xmx16m",
			"sam:\n  watchdog:\n    run_directory: /run/x", "sam: *shared", "sam: &shared\n  time-interval: 1s",
			"sam:\n  <<: *shared", "sam:\n  connections:\n    hold: yes", "sam.connections: {hold: true}",
			"sam:\n  fast-start:\n    enabled: ${FAST}", "sam.fast-start: {enabled: true}",
			"sam.connections.hold: true\n---\nspring.config.activate.on-profile: prod\nsam.connections.hold: false",
			"sam.connections.hold: true\nsam:\n  connections:\n    hold: true",
			"spring.config.activate.on-profile: prod\nsam.connections.hold: true",
			"sam.connections.hold: true\n...\nspring.config.activate.on-profile: prod",
			"a: 1\n---\nspring.config.activate.on-profile: prod\nsam:\n  enabled: false", "? sam\n: {enabled: false}",
			"sam:\n\n  # a comment\n\n  enabled: false",
			"spring:\n  application:\n    name: x\nsam:\n  restart:\n    delay: 1s\n  enabled: false" })
	void yamlWithWordShouldBeNoticed(String yaml) {
		assertThat(ConfigText.look("application.yml", yaml).concernsLaunch()).isTrue();
	}

	/**
	 * So that the usual configuration delays no launch.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					application.yml             | sam:\\n  fast-start:\\n    enabled: true # faster      | sam.faststart.enabled
					config/application.yaml     | sam:\\n  fast-start:\\n    delay: 1s\\n    enabled: true | sam.faststart.enabled
					application.yml             | sam.connections:\\n  hold: true                          | sam.connections.hold
					application.properties      | sam.connections.hold=true                              | sam.connections.hold
					application.properties      | sam.fastStart.enabled = true                           | sam.faststart.enabled
					""")
	void whatIsPlainlySwitchedOnShouldBeKnown(String file, String text, String name) {
		ConfigText found = ConfigText.look(file, text.replace("\\n", "\n"));
		assertThat(found).isEqualTo(new ConfigText(false, false, false, Set.of(name)));
		assertThat(found.and(ConfigText.NOTHING)).isEqualTo(found);
		assertThat(found.and(found).concernsLaunch()).isTrue();
		assertThat(
				ConfigText.look("application-prod.yml", text.replace("\\n", "\n").replace("=", ": ")).concernsLaunch())
			.isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "sam:\n  recovery-policy: restart\n  time-interval: 1s", "sam.recovery-policy: restart",
			"sam:\n  health:\n    mode: application", "sam:\n  health: { mode: application }",
			"sam:\n  watchdog:\n    on-loss: exit", "sam:\n  connections:\n    longest-hold: 3s",
			"sam:\n  fast-start:\n    delay: 3s", "sample:\n  enabled: true", "# sam.enabled: false",
			"sam: # the supervisor\n  time-interval: 1s", "management:\n  endpoint:\n    sam:\n      enabled: true",
			"management.endpoint.sam.enabled: true", "sam:\n  restart:\n    delay: 1s\nfeature:\n  enabled: true",
			"sam:\n  restart:\n    clean-exit-codes:\n    - 0\n    - 143", "text: |\n  sam is enabled: no\n", "" })
	void yamlWithoutWordShouldPass(String yaml) {
		assertThat(ConfigText.look("application.yml", yaml)).isEqualTo(ConfigText.NOTHING);
	}

	@ParameterizedTest
	@ValueSource(strings = { "sam.enabled=false", "sam.watchdog.mode = sidecar", "  sam.enabled : no",
			"sam.watchdog.java-options[0]=-Xmx16m", "sam.connections.hold=false", "sam.fast-start.directory=/x",
			"#---\nsam.connections.hold=true", "spring.config.\\u0061ctivate.on-profile=x\nsam.connections.hold=true",
			"sam.connections.hold=true\nsam.connections.hold=false", "sam.watchdog.run\\\n  -directory=/x",
			"SAM.Enabled=false", "s\\u0061m.enabled=false", "a=b\n#---\nsam.enabled=false\n#---\nsam.enabled=true" })
	void propertiesWithWordShouldBeNoticed(String properties) {
		assertThat(ConfigText.look("application.properties", properties).concernsLaunch()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "sam.recovery-policy=restart", "#sam.enabled=false", "sample.enabled=true",
			"management.endpoint.sam.access=none", "sam.watchdog.on-loss=exit", "x=sam.enabled" })
	void propertiesWithoutWordShouldPass(String properties) {
		assertThat(ConfigText.look("application.properties", properties)).isEqualTo(ConfigText.NOTHING);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "spring.config.import: configserver:", "spring.config.import: 'optional:configserver:http://c'",
					"spring:\n  config:\n    import:\n    - file:./x.yml\n    - \"vault://\"",
					"spring:\n  config:\n    import: optional:file:./x.yml,consul:localhost:8500",
					"spring:\n  config.import: \"${CONFIG:optional:configserver:http://c}\"",
					"spring: {config: {import: 'configserver:'}}", "spring.config.import: https://example.com/a.yml",
					"spring:\n  config:\n    import: aws-parameterstore:/config" })
	void remoteImportShouldBeNoticed(String yaml) {
		assertThat(ConfigText.look("application.yml", yaml).remoteImport()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.config.import: optional:file:.env[.properties]",
			"spring:\n  config:\n    import: configtree:/run/secrets/", "spring.config.import: classpath:more.yml",
			"spring.config.import: more.yml", "spring:\n  config:\n    import:\n      - optional:classpath*:x/*.yml" })
	void localImportShouldBeNoticed(String yaml) {
		ConfigText text = ConfigText.look("application.yml", yaml);
		assertThat(text.localImport()).isTrue();
		assertThat(text.remoteImport()).isFalse();
	}

	@Test
	void importsInPropertiesShouldBeNoticed() {
		assertThat(ConfigText.look("application.properties", "spring.config.import=configserver:").remoteImport())
			.isTrue();
		assertThat(ConfigText.look("application.properties", "spring.config.import[0]=file:a.yml").localImport())
			.isTrue();
		assertThat(ConfigText.look("application.properties", "app.import=http://x")).isEqualTo(ConfigText.NOTHING);
	}

	@Test
	void jsonWithWordShouldBeNoticed() {
		assertThat(ConfigText.lookAtFlow("{\"sam\":{\"enabled\":false}}").concernsLaunch()).isTrue();
		assertThat(ConfigText.lookAtFlow("{\"sam.watchdog.mode\":\"off\"}").concernsLaunch()).isTrue();
		assertThat(ConfigText.lookAtFlow("{\"server\":{\"port\":1}}")).isEqualTo(ConfigText.NOTHING);
		assertThat(ConfigText.lookAtFlow("{\"spring.config.import\":\"configserver:\"}").remoteImport()).isTrue();
	}

	@Test
	void xmlWithWordShouldBeNoticed() {
		assertThat(ConfigText.look("application.xml", "<entry key=\"sam.enabled\">false</entry>").concernsLaunch())
			.isTrue();
	}

}
