package io.github.samboot.core.internal.library;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import io.github.samboot.core.internal.process.PlatformCharset;

/**
 * How the file system under a path is mounted.
 */
final class MountOptions {

	private static final Path MOUNTS = Path.of("/proc/self/mounts");

	private MountOptions() {
	}

	/**
	 * Return the mount options, separated by commas.
	 * @param path an existing path
	 * @return such as {@code rw,nosuid,noexec}; empty if the system does not tell
	 */
	static String of(Path path) throws IOException {
		if (!Files.isReadable(MOUNTS)) {
			return "";
		}
		try (BufferedReader mounts = Files.newBufferedReader(MOUNTS, StandardCharsets.ISO_8859_1)) {
			return of(path.toRealPath().toString(), mounts);
		}
	}

	/**
	 * (The locale may not express each mount point: bytes are compared.)
	 */
	static String of(String path, BufferedReader mounts) throws IOException {
		String bytes = new String(path.getBytes(PlatformCharset.get()), StandardCharsets.ISO_8859_1);
		String options = "";
		int longest = -1;
		for (String line = mounts.readLine(); line != null; line = mounts.readLine()) {
			// device, mount point, type, options; the last of several on one point is on
			// top
			String[] fields = line.split(" ");
			if (fields.length > 3) {
				String point = fields[1].replace("\\040", " ");
				boolean above = point.equals("/") || bytes.equals(point) || bytes.startsWith(point + "/");
				if (above && point.length() >= longest) {
					longest = point.length();
					options = fields[3];
				}
			}
		}
		return options;
	}

}
