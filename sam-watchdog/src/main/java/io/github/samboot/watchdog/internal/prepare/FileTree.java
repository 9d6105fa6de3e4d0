package io.github.samboot.watchdog.internal.prepare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory with all that is below it; links are not followed.
 */
final class FileTree {

	private FileTree() {
	}

	/**
	 * Return what is in a directory.
	 */
	static List<Path> list(Path directory) throws IOException {
		try (Stream<Path> all = Files.list(directory)) {
			return new ArrayList<>(all.toList());
		}
	}

	static List<Path> files(Path directory) throws IOException {
		return all(directory).stream().filter((path) -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)).toList();
	}

	static long size(Path directory) throws IOException {
		long size = 0;
		for (Path file : files(directory)) {
			size += Files.size(file);
		}
		return size;
	}

	static void delete(Path path) throws IOException {
		List<Path> all = all(path);
		for (int i = all.size() - 1; i >= 0; i--) {
			Files.delete(all.get(i));
		}
	}

	/**
	 * Return all, a directory before what is in it.
	 */
	private static List<Path> all(Path root) throws IOException {
		try (Stream<Path> all = Files.walk(root)) {
			return all.sorted().toList();
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
