package io.github.samboot.core.internal.library;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.JavaProgram;
import io.github.samboot.test.Requirement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
	 * As one that this user may not search: what may be left in it cannot be looked at.
	 */
	@Test
	void placeThatCannotBeSearchedShouldBePassedOver() throws IOException {
		Path deep = this.temporary;
		for (int left = 4080 - deep.toString().length(); left > 0; left = 4080 - deep.toString().length()) {
			deep = Files.createDirectory(deep.resolve("d".repeat(Math.max(1, Math.min(200, left - 1)))));
		}
		try (JnaFiles files = new JnaFiles("", deep.toString(), this.temporary.toString())) {
			assertThat(files.directory()).hasParent(this.temporary);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "noexec", "ro", "nr_inodes=2" })
	void fileSystemThatTakesNoLibrariesShouldBePassedOver(String option) throws Exception {
		Requirement.root();
		Path other = Files.createDirectory(this.temporary.resolve("with a blank"));
		Process process = new ProcessBuilder("unshare", "-m", "/bin/sh", "-c",
				"mount -t tmpfs -o \"$1\" none \"$2\" && shift 2 && exec \"$@\"", "sh", option, other.toString(),
				JavaProgram.JAVA, "-cp", System.getProperty("java.class.path"), TwoPlaces.class.getName(),
				other.toString(), this.temporary.toString())
			.redirectErrorStream(true)
			.start();
		assertThat(BoundedProcess.output(process)).isEqualTo(this.temporary + "\n[]\n");
		assertThat(BoundedProcess.exitCode(process)).isZero();
	}

	/**
	 * Looks for a place in a mount namespace of its own, and what is left in the other.
	 */
	static final class TwoPlaces {

		private TwoPlaces() {
		}

		public static void main(String[] args) throws IOException {
			try (JnaFiles files = new JnaFiles("", args[0], args[1])) {
				System.out.println(files.directory().getParent());
			}
			try (var left = Files.list(Path.of(args[0]))) {
				System.out.println(left.toList());
			}
		}

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
