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
		try (JnaFiles files = JnaFiles.create(this.temporary.toString())) {
			assertThat(files.directory()).hasParent(this.temporary);
			assertThat(Files.getPosixFilePermissions(files.directory())).hasSize(3);
			Files.createFile(files.directory().resolve("libjnidispatch.so"));
		}
		assertThat(this.temporary).isEmptyDirectory();
	}

	@Test
	void placesThatTakeNoLibrariesShouldBePassedOver() throws IOException {
		String missing = this.temporary.resolve("missing").toString();
		try (JnaFiles files = JnaFiles.create(null, missing, "/proc/self", this.temporary.toString())) {
			assertThat(files.directory()).hasParent(this.temporary);
		}
		assertThatIOException().isThrownBy(() -> JnaFiles.create(missing, "/proc/self"))
			.withMessageContaining("not mounted noexec");
	}

}
