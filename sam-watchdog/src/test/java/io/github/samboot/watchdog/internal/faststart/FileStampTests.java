package io.github.samboot.watchdog.internal.faststart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FileStamp}.
 */
class FileStampTests {

	@TempDir
	private Path directory;

	@Test
	void ofADirectoryOnlyItsJarsShouldCount() throws IOException {
		Path jar = Files.createFile(this.directory.resolve("a.jar"));
		FileStamp stamp = new FileStamp(this.directory, FileStamp.of(this.directory), FileStamp.NO_DIGEST);
		Files.createFile(this.directory.resolve("app.log"));
		assertThat(stamp.fits()).isTrue();
		Path added = Files.createFile(this.directory.resolve("B.JAR"));
		assertThat(stamp.fits()).isFalse();
		Files.delete(added);
		assertThat(stamp.fits()).isTrue();
		Files.move(jar, this.directory.resolve("c.jar"));
		assertThat(stamp.fits()).isFalse();
	}

}
