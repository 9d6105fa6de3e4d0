package io.github.samboot.boot.internal.launch;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.github.samboot.core.WatchdogMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SamWish}.
 */
class SamWishTests {

	private static final ConfigText WORD = new ConfigText(true, false, false);

	@Test
	void nothingSaidShouldBeAutoAndComplete() {
		assertThat(read(ConfigText.NOTHING)).isEqualTo(new SamWish(LaunchSettings.DEFAULTS, false, true));
	}

	@Test
	void wordInFileShouldBeIncomplete() {
		assertThat(read(WORD).complete()).isFalse();
	}

	@Test
	void localImportShouldBeIncomplete() {
		assertThat(read(new ConfigText(false, true, false)).complete()).isFalse();
	}

	@Test
	void remoteImportShouldBeCompleteWhateverElseIsSaid() {
		assertThat(read(new ConfigText(true, true, true)).complete()).isTrue();
		assertThat(read(new ConfigText(true, true, true), "--spring.config.name=x").complete()).isTrue();
		assertThat(read(WORD, "--spring.config.import=configserver:").complete()).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "--sam.enabled=false", "--sam.enabled=OFF", "--SAM_ENABLED=no", "--sam.watchdog.mode=off",
			"--sam.watchdog.mode=false" })
	void offAsArgumentShouldBeCompleteWithoutFiles(String argument) {
		SamWish wish = SamWish.read(new String[] { argument }, Map.of(), Map.of(), null, () -> {
			throw new AssertionError("no file counts");
		});
		assertThat(wish.complete()).isTrue();
		assertThat(wish.settings().enabled() && wish.settings().mode() != WatchdogMode.OFF).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "SAM_WATCHDOG_MODE", "sam_watchdog_mode", "sam.watchdog.mode", "SAM_WATCHDOGMODE" })
	void modeInEnvironmentShouldBeExplicit(String name) {
		SamWish wish = SamWish.read(new String[0], Map.of(), Map.of(name, "parent"), null, () -> ConfigText.NOTHING);
		assertThat(wish.explicitMode()).isTrue();
		assertThat(wish.settings().mode()).isEqualTo(WatchdogMode.PARENT);
		assertThat(wish.complete()).isTrue();
	}

	@Test
	void addressOfWatchdogShouldNotBeTakenForProperty() {
		assertThat(SamWish.read(new String[0], Map.of(), Map.of("SAMBOOT_WATCHDOG", "abc:/x"), null,
				() -> ConfigText.NOTHING))
			.isEqualTo(new SamWish(LaunchSettings.DEFAULTS, false, true));
	}

	@Test
	void argumentShouldWinOverPropertyAndPropertyOverEnvironment() {
		Map<String, String> environment = Map.of("SAM_ENABLED", "false", "SAM_WATCHDOG_MODE", "off");
		Map<String, String> properties = Map.of("sam.enabled", "true", "sam.watchdog.mode", "sidecar");
		SamWish wish = SamWish.read(new String[] { "--sam.watchdog.mode=parent" }, properties, environment, null,
				() -> ConfigText.NOTHING);
		assertThat(wish.settings().enabled()).isTrue();
		assertThat(wish.settings().mode()).isEqualTo(WatchdogMode.PARENT);
	}

	@ParameterizedTest
	@ValueSource(strings = { "--sam.enabled=${ON}", "--sam.enabled=maybe", "--sam.watchdog.mode=banana",
			"--sam.watchdog.java-options[0]=-Xmx9m", "--sam.watchdog.run-directory=${HOME}/x",
			"--spring.config.location=file:/x/", "--spring.config.additional-location=/x/",
			"--spring.config.name=other" })
	void whatOnlySpringBootCanReadShouldBeIncomplete(String argument) {
		assertThat(read(ConfigText.NOTHING, argument).complete()).isFalse();
	}

	@Test
	void jsonWithWordShouldBeIncomplete() {
		SamWish wish = SamWish.read(new String[0], Map.of("sam.enabled", "false"),
				Map.of("SPRING_APPLICATION_JSON", "{\"sam\":{\"enabled\":true}}"), null, () -> ConfigText.NOTHING);
		assertThat(wish.complete()).isFalse();
	}

	@Test
	void optionsAndDirectoryShouldBeRead() {
		SamWish wish = SamWish.read(new String[0], Map.of("sam.watchdog.java-options", "-Xmx9m, -Dx=y"),
				Map.of("SAM_WATCHDOG_RUN_DIRECTORY", "/run/me"), null, () -> ConfigText.NOTHING);
		assertThat(wish.settings())
			.isEqualTo(new LaunchSettings(true, WatchdogMode.AUTO, List.of("-Xmx9m", "-Dx=y"), Path.of("/run/me")));
		assertThat(wish.complete()).isTrue();
	}

	@Test
	void environmentPrefixShouldCount() {
		Map<String, String> environment = Map.of("MY_SAM_ENABLED", "false", "SAM_WATCHDOG_MODE", "sidecar");
		SamWish wish = SamWish.read(new String[0], Map.of(), environment, "my", () -> ConfigText.NOTHING);
		assertThat(wish.settings()).isEqualTo(new LaunchSettings(false, WatchdogMode.AUTO, List.of(), null));
	}

	private static SamWish read(ConfigText files, String... arguments) {
		return SamWish.read(arguments, Map.of(), Map.of(), null, () -> files);
	}

}
