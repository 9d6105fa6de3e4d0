package io.github.samboot.core.internal.wire;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import io.github.samboot.core.internal.rundir.VerifiedDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

class HeartbeatPageTests {

	@TempDir
	private Path directory;

	private final byte[] buffer = new byte[8];

	@Test
	void beatShouldBeSeenThroughTheFile() throws IOException {
		try (RandomAccessFile watchdog = create()) {
			HeartbeatPage application = open();
			assertThat(HeartbeatPage.read(watchdog, this.buffer)).isZero();
			application.beat(4711);
			assertThat(HeartbeatPage.read(watchdog, this.buffer)).isEqualTo(4711);
			application.beat(0x0102030405060708L);
			assertThat(HeartbeatPage.read(watchdog, this.buffer)).isEqualTo(0x0102030405060708L);
			application.beat(Long.MIN_VALUE);
			assertThat(HeartbeatPage.read(watchdog, this.buffer)).isEqualTo(Long.MIN_VALUE);
		}
	}

	@Test
	void pageShouldWorkAfterItsFileWasDeleted() throws IOException {
		Path file = this.directory.resolve("page");
		try (RandomAccessFile watchdog = create()) {
			HeartbeatPage application = open();
			Files.delete(file);
			application.beat(1);
			assertThat(HeartbeatPage.read(watchdog, this.buffer)).isEqualTo(1);
		}
	}

	@Test
	void pageThatIsCutShortShouldBeNoFaultForItsReader() throws IOException {
		try (RandomAccessFile watchdog = create()) {
			watchdog.setLength(0);
			assertThatIOException().isThrownBy(() -> HeartbeatPage.read(watchdog, this.buffer))
				.withMessage("it is too short");
			HeartbeatPage.mend(watchdog, -4711);
			assertThat(HeartbeatPage.read(watchdog, this.buffer)).isEqualTo(-4711);
			assertThat(watchdog.length()).isEqualTo(4096);
		}
	}

	@Test
	void pageShouldBeWrittenAndPrivate() throws IOException {
		Path file = this.directory.resolve("page");
		create().close();
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
		assertThat(Files.size(file)).isEqualTo(4096);
		// no hole: on a full tmpfs the first beat would fault
		assertThat((long) Files.getAttribute(file, "unix:ino")).isPositive();
	}

	@Test
	void pageShouldReplaceALinkAndNotItsTarget() throws IOException {
		Path target = Files.writeString(this.directory.resolve("target"), "mine");
		Path file = Files.createSymbolicLink(this.directory.resolve("page"), target);
		create().close();
		assertThat(file).isRegularFile();
		assertThat(Files.isSymbolicLink(file)).isFalse();
		assertThat(target).hasContent("mine");
	}

	@Test
	void pageThatIsMissingOrShortShouldBeRefused() throws IOException {
		Path file = this.directory.resolve("page");
		assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> open());
		Files.write(file, new byte[100]);
		assertThatIOException().isThrownBy(() -> open()).withMessageContaining("too short");
	}

	private RandomAccessFile create() throws IOException {
		try (VerifiedDirectory directory = VerifiedDirectory.open(this.directory)) {
			return HeartbeatPage.create(directory, "page");
		}
	}

	private HeartbeatPage open() throws IOException {
		try (VerifiedDirectory directory = VerifiedDirectory.open(this.directory)) {
			return HeartbeatPage.open(directory, "page");
		}
	}

}
