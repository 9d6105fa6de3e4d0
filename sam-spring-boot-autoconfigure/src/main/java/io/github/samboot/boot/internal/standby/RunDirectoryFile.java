package io.github.samboot.boot.internal.standby;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
		String name = file.getFileName().toString();
		String temporary = name + ".tmp";
		try (VerifiedDirectory directory = VerifiedDirectory.open(file.toAbsolutePath().getParent())) {
			try {
				try (OutputStream out = Channels.newOutputStream(directory.newFile(temporary))) {
					out.write(String.join("\n", lines).concat("\n").getBytes(StandardCharsets.UTF_8));
				}
				directory.rename(temporary, name);
			}
			finally {
				directory.delete(temporary);
			}
		}
	}

	/**
	 * Read a file of lines.
	 * @param file the file
	 * @return its lines
	 * @throws IOException if it cannot be read
	 */
	static List<String> read(Path file) throws IOException {
		try (VerifiedDirectory directory = VerifiedDirectory.open(file.toAbsolutePath().getParent());
				InputStream in = Channels
					.newInputStream(directory.file(file.getFileName().toString(), StandardOpenOption.READ))) {
			return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
		}
	}

}
