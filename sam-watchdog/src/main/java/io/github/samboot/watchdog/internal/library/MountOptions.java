package io.github.samboot.watchdog.internal.library;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How the file system under a path is mounted.
 */
public final class MountOptions {

	private static final Path MOUNTS = Path.of("/proc/self/mounts");

	private MountOptions() {
	}

	/**
	 * Return the mount options, separated by commas.
	 * @param path an existing path
	 * @return such as {@code rw,nosuid,noexec}; empty if the system does not tell
	 */
	public static String of(Path path) throws IOException {
		if (!Files.isReadable(MOUNTS)) {
			return "";
		}
		Path real = path.toRealPath();
		String options = "";
		int longest = -1;
		try (BufferedReader reader = Files.newBufferedReader(MOUNTS, StandardCharsets.ISO_8859_1)) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				// device, mount point, type, options; the last of several on one point is
				// on top
				int point = line.indexOf(' ') + 1;
				int type = line.indexOf(' ', point) + 1;
				int start = line.indexOf(' ', type) + 1;
				int end = line.indexOf(' ', start);
				if (type > 0 && start > 0 && end > 0) {
					Path mountPoint = Path.of(line.substring(point, type - 1));
					if (real.startsWith(mountPoint) && mountPoint.getNameCount() >= longest) {
						longest = mountPoint.getNameCount();
						options = line.substring(start, end);
					}
				}
			}
		}
		return options;
	}

}
