package io.github.samboot.autoconfigure.standby;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * Writes what an active instance leaves to others in the run directory.
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
		Path directory = file.toAbsolutePath().getParent();
		Path temporary = Files.createTempFile(directory, file.getFileName().toString(), ".tmp",
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
		try {
			Files.write(temporary, lines);
			Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
		}
		finally {
			Files.deleteIfExists(temporary);
		}
	}

}
