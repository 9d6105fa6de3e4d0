package io.github.samboot.boot.internal.launch;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JnaDirectory}.
 */
class JnaDirectoryTests {

	private static final String MOUNTS = """
			22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
			30 22 0:26 / /tmp rw,nosuid,nodev,noexec shared:2 - tmpfs tmpfs rw
			31 30 0:27 / /tmp/with\\040blank rw shared:2 - tmpfs tmpfs rw
			32 22 0:28 / /over rw,noexec - tmpfs tmpfs rw
			33 22 0:29 / /over rw - tmpfs tmpfs rw
			""";

	@Test
	void optionsOfTheNearestMountShouldCount() {
		assertThat(JnaDirectory.isNoExec("/tmp", MOUNTS)).isTrue();
		assertThat(JnaDirectory.isNoExec("/tmp/x", MOUNTS)).isTrue();
		assertThat(JnaDirectory.isNoExec("/tmp/with blank/x", MOUNTS)).isFalse();
		assertThat(JnaDirectory.isNoExec("/tmpfoo", MOUNTS)).isFalse();
		assertThat(JnaDirectory.isNoExec("/home/me", MOUNTS)).isFalse();
		assertThat(JnaDirectory.isNoExec("/over", MOUNTS)).isFalse();
	}

	@Test
	void closeShouldLeaveNothing() throws Exception {
		Path path;
		try (JnaDirectory directory = JnaDirectory.create()) {
			path = Path.of(System.getProperty("jna.tmpdir"));
			assertThat(path).isDirectory();
			assertThat(Files.getPosixFilePermissions(path)).hasSize(3);
			Files.createFile(path.resolve("jna1.tmp"));
		}
		assertThat(path).doesNotExist();
		assertThat(System.getProperty("jna.tmpdir")).isNull();
	}

}
