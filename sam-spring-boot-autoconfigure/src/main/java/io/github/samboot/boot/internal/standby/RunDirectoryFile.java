package io.github.samboot.boot.internal.standby;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

import io.github.samboot.core.internal.rundir.VerifiedDirectory;

/**
 * What an active instance leaves to others in the run directory.
 */
final class RunDirectoryFile {

	private RunDirectoryFile() {
	}

	/**
	 * Write a file of lines.
	 * @param file the file, which is replaced as a whole, and readable for this user only
	 * @param lines the lines
	 * @throws IOException if it cannot be written
	 */
	static void write(Path file, List<String> lines) throws IOException {
		try (VerifiedDirectory directory = VerifiedDirectory.open(file.toAbsolutePath().getParent())) {
			directory.replace(file.getFileName().toString(),
					String.join("\n", lines).concat("\n").getBytes(StandardCharsets.UTF_8));
		}
	}

	/**
	 * Read a file of lines.
	 * @param file the file
	 * @return its lines
	 * @throws IOException if it cannot be read
	 */
	static List<String> read(Path file) throws IOException {
		try (VerifiedDirectory directory = VerifiedDirectory.open(file.toAbsolutePath().getParent())) {
			return new String(directory.read(file.getFileName().toString()), StandardCharsets.UTF_8).lines().toList();
		}
	}

}
