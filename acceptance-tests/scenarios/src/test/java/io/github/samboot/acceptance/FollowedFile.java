package io.github.samboot.acceptance;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A text file that others append to.
 */
final class FollowedFile {

	private final Path path;

	private long offset;

	FollowedFile(Path path) {
		this.path = path;
	}

	/**
	 * Return the whole lines that have been added since the last call.
	 * @return the lines
	 */
	List<String> newLines() {
		if (!Files.exists(this.path)) {
			return List.of();
		}
		try (RandomAccessFile file = new RandomAccessFile(this.path.toFile(), "r")) {
			byte[] bytes = new byte[(int) (file.length() - this.offset)];
			file.seek(this.offset);
			file.readFully(bytes);
			String text = new String(bytes, StandardCharsets.ISO_8859_1);
			int end = text.lastIndexOf('\n') + 1;
			this.offset += end;
			return text.substring(0, end).lines().toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
