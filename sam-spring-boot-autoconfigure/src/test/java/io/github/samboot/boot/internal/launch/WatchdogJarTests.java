package io.github.samboot.boot.internal.launch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link WatchdogJar} and {@link NestedLocation}; nested jars are covered by
 * {@link ExecTests} with the real loader.
 */
class WatchdogJarTests {

	private static final String MAIN = "io/github/samboot/watchdog/Main.class";

	private static final String CORE = "io/github/samboot/core/internal/rundir/RunDirectory.class";

	@TempDir
	Path temporary;

	@Test
	void jarOnDiskShouldBeUsedWhereItIs() throws IOException {
		Path jar = this.temporary.resolve("with blank é.jar");
		Files.write(jar, zip(MAIN));
		assertThat(classPath(jar)).isEqualTo(jar.toString());
		assertThat(this.temporary.resolve("watchdog.jar")).doesNotExist();
	}

	@Test
	void classDirectoriesShouldBeUsedTogether() throws IOException {
		Path watchdog = classes("watchdog classes", MAIN);
		Path core = classes("core", CORE);
		assertThat(classPath(watchdog, core)).isEqualTo(watchdog + ":" + core);
	}

	@Test
	void missingWatchdogShouldBeNamed() {
		assertThatIOException().isThrownBy(this::classPath).withMessageContaining("sam-watchdog");
	}

	@Test
	void copyInTheRunDirectoryShouldDoWhereTheJarIsGone() throws IOException {
		Path copy = Files.createFile(this.temporary.resolve("watchdog.jar"));
		assertThat(classPath()).isEqualTo(copy.toString());
	}

	@Test
	void copyInADirectoryThatIsNotPrivateShouldNotBeUsed() throws IOException {
		Path shared = Files.createDirectory(this.temporary.resolve("shared"));
		Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
		Files.createFile(shared.resolve("watchdog.jar"));
		try (URLClassLoader classLoader = new URLClassLoader(new URL[0], null)) {
			assertThatIOException().isThrownBy(() -> new WatchdogJar(classLoader).classPath(shared))
				.withMessageContaining("sam-watchdog");
		}
	}

	@Test
	void nestedLocationShouldBeParsed() {
		assertThat(NestedLocation.parse("jar:nested:/a%20b/app.jar/!BOOT-INF/lib/x.jar!/y/Z.class"))
			.isEqualTo(new NestedLocation(Path.of("/a b/app.jar"), "BOOT-INF/lib/x.jar"));
		assertThat(NestedLocation.parse("jar:nested:/app.war/!WEB-INF/classes/!/"))
			.isEqualTo(new NestedLocation(Path.of("/app.war"), "WEB-INF/classes/"));
		assertThat(NestedLocation.parse("jar:file:/x.jar!/y")).isNull();
		assertThat(NestedLocation.parse("file:/x/")).isNull();
	}

	private String classPath(Path... places) throws IOException {
		URL[] urls = new URL[places.length];
		for (int i = 0; i < places.length; i++) {
			urls[i] = places[i].toUri().toURL();
		}
		try (URLClassLoader classLoader = new URLClassLoader(urls, null)) {
			return new WatchdogJar(classLoader).classPath(this.temporary);
		}
	}

	private Path classes(String name, String entry) throws IOException {
		Path file = this.temporary.resolve(name).resolve(entry);
		Files.createDirectories(file.getParent());
		Files.createFile(file);
		return this.temporary.resolve(name);
	}

	private static byte[] zip(String entry) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
			zip.putNextEntry(new ZipEntry(entry));
			zip.closeEntry();
		}
		return bytes.toByteArray();
	}

}
