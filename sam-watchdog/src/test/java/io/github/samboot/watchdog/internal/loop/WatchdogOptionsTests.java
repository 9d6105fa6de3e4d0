package io.github.samboot.watchdog.internal.loop;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class WatchdogOptionsTests {

	private static WatchdogOptions parse(String... args) {
		return WatchdogOptions.parse(args);
	}

	@Test
	void commandAloneShouldBeExternalMode() {
		WatchdogOptions options = parse("--", "java", "-jar", "app.jar");
		assertThat(options.mode()).isEqualTo("external");
		assertThat(options.command()).containsExactly("java", "-jar", "app.jar");
		assertThat(options.runDirectory()).isNull();
		assertThat(options.adopt()).isZero();
	}

	@Test
	void everythingBehindTheDashesShouldBelongToTheCommand() {
		assertThat(parse("--mode=parent", "--", "x", "--mode=sidecar", "--", "", "--help").command())
			.containsExactly("x", "--mode=sidecar", "--", "", "--help");
		assertThat(parse("--mode=parent", "--", "x", "--mode=sidecar").mode()).isEqualTo("parent");
	}

	@Test
	void sidecarShouldNeedNoCommand() {
		WatchdogOptions options = parse("--mode=sidecar", "--run-directory=/dev/shm/sam=1", "--adopt=4711",
				"--instance=2147483647", "--jna=/a/b.jar!/BOOT-INF/lib/jna.jar");
		assertThat(options.adopt()).isEqualTo(4711);
		assertThat(options.instance()).isEqualTo(Integer.MAX_VALUE);
		assertThat(options.runDirectory()).isEqualTo(Path.of("/dev/shm/sam=1"));
		assertThat(options.jna()).isEqualTo("/a/b.jar!/BOOT-INF/lib/jna.jar");
	}

	@Test
	void parentOfTheRunDirectoryShouldBeTaken() {
		assertThat(parse("--run-directory-parent=/run", "--", "x").runDirectoryParent()).isEqualTo(Path.of("/run"));
	}

	@Test
	void directoryOfFastStartsShouldBeComparableWithOthers() {
		assertThat(parse("--fast-start=a/../b", "--", "x").fastStart()).isEqualTo(Path.of("b").toAbsolutePath());
	}

	@Test
	void nothingToStartShouldBeExplained() {
		assertThatIllegalArgumentException().isThrownBy(WatchdogOptionsTests::parse)
			.withMessageContaining("-- java -jar app.jar");
		assertThatIllegalArgumentException().isThrownBy(() -> parse("--"));
	}

	@Test
	void unknownOptionShouldBeExplained() {
		assertThatIllegalArgumentException().isThrownBy(() -> parse("java", "-jar", "app.jar"))
			.withMessageContaining("'java' is unknown")
			.withMessageContaining("after --");
	}

	@Test
	void numberThatIsNoneShouldBeExplained() {
		assertThatIllegalArgumentException().isThrownBy(() -> parse("--adopt=me"))
			.withMessageContaining("--adopt wants a number, not 'me'");
	}

}
