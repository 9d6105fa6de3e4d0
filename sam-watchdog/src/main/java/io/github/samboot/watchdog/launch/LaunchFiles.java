package io.github.samboot.watchdog.launch;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files that an application is started from, as far as its command line, its working
 * directory and the last instance tell: jars, option files, configuration. They show
 * whether a spare that was started earlier is still what would be started now.
 */
public final class LaunchFiles {

	/** A class path of a thousand jars is looked at in part. */
	private static final int MOST_FILES = 300;

	private final List<File> files = new ArrayList<>();

	private final Path[] configuration = { Path.of("."), Path.of("config") };

	/** Where an extracted application has its libraries. */
	private final List<File> libraries = new ArrayList<>();

	/**
	 * Look at a command line.
	 * @param arguments the command line
	 * @param list the paths of more files, one per line; need not exist
	 */
	LaunchFiles(List<byte[]> arguments, Path list) {
		for (String path : lines(list)) {
			add(path);
		}
		for (byte[] argument : arguments) {
			String text = ApplicationCommand.text(argument);
			int equals = text.indexOf('=');
			String value = (text.startsWith("-") && equals > 0) ? text.substring(equals + 1) : text;
			for (String path : value.split("[:,]")) {
				add(path.startsWith("@") ? path.substring(1) : path);
			}
		}
	}

	private void add(String path) {
		if (path.isEmpty() || this.files.size() >= MOST_FILES) {
			return;
		}
		File file = new File(path);
		if (file.isFile()) {
			this.files.add(file);
			File libraries = new File(file.getParentFile(), "lib");
			if (path.endsWith(".jar") && libraries.isDirectory() && !this.libraries.contains(libraries)) {
				this.libraries.add(libraries);
			}
		}
	}

	private static List<String> lines(Path file) {
		try {
			return Files.readAllLines(file);
		}
		catch (IOException ex) {
			// nobody has written it, or there are paths that no text can hold
			return List.of();
		}
	}

	/**
	 * Return a number that changes with the files.
	 * @return a hash of names, times and sizes
	 */
	public long fingerprint() {
		long hash = 17;
		for (File file : this.files) {
			hash = with(hash, file);
		}
		for (File directory : this.libraries) {
			hash = 31 * hash + ofLibraries(directory);
		}
		for (Path directory : this.configuration) {
			hash = 31 * hash + fingerprint(directory);
		}
		return hash;
	}

	/**
	 * Their directory alone would not tell: a copy over an old one leaves it as it is.
	 */
	private static long ofLibraries(File directory) {
		String[] names = directory.list();
		long sum = 0;
		if (names != null) {
			for (String name : names) {
				if (name.endsWith(".jar")) {
					// in whatever order they are listed
					sum += with(name.hashCode(), new File(directory, name));
				}
			}
		}
		return sum;
	}

	/**
	 * One by one: a directory may have more names than this JVM has memory for.
	 */
	private static long fingerprint(Path directory) {
		long sum = 0;
		try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "application*")) {
			for (Path path : files) {
				String name = path.getFileName().toString();
				if (!name.endsWith(".jar") && !name.endsWith(".log")) {
					// in whatever order they are listed
					sum += with(name.hashCode(), path.toFile());
				}
			}
		}
		catch (IOException | DirectoryIteratorException ex) {
			// not there, or not readable: nothing there counts
			return 0;
		}
		return sum;
	}

	private static long with(long hash, File file) {
		return (31 * hash + file.lastModified()) * 31 + file.length();
	}

}
