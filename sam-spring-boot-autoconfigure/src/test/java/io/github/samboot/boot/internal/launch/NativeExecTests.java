package io.github.samboot.boot.internal.launch;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.samboot.core.internal.library.JnaFiles;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link NativeExec}, as far as they can be survived; the rest is in
 * {@link ExecTests}.
 */
class NativeExecTests {

	private static final int O_CLOEXEC = 02000000;

	@Test
	void environmentShouldBeTheOneOfThisProcess() throws Exception {
		assertThat(load().environment()).contains("PATH=" + System.getenv("PATH"))
			.hasSizeGreaterThanOrEqualTo(System.getenv().size());
	}

	@Test
	void everyDescriptorShouldBeClosedOnExecWithoutCloseRangeToo() throws Exception {
		try (ServerSocket socket = new ServerSocket(0)) {
			assertThat(socket.isBound()).isTrue();
			load().closeEachDescriptorOnExec();
			// a directory that is being listed right now may appear
			assertThat(inheritable()).noneMatch((descriptor) -> descriptor.contains("socket:"));
		}
	}

	@Test
	void failedExecShouldSayWhy() throws Exception {
		NativeExec nativeExec = load();
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> nativeExec.exec(List.of("/nowhere"), List.of()))
			.withMessageContaining("ENOENT");
	}

	@Test
	void signalsShouldComeBackAfterFailedExec() throws Exception {
		String before = signals();
		SignalDefaults defaults = load().signalDefaults();
		defaults.set();
		String during = signals();
		defaults.restore();
		assertThat(during).isNotEqualTo(before);
		assertThat(signals()).isEqualTo(before);
	}

	private static NativeExec load() throws Exception {
		Path directory;
		NativeExec nativeExec;
		try (JnaFiles files = new JnaFiles("", System.getProperty("java.io.tmpdir"))) {
			directory = files.directory();
			files.unpack(NativeExec.class.getClassLoader());
			assertThat(System.getProperty("jna.boot.library.path")).isEqualTo(directory.toString());
			nativeExec = NativeExec.load();
		}
		assertThat(directory).doesNotExist();
		assertThat(System.getProperties()).doesNotContainKeys("jna.boot.library.path", "jna.tmpdir");
		return nativeExec;
	}

	private static String signals() throws IOException {
		return Files.readAllLines(Path.of("/proc/self/status"))
			.stream()
			.filter((line) -> line.startsWith("SigCgt"))
			.findFirst()
			.orElseThrow();
	}

	private static List<String> inheritable() throws IOException {
		List<String> inheritable = new ArrayList<>();
		try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
			for (Path entry : entries) {
				String name = entry.getFileName().toString();
				Path info = Path.of("/proc/self/fdinfo", name);
				if (Integer.parseInt(name) > 2 && Files.exists(info)) {
					String flags = Files.readAllLines(info)
						.stream()
						.filter((line) -> line.startsWith("flags:"))
						.findFirst()
						.orElseThrow()
						.substring("flags:".length())
						.trim();
					if ((Integer.parseInt(flags, 8) & O_CLOEXEC) == 0) {
						inheritable.add(name + " " + (Files.exists(entry) ? Files.readSymbolicLink(entry) : ""));
					}
				}
			}
		}
		return inheritable;
	}

}
