package io.github.samboot.boot.internal.launch;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.samboot.core.WatchdogMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EarlyProperties}.
 */
class EarlyPropertiesTests {

	private static final ConfigText CONCERNED = new ConfigText(true, false, false);

	@Test
	void nothingSetShouldBeAutoAndComplete() {
		EarlyProperties early = read();
		assertThat(early.settings()).isEqualTo(LaunchSettings.DEFAULTS);
		assertThat(early.hasMode()).isFalse();
		assertThat(early.areComplete(() -> ConfigText.NOTHING)).isTrue();
	}

	@Test
	void settingInFileShouldBeIncomplete() {
		assertThat(read().areComplete(() -> CONCERNED)).isFalse();
	}

	@Test
	void localImportShouldBeIncomplete() {
		assertThat(read().areComplete(() -> new ConfigText(false, true, false))).isFalse();
	}

	@Test
	void remoteImportShouldBeCompleteWhateverElseIsSet() {
		assertThat(read().areComplete(() -> new ConfigText(true, true, true))).isTrue();
		assertThat(read("--spring.config.name=x").areComplete(() -> new ConfigText(true, true, true))).isTrue();
		assertThat(read("--spring.config.import=configserver:").areComplete(() -> CONCERNED)).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "--sam.enabled=false", "--sam.enabled=OFF", "--SAM_ENABLED=no", "--sam.watchdog.mode=off",
			"--sam.watchdog.mode=false" })
	void offAsArgumentShouldBeCompleteWithoutFiles(String argument) {
		EarlyProperties early = read(argument);
		assertThat(early.areComplete(() -> {
			throw new AssertionError("no file counts");
		})).isTrue();
		assertThat(early.settings().enabled() && early.settings().mode() != WatchdogMode.OFF).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "SAM_WATCHDOG_MODE", "sam_watchdog_mode", "sam.watchdog.mode", "SAM_WATCHDOGMODE" })
	void modeInEnvironmentShouldBeExplicit(String name) {
		EarlyProperties early = new EarlyProperties(new String[0], Map.of(), Map.of(name, "parent"), null);
		assertThat(early.hasMode()).isTrue();
		assertThat(early.settings().mode()).isEqualTo(WatchdogMode.PARENT);
		assertThat(early.areComplete(() -> ConfigText.NOTHING)).isTrue();
	}

	@Test
	void addressOfWatchdogShouldNotBeTakenForProperty() {
		EarlyProperties early = new EarlyProperties(new String[0], Map.of(), Map.of("SAMBOOT_WATCHDOG", "abc:/x"),
				null);
		assertThat(early.settings()).isEqualTo(LaunchSettings.DEFAULTS);
		assertThat(early.hasMode()).isFalse();
		assertThat(early.areComplete(() -> ConfigText.NOTHING)).isTrue();
	}

	@Test
	void argumentShouldWinOverPropertyAndPropertyOverEnvironment() {
		Map<String, String> environment = Map.of("SAM_ENABLED", "false", "SAM_WATCHDOG_MODE", "off");
		Map<String, String> properties = Map.of("sam.enabled", "true", "sam.watchdog.mode", "sidecar");
		EarlyProperties early = new EarlyProperties(new String[] { "--sam.watchdog.mode=parent" }, properties,
				environment, null);
		assertThat(early.settings().enabled()).isTrue();
		assertThat(early.settings().mode()).isEqualTo(WatchdogMode.PARENT);
	}

	@ParameterizedTest
	@ValueSource(strings = { "--sam.enabled=${ON}", "--sam.enabled=maybe", "--sam.watchdog.mode=banana",
			"--sam.watchdog.java-options[0]=-Xmx9m", "--sam.watchdog.run-directory=${HOME}/x",
			"--spring.config.location=file:/x/", "--spring.config.additional-location=/x/",
			"--spring.config.name=other" })
	void whatOnlySpringBootCanReadShouldBeIncomplete(String argument) {
		assertThat(read(argument).areComplete(() -> ConfigText.NOTHING)).isFalse();
	}

	@Test
	void jsonWithSettingShouldBeIncomplete() {
		EarlyProperties early = new EarlyProperties(new String[0], Map.of("sam.enabled", "false"),
				Map.of("SPRING_APPLICATION_JSON", "{\"sam\":{\"enabled\":true}}"), null);
		assertThat(early.areComplete(() -> ConfigText.NOTHING)).isFalse();
	}

	@Test
	void optionsAndDirectoryShouldBeRead() {
		EarlyProperties early = new EarlyProperties(new String[0],
				Map.of("sam.watchdog.java-options", " -Xmx9m, -Dx=y "),
				Map.of("SAM_WATCHDOG_RUN_DIRECTORY", "/run/me "), null);
		assertThat(early.settings()).isEqualTo(new LaunchSettings(true, WatchdogMode.AUTO, List.of("-Xmx9m", "-Dx=y"),
				Path.of("/run/me"), false, null));
		assertThat(early.areComplete(() -> ConfigText.NOTHING)).isTrue();
	}

	@Test
	void placeOfPreparedStartsShouldBeReadIfTheyAreWanted() {
		assertThat(read("--sam.fast-start.directory=/var/x").settings().fastStart()).isNull();
		assertThat(read("--sam.fast-start.enabled=true", "--sam.fast-start.directory=/var/x/").settings().fastStart())
			.isEqualTo(Path.of("/var/x"));
		assertThat(read("--sam.fast-start.enabled=true").settings().fastStart()).isAbsolute()
			.endsWithRaw(Path.of("sam-boot"));
		assertThat(read("--sam.fast-start.enabled=${X}").areComplete(() -> ConfigText.NOTHING)).isFalse();
		assertThat(read("--sam.fast-start.directory=${X}").areComplete(() -> ConfigText.NOTHING)).isFalse();
	}

	@Test
	void filesShouldCountWhereNothingElseIsSet() {
		ConfigText files = new ConfigText(false, false, false, Set.of(ConfigText.HOLD, ConfigText.FAST_START));
		EarlyProperties none = read();
		assertThat(none.areComplete(() -> files)).isTrue();
		assertThat(none.settings().hold()).isTrue();
		assertThat(none.settings().fastStart()).isNotNull();
		EarlyProperties off = read("--sam.connections.hold=false", "--sam.fast-start.enabled=false");
		assertThat(off.areComplete(() -> files)).isTrue();
		assertThat(off.settings().hold()).isFalse();
		assertThat(off.settings().fastStart()).isNull();
		// nothing is decided later then
		EarlyProperties doubtful = read();
		assertThat(doubtful.areComplete(() -> files.and(new ConfigText(true, false, true)))).isTrue();
		assertThat(doubtful.settings().hold()).isFalse();
	}

	@Test
	void environmentPrefixShouldCount() {
		Map<String, String> environment = Map.of("MY_SAM_ENABLED", "false", "SAM_WATCHDOG_MODE", "sidecar");
		EarlyProperties early = new EarlyProperties(new String[0], Map.of(), environment, "my");
		assertThat(early.settings())
			.isEqualTo(new LaunchSettings(false, WatchdogMode.AUTO, List.of(), null, false, null));
	}

	private static EarlyProperties read(String... arguments) {
		return new EarlyProperties(arguments, Map.of(), Map.of(), null);
	}

}
