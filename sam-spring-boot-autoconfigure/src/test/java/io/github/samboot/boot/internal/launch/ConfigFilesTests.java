package io.github.samboot.boot.internal.launch;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ConfigFiles}.
 */
class ConfigFilesTests {

	private Path directory;

	private Path classes;

	@BeforeEach
	void setUp(@TempDir Path temporary) throws IOException {
		this.directory = Files.createDirectory(temporary.resolve("work"));
		this.classes = Files.createDirectory(temporary.resolve("classes"));
	}

	@Test
	void noFileShouldSayNothing() throws IOException {
		assertThat(look()).isEqualTo(ConfigText.NOTHING);
	}

	@ParameterizedTest
	@ValueSource(strings = { "application.yml", "application.yaml", "application.properties", "application-prod.yml",
			"config/application.yml", "config/application-prod.properties", "config/one/application.yml" })
	void fileInWorkingDirectoryShouldBeSeen(String name) throws IOException {
		write(this.directory.resolve(name));
		assertThat(look().concernsLaunch()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "other.yml", "application.txt", "one/application.yml", "config/one/two/application.yml" })
	void otherFileShouldNotBeSeen(String name) throws IOException {
		write(this.directory.resolve(name));
		assertThat(look()).isEqualTo(ConfigText.NOTHING);
	}

	@ParameterizedTest
	@ValueSource(strings = { "application.yml", "application.properties", "config/application.yaml",
			"application-prod.yml", "config/application-prod.properties" })
	void fileOnClassPathShouldBeSeen(String name) throws IOException {
		write(this.classes.resolve(name));
		assertThat(look().concernsLaunch()).isTrue();
	}

	@Test
	void profileInJarShouldBeSeen() throws IOException {
		Path jar = jar("application-prod.properties");
		assertThat(new ConfigFiles(this.directory, new URLClassLoader(new URL[0], null), jar.toUri().toString()).look()
			.concernsLaunch()).isTrue();
	}

	@Test
	void profileInExecutableJarShouldBeSeen() throws IOException {
		Path jar = jar("BOOT-INF/classes/config/application-prod.properties");
		String location = "jar:nested:" + jar + "/!BOOT-INF/classes/!/";
		assertThat(
				new ConfigFiles(this.directory, new URLClassLoader(new URL[0], null), location).look().concernsLaunch())
			.isTrue();
	}

	@Test
	void hugeFileShouldCountAsWord() throws IOException {
		Files.writeString(this.directory.resolve("application.yml"), "#".repeat(2 * 1024 * 1024));
		assertThat(look().concernsLaunch()).isTrue();
	}

	@Test
	void fileOfTheApplicationShouldBeReadOnce() throws IOException {
		Files.writeString(this.classes.resolve("application.yml"), "sam.connections.hold: true");
		assertThat(look().switchedOn()).containsExactly(ConfigText.HOLD);
		assertThat(look().concernsLaunch()).isFalse();
		// whose files of profiles are not known
		assertThat(look(this.directory).concernsLaunch()).isTrue();
	}

	@Test
	void mountedFileShouldBeReadOnce() throws IOException {
		Path mounted = Files.createDirectories(this.directory.resolve("config/..data"));
		Path file = Files.writeString(mounted.resolve("application.yml"), "sam.connections.hold: true");
		Files.createSymbolicLink(mounted.resolveSibling("application.yml"), file);
		assertThat(look().switchedOn()).containsExactly(ConfigText.HOLD);
		assertThat(look().concernsLaunch()).isFalse();
	}

	private ConfigText look() throws IOException {
		return look(this.classes);
	}

	private ConfigText look(Path location) throws IOException {
		URL[] classPath = { this.classes.toUri().toURL() };
		try (URLClassLoader classLoader = new URLClassLoader(classPath, null)) {
			return new ConfigFiles(this.directory, classLoader, location.toUri().toURL().toString()).look();
		}
	}

	private Path jar(String entry) throws IOException {
		Path jar = this.directory.resolveSibling("app.jar");
		try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
			zip.putNextEntry(new ZipEntry(entry));
			zip.write("sam.enabled=false".getBytes());
			zip.closeEntry();
		}
		return jar;
	}

	private static void write(Path file) throws IOException {
		Files.createDirectories(file.getParent());
		Files.writeString(file, file.toString().endsWith("properties") ? "sam.enabled=false" : "sam.enabled: false");
	}

}
