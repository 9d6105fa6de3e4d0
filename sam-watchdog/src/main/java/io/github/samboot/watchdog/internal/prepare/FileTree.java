package io.github.samboot.watchdog.internal.prepare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory with all that is below it; links are not followed.
 */
final class FileTree {

	private FileTree() {
	}

	static List<Path> files(Path directory) throws IOException {
		try (Stream<Path> all = Files.walk(directory)) {
			return all.filter((path) -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)).sorted().toList();
		}
	}

	static long size(Path directory) throws IOException {
		long size = 0;
		for (Path file : files(directory)) {
			size += Files.size(file);
		}
		return size;
	}

	static void delete(Path path) throws IOException {
		try (Stream<Path> all = Files.walk(path)) {
			for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
				Files.delete(each);
			}
		}
		catch (UncheckedIOException ex) {
			throw ex.getCause();
		}
	}

	static void sync(Path path) throws IOException {
		try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
			channel.force(true);
		}
	}

}
