package io.github.samboot.watchdog.internal.rundir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.github.samboot.core.internal.rundir.RunDirectory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SavedData}.
 */
class SavedDataTests {

	private final SavedData data = new SavedData();

	private Path directory;

	@BeforeEach
	void storeAndLose(@TempDir Path parent) throws IOException {
		this.directory = parent.resolve("run");
		RunDirectory.makePrivate(this.directory);
		Files.writeString(this.directory.resolve("data"), "saved");
		this.data.refresh(this.directory);
		Files.delete(this.directory.resolve("data"));
	}

	@Test
	void dataThatWasRemovedShouldBePutBack() throws IOException {
		assertThat(this.data.isMissingIn(this.directory)).isTrue();
		this.data.restore(this.directory);
		assertThat(this.directory.resolve("data")).hasContent("saved");
	}

	@Test
	void dataThatTheApplicationStoredMeanwhileShouldStay() throws IOException {
		Files.writeString(this.directory.resolve("data"), "newer data");
		this.data.restore(this.directory);
		assertThat(this.directory.resolve("data")).hasContent("newer data");
		assertThat(this.data.size()).isEqualTo(10);
		assertThat(this.directory).isDirectoryNotContaining("glob:**.copy");
	}

}
