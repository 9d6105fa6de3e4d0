package io.github.samboot.core.internal.library;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;

import io.github.samboot.core.internal.process.PlatformCharset;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MountOptions}.
 */
class MountOptionsTests {

	private static final String MOUNTS = """
			/dev/vda / ext4 rw,relatime 0 0
			tmpfs /tmp tmpfs rw,nosuid,nodev,noexec 0 0
			tmpfs /tmp/with\\040blank tmpfs rw 0 0
			tmpfs /mnt/caf\u00c3\u00a9 tmpfs rw,noexec 0 0
			tmpfs /over tmpfs rw,noexec 0 0
			tmpfs /over tmpfs rw 0 0
			""";

	@Test
	void optionsOfTheNearestMountShouldCount() throws IOException {
		assertThat(of("/tmp")).contains("noexec");
		assertThat(of("/tmp/x")).contains("noexec");
		assertThat(of("/tmp/with blank/x")).isEqualTo("rw");
		assertThat(of("/tmpfoo")).isEqualTo("rw,relatime");
		assertThat(of("/home/me")).isEqualTo("rw,relatime");
		assertThat(of("/over")).isEqualTo("rw");
		if (PlatformCharset.get().newEncoder().canEncode('\u00e9')) {
			assertThat(of("/mnt/caf\u00e9/x")).contains("noexec");
		}
	}

	private static String of(String path) throws IOException {
		return MountOptions.of(path, new BufferedReader(new StringReader(MOUNTS)));
	}

	@Test
	void optionsShouldBeThoseOfTheSystem() throws IOException {
		String proc = "";
		for (String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
			String[] fields = line.split(" ");
			proc = fields[1].equals("/proc") ? fields[3] : proc;
		}
		assertThat(proc).isNotEmpty();
		assertThat(MountOptions.of(Path.of("/proc/self"))).isEqualTo(proc);
		assertThat(MountOptions.of(Path.of(System.getProperty("java.home")))).isNotEmpty().doesNotContain("noexec");
	}

}
