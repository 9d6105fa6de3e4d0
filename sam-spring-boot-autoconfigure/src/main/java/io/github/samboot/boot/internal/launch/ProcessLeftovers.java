package io.github.samboot.boot.internal.launch;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.springframework.util.FileSystemUtils;

/**
 * What a JVM deletes when it exits, and therefore not when it execs.
 */
final class ProcessLeftovers {

	private static final int WRITABLE_FOR_OTHERS = 002;

	private ProcessLeftovers() {
	}

	/**
	 * Delete the files of this JVM.
	 * @param pid the id of this process
	 * @param jvmOptions the options of this JVM
	 */
	static void delete(long pid, List<String> jvmOptions) {
		try {
			// HotSpot does not ask java.io.tmpdir for this one
			Files.deleteIfExists(Path.of("/tmp", "hsperfdata_" + System.getProperty("user.name"), Long.toString(pid)));
			for (String options : jvmOptions) {
				if (options.contains("FlightRecord")) {
					deleteRecordings(Path.of(System.getProperty("java.io.tmpdir", "/tmp")), pid);
				}
			}
		}
		catch (IOException | RuntimeException ex) {
			// they are only untidy
		}
	}

	/** In a directory of another user, names may lead elsewhere while it is deleted. */
	private static boolean isOwn(Path directory) throws IOException {
		Map<String, Object> attributes = Files.readAttributes(directory, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
		return attributes.get("uid").equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
				&& ((Integer) attributes.get("mode") & WRITABLE_FOR_OTHERS) == 0;
	}

	/** Flight Recorder's repository, named after date, time and process. */
	private static void deleteRecordings(Path temporary, long pid) throws IOException {
		try (DirectoryStream<Path> directories = Files.newDirectoryStream(temporary,
				"[0-9][0-9][0-9][0-9]_[0-9][0-9]_[0-9][0-9]_[0-9][0-9]_[0-9][0-9]_[0-9][0-9]_" + pid)) {
			for (Path directory : directories) {
				if (isOwn(directory)) {
					FileSystemUtils.deleteRecursively(directory);
				}
			}
		}
	}

}
