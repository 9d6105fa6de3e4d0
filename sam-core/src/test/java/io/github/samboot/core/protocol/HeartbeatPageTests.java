package io.github.samboot.core.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

class HeartbeatPageTests {

	@TempDir
	private Path directory;

	private final ByteBuffer buffer = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());

	@Test
	void beatShouldBeSeenThroughTheFile() throws IOException {
		Path file = this.directory.resolve("page");
		try (FileChannel watchdog = HeartbeatPage.create(file)) {
			HeartbeatPage application = HeartbeatPage.open(file);
			assertThat(HeartbeatPage.read(watchdog, this.buffer)).isZero();
			application.beat(4711);
			assertThat(HeartbeatPage.read(watchdog, this.buffer)).isEqualTo(4711);
			application.beat(Long.MIN_VALUE);
			assertThat(HeartbeatPage.read(watchdog, this.buffer)).isEqualTo(Long.MIN_VALUE);
		}
	}

	@Test
	void pageShouldWorkAfterItsFileWasDeleted() throws IOException {
		Path file = this.directory.resolve("page");
		try (FileChannel watchdog = HeartbeatPage.create(file)) {
			HeartbeatPage application = HeartbeatPage.open(file);
			Files.delete(file);
			application.beat(1);
			assertThat(HeartbeatPage.read(watchdog, this.buffer)).isEqualTo(1);
		}
	}

	@Test
	void pageThatIsCutShortShouldBeNoFaultForItsReader() throws IOException {
		try (FileChannel watchdog = HeartbeatPage.create(this.directory.resolve("page"))) {
			watchdog.truncate(0);
			assertThatIOException().isThrownBy(() -> HeartbeatPage.read(watchdog, this.buffer))
				.withMessage("it is too short");
		}
	}

	@Test
	void pageShouldBeWrittenAndPrivate() throws IOException {
		Path file = this.directory.resolve("page");
		HeartbeatPage.create(file).close();
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
		assertThat(Files.size(file)).isEqualTo(4096);
		// no hole: on a full tmpfs the first beat would fault
		assertThat((long) Files.getAttribute(file, "unix:ino")).isPositive();
	}

	@Test
	void pageShouldNotReplaceAFile() throws IOException {
		Path file = Files.writeString(this.directory.resolve("page"), "mine");
		assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> HeartbeatPage.create(file));
		assertThat(file).hasContent("mine");
	}

	@Test
	void pageThatIsMissingOrShortShouldBeRefused() throws IOException {
		Path file = this.directory.resolve("page");
		assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> HeartbeatPage.open(file));
		Files.write(file, new byte[100]);
		assertThatIOException().isThrownBy(() -> HeartbeatPage.open(file)).withMessageContaining("too short");
	}

}
