package io.github.samboot.core.internal.library;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link JnaFiles}.
 */
class JnaFilesTests {

	@TempDir
	private Path temporary;

	@Test
	void closeShouldLeaveNothing() throws IOException {
		try (JnaFiles files = new JnaFiles("", this.temporary.toString())) {
			assertThat(this.temporary).isEmptyDirectory();
			assertThat(files.directory()).hasParent(this.temporary).isEqualTo(files.directory());
			assertThat(Files.getPosixFilePermissions(files.directory())).hasSize(3);
			Files.createFile(files.directory().resolve("libjnidispatch.so"));
		}
		assertThat(this.temporary).isEmptyDirectory();
	}

	@Test
	void placesThatTakeNoLibrariesShouldBePassedOver() throws IOException {
		String missing = this.temporary.resolve("missing").toString();
		try (JnaFiles files = new JnaFiles("", null, missing, "/proc/self", this.temporary.toString())) {
			assertThat(files.directory()).hasParent(this.temporary);
		}
		assertThatIOException().isThrownBy(() -> new JnaFiles("name another", missing, "/proc/self").directory())
			.withMessageContaining(missing + ", /proc/self is; name another");
	}

	/**
	 * Where no directory takes a library, JNA may have been installed with the system.
	 */
	@Test
	void choiceOfTheUserShouldNeedNoDirectory() throws Exception {
		System.setProperty("jna.boot.library.path", "/usr/lib/jni");
		try (JnaFiles files = new JnaFiles("", "/proc/self")) {
			files.unpack(ClassLoader.getPlatformClassLoader());
		}
		finally {
			assertThat(System.clearProperty("jna.boot.library.path")).isEqualTo("/usr/lib/jni");
		}
	}

}
