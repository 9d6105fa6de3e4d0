package io.github.samboot.core.internal.rundir;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.Requirement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatNoException;

class RunDirectoryTests {

	@TempDir
	private Path parent;

	@Test
	void directoryShouldBePrivateAndNamedAfterTheProcess() throws IOException {
		Path directory = RunDirectory.create(List.of(this.parent), 4711);
		assertThat(directory).hasParent(this.parent);
		assertThat(directory.getFileName().toString()).matches("sam-4711-[0-9a-z]+");
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory))).isEqualTo("rwx------");
	}

	@Test
	void eachDirectoryShouldBeANewOne() throws IOException {
		assertThat(RunDirectory.create(List.of(this.parent), 1))
			.isNotEqualTo(RunDirectory.create(List.of(this.parent), 1));
	}

	@Test
	void parentsThatTakeNoneShouldBePassedOver() throws IOException {
		Path file = Files.writeString(this.parent.resolve("file"), "");
		Path directory = RunDirectory
			.create(List.of(this.parent.resolve("missing"), file, Path.of("/proc"), this.parent), 1);
		assertThat(directory).hasParent(this.parent);
	}

	@Test
	void parentTooDeepForASocketShouldBePassedOver() throws IOException {
		Path deep = Files.createDirectories(this.parent.resolve("x".repeat(100)));
		assertThat(RunDirectory.create(List.of(deep, this.parent), 1)).hasParent(this.parent);
		assertThatIOException().isThrownBy(() -> RunDirectory.create(List.of(deep), 1))
			.withMessageContaining("the path is too long for a socket")
			.withMessageContaining("sam.watchdog.run-directory");
		assertThat(deep).isEmptyDirectory();
	}

	@Test
	void lengthOfThePathShouldBeCountedInBytes() throws IOException {
		// 60 characters, 120 bytes
		Path deep = Path.of("/tmp/" + "é".repeat(60));
		assertThatIOException().isThrownBy(() -> RunDirectory.create(List.of(deep), 1))
			.withMessageContaining("too long for a socket");
	}

	@Test
	void problemsOfAllParentsShouldBeTold() {
		assertThatIOException()
			.isThrownBy(() -> RunDirectory.create(List.of(Path.of("/proc"), this.parent.resolve("missing")), 1))
			.withMessageContaining("/proc/sam-1-")
			.withMessageContaining(this.parent.resolve("missing").toString());
	}

	@Test
	void directoryThatExistsShouldNotBeTakenOver() {
		assertThatExceptionOfType(FileAlreadyExistsException.class)
			.isThrownBy(() -> RunDirectory.makePrivate(this.parent));
	}

	@Test
	void symbolicLinkInItsPlaceShouldNotBeFollowed() throws IOException {
		Path target = Files.createDirectory(this.parent.resolve("target"));
		Path link = Files.createSymbolicLink(this.parent.resolve("link"), target);
		assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> RunDirectory.makePrivate(link));
		Path precious = Files.writeString(target.resolve("precious"), "");
		RunDirectory.delete(link);
		assertThat(precious).exists();
	}

	@Test
	void deleteShouldTakeFilesAndLinksButNeitherTargetsNorDirectories() throws IOException {
		Path precious = Files.writeString(this.parent.resolve("precious"), "mine");
		Path directory = RunDirectory.create(List.of(this.parent), 1);
		Files.writeString(directory.resolve(RunDirectory.DATA), "data");
		Files.writeString(directory.resolve(RunDirectory.RECORD), "record");
		Files.createSymbolicLink(directory.resolve("link"), precious);
		RunDirectory.delete(directory);
		assertThat(directory).doesNotExist();
		assertThat(precious).hasContent("mine");
		Path other = RunDirectory.create(List.of(this.parent), 1);
		Path inside = Files.createDirectory(other.resolve("somebody's"));
		assertThatIOException().isThrownBy(() -> RunDirectory.delete(other));
		assertThat(inside).exists();
	}

	@Test
	void deleteShouldNotMindThatItIsGone() {
		assertThatNoException().isThrownBy(() -> RunDirectory.delete(this.parent.resolve("missing")));
	}

	@Test
	void memoryShouldBeToldFromDisk() {
		Requirement.that("/dev/shm", Files.isDirectory(Path.of("/dev/shm")));
		assertThat(RunDirectory.isInMemory(Path.of("/dev/shm"))).isTrue();
		assertThat(RunDirectory.isInMemory(Path.of("/proc"))).isFalse();
		assertThat(RunDirectory.isInMemory(this.parent.resolve("missing"))).isFalse();
	}

	@Test
	void fileSystemWithoutRoomShouldBePassedOver() throws Exception {
		Requirement.root();
		Path full = Files.createDirectory(this.parent.resolve("full"));
		Path small = Files.createDirectory(this.parent.resolve("small"));
		String java = System.getProperty("java.home") + "/bin/java";
		Process process = new ProcessBuilder("unshare", "-m", "/bin/sh", "-c",
				"mount -t tmpfs -o size=64k none \"$1\" && mount -t tmpfs -o size=1m none \"$2\" && shift 2 && exec \"$@\"",
				"sh", full.toString(), small.toString(), java, "-cp", System.getProperty("java.class.path"),
				FullPlaces.class.getName(), full.toString(), small.toString(), this.parent.toString())
			.redirectErrorStream(true)
			.start();
		String output = BoundedProcess.output(process);
		assertThat(BoundedProcess.exitCode(process)).as(output).isZero();
		assertThat(output.lines()).as(output)
			.contains("empty in small", "with content in " + this.parent.getFileName(), "left []");
		assertThat(output).contains("nowhere: No directory takes").contains(full + ": ").contains("No space left");
	}

	/**
	 * Looks for a place in a mount namespace of its own.
	 */
	static final class FullPlaces {

		private FullPlaces() {
		}

		public static void main(String[] args) throws IOException {
			List<Path> places = List.of(Path.of(args[0]), Path.of(args[1]), Path.of(args[2]));
			Path empty = RunDirectory.create(places, 1);
			System.out.println("empty in " + empty.getParent().getFileName());
			RunDirectory.delete(empty);
			RunDirectory.Content content = (directory) -> Files.write(directory.resolve("content"),
					new byte[1_000_000]);
			System.out.println("with content in " + RunDirectory.create(places, 1, content).getParent().getFileName());
			try {
				RunDirectory.create(places.subList(0, 2), 1, content);
			}
			catch (IOException ex) {
				System.out.println("nowhere: " + ex.getMessage());
			}
			try (var left = Files.list(places.get(1))) {
				System.out.println("left " + left.toList());
			}
		}

	}

	@Test
	void defaultParentsShouldEndWithTheTemporaryDirectory() {
		assertThat(RunDirectory.parents(null)).startsWith(Path.of("/dev/shm"))
			.endsWith(Path.of(System.getProperty("java.io.tmpdir")));
	}

}
