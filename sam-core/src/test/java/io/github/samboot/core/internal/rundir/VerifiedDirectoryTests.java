package io.github.samboot.core.internal.rundir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

import io.github.samboot.test.Requirement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class VerifiedDirectoryTests {

	@TempDir
	Path parent;

	private Path path;

	@BeforeEach
	void makeDirectory() throws IOException {
		this.path = this.parent.resolve("run");
		RunDirectory.makePrivate(this.path);
	}

	@Test
	void directoryThatOthersCanEnterShouldBeRefused() throws IOException {
		Files.setPosixFilePermissions(this.path, PosixFilePermissions.fromString("rwx--x--x"));
		assertRefused(this.path);
	}

	@Test
	void linkShouldBeRefused() throws IOException {
		assertRefused(Files.createSymbolicLink(this.parent.resolve("link"), this.path));
	}

	@Test
	void directoryOfAnotherUserShouldBeRefusedAndNotDeleted() throws IOException {
		Requirement.root();
		Files.setAttribute(this.path, "unix:uid", 2);
		assertRefused(this.path);
		Path file = Files.createFile(this.path.resolve("data"));
		RunDirectory.delete(this.path);
		assertThat(file).exists();
	}

	@Test
	void filesShouldBeThoseOfTheDirectoryThatWasOpened() throws IOException {
		try (VerifiedDirectory open = VerifiedDirectory.open(this.path)) {
			Path moved = Files.move(this.path, this.parent.resolve("moved"));
			RunDirectory.makePrivate(this.path);
			assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(open::requireInPlace);
			try (FileChannel file = open.newFile("new")) {
				file.write(ByteBuffer.wrap(new byte[] { 'x' }));
			}
			open.rename("new", "data");
			assertThat(open.has("data")).isTrue();
			assertThat(moved.resolve("data")).hasContent("x");
			assertThat(this.path).isEmptyDirectory();
		}
	}

	@Test
	void fileOfFixedSizeShouldBeMadeInTheDirectoryThatIsInPlaceOnly() throws IOException {
		try (VerifiedDirectory open = VerifiedDirectory.open(this.path)) {
			open.newFile("page", 20_000).close();
			assertThat(Files.readAllBytes(this.path.resolve("page"))).isEqualTo(new byte[20_000]);
			Path moved = Files.move(this.path, this.parent.resolve("moved"));
			RunDirectory.makePrivate(this.path);
			assertThatIOException().isThrownBy(() -> open.newFile("page", 20_000));
			assertThat(moved.resolve("page")).doesNotExist();
		}
	}

	@Test
	void linksInsideShouldNotBeFollowed() throws IOException {
		Path precious = Files.writeString(this.parent.resolve("precious"), "mine");
		Files.createSymbolicLink(this.path.resolve("data"), precious);
		try (VerifiedDirectory open = VerifiedDirectory.open(this.path)) {
			assertThat(open.has("data")).isFalse();
			assertThatIOException().isThrownBy(() -> open.file("data", StandardOpenOption.READ));
			assertThatIOException()
				.isThrownBy(() -> open.file("data", StandardOpenOption.CREATE, StandardOpenOption.WRITE));
		}
		assertThat(precious).hasContent("mine");
	}

	@Test
	void fileShouldBeReplacedAsAWhole() throws IOException {
		byte[] large = new byte[200_000];
		large[199_999] = 'x';
		try (VerifiedDirectory open = VerifiedDirectory.open(this.path)) {
			open.replace("data", new byte[] { 'a' });
			open.replace("data", large, new byte[0], new byte[] { 'b' });
			byte[] read = open.read("data");
			assertThat(read).hasSize(200_001).endsWith('x', 'b');
			assertThat(this.path).isDirectoryContaining("glob:**/data").isDirectoryNotContaining("glob:**/data.new");
		}
	}

	@Test
	void nothingShouldBeLeftOfAFileThatCannotBeReplaced() throws IOException {
		Path obstacle = Files.createDirectories(this.path.resolve("data/inside"));
		try (VerifiedDirectory open = VerifiedDirectory.open(this.path)) {
			assertThatIOException().isThrownBy(() -> open.replace("data", new byte[] { 'a' }));
			assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> open.read("other"));
		}
		assertThat(obstacle).exists();
		assertThat(this.path.resolve("data.new")).doesNotExist();
	}

	@Test
	void pathOutsideShouldBeRefused() throws IOException {
		try (VerifiedDirectory open = VerifiedDirectory.open(this.path)) {
			for (String name : new String[] { "/etc/passwd", "../precious", "..", "." }) {
				assertThatIllegalArgumentException().isThrownBy(() -> open.file(name, StandardOpenOption.READ));
			}
		}
	}

	@Test
	void directoryWhoseModeWasChangedShouldBeTakenBackUnlessOthersCouldWrite() throws IOException {
		Files.setPosixFilePermissions(this.path, PosixFilePermissions.fromString("rwxr-xr-x"));
		assertThat(RunDirectory.takeBack(this.path)).isTrue();
		assertThat(RunDirectory.isPrivate(this.path)).isTrue();
		Files.setPosixFilePermissions(this.path, PosixFilePermissions.fromString("rwxrwx---"));
		assertThat(RunDirectory.takeBack(this.path)).isFalse();
		assertThat(RunDirectory.isPrivate(this.path)).isFalse();
	}

	private static void assertRefused(Path directory) {
		assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> VerifiedDirectory.open(directory))
			.withMessageContaining("0700");
		assertThatIOException().isThrownBy(() -> RunDirectoryHold.on(directory));
		assertThat(directory.resolve("lock")).doesNotExist();
	}

}
