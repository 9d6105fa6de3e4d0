package io.github.samboot.watchdog.internal.standby;

import java.io.File;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The files of one directory that count. To list it costs a multiple of looking at files
 * whose names are known, so that is done only after something came or went.
 */
final class WatchedDirectory {

	/** In a directory with more names they are not all looked at. */
	private static final int MOST_NAMES = 2000;

	private static final int MOST_FILES = 300;

	/** In so short a time something else may change without being seen. */
	private static final long COARSEST_CLOCK_MILLIS = 2000;

	private final File directory;

	/** How the names that count begin, and how they end. */
	private final List<String[]> names = new ArrayList<>();

	private List<File> files = List.of();

	private long listed = -1;

	WatchedDirectory(File directory) {
		this.directory = directory;
	}

	/**
	 * Have names count.
	 * @param beginning how they begin
	 * @param ending how they end
	 */
	void add(String beginning, String ending) {
		this.names.add(new String[] { beginning, ending });
	}

	/**
	 * Return the files that count.
	 */
	List<File> files() {
		long modified = this.directory.lastModified();
		if (modified != this.listed) {
			boolean isSettled = Math.abs(System.currentTimeMillis() - modified) > COARSEST_CLOCK_MILLIS;
			List<File> found = list();
			this.files = (found != null) ? found : this.files;
			this.listed = (isSettled && found != null) ? modified : -1;
		}
		return this.files;
	}

	/**
	 * Return the files that count now, {@code null} if that cannot be found out now.
	 */
	private @Nullable List<File> list() {
		List<File> found = new ArrayList<>();
		// one by one: there may be more names than this JVM has memory for
		try (DirectoryStream<Path> all = Files.newDirectoryStream(this.directory.toPath())) {
			int count = 0;
			for (Path path : all) {
				if (++count > MOST_NAMES || found.size() >= MOST_FILES) {
					break;
				}
				String name = path.getFileName().toString();
				if (counts(name)) {
					found.add(new File(this.directory, name));
				}
			}
		}
		catch (NoSuchFileException | NotDirectoryException | AccessDeniedException ex) {
			// nothing there counts
		}
		catch (IOException | DirectoryIteratorException ex) {
			// no descriptor, or a disk that fails: that does not change the files
			return null;
		}
		return found;
	}

	private boolean counts(String name) {
		for (String[] ends : this.names) {
			if (name.startsWith(ends[0]) && name.endsWith(ends[1])) {
				return true;
			}
		}
		return false;
	}

}
