package io.github.samboot.core.internal.library;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.github.samboot.core.internal.rundir.RunDirectory;
import org.jspecify.annotations.Nullable;

/**
 * A private directory with JNA's native part, for as long as it takes to load that. JNA
 * could unpack it itself, but wants a random file name for it: the JDK's random numbers
 * cost a launch 20 ms, and a watchdog most of a megabyte. Not thread-safe: JNA is told by
 * system properties.
 */
public final class JnaFiles implements AutoCloseable {

	private static final String BOOT_PATH = "jna.boot.library.path";

	/** Otherwise JNA makes a directory in the user's cache, and leaves it. */
	private static final String TEMPORARY = "jna.tmpdir";

	private final Path directory;

	private final List<String> properties = new ArrayList<>();

	private JnaFiles(Path directory) {
		this.directory = directory;
	}

	/**
	 * Make the directory.
	 * @param parents where it may be if the user has not chosen, the best first
	 * @return the directory, empty
	 * @throws IOException if none of them takes a library
	 */
	public static JnaFiles create(@Nullable String... parents) throws IOException {
		List<@Nullable String> candidates = new ArrayList<>();
		candidates.add(System.getProperty(TEMPORARY));
		candidates.addAll(Arrays.asList(parents));
		String name = "sam-jna-" + ProcessHandle.current().pid() + "-" + Long.toString(System.nanoTime(), 36);
		for (String candidate : candidates) {
			if (candidate != null && takesLibraries(Path.of(candidate))) {
				Path directory = Path.of(candidate).toAbsolutePath().resolve(name);
				try {
					RunDirectory.makePrivate(directory);
					return new JnaFiles(directory);
				}
				catch (IOException ex) {
					// it is full, perhaps; perhaps the next
				}
			}
		}
		throw new IOException("it needs a writable directory on a file system that is not mounted noexec");
	}

	private static boolean takesLibraries(Path parent) {
		try {
			return Files.isDirectory(parent) && Files.isWritable(parent) && !MountOptions.of(parent).contains("noexec");
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Return the directory.
	 * @return its path
	 */
	public Path directory() {
		return this.directory;
	}

	/**
	 * Put JNA's native part where JNA finds it, unless the user has done so. Where JNA
	 * has none for this platform, it looks for a library of the system.
	 * @param loader finds JNA
	 * @throws ReflectiveOperationException if there is no JNA
	 * @throws IOException if it cannot be written
	 */
	public void unpack(ClassLoader loader) throws ReflectiveOperationException, IOException {
		set(TEMPORARY);
		String platform = (String) Class.forName("com.sun.jna.Platform", true, loader)
			.getField("RESOURCE_PREFIX")
			.get(null);
		String library = System.mapLibraryName("jnidispatch");
		try (InputStream in = loader.getResourceAsStream("com/sun/jna/" + platform + "/" + library)) {
			if (in != null) {
				Files.copy(in, this.directory.resolve(library));
				set(BOOT_PATH);
			}
		}
	}

	private void set(String property) {
		if (System.getProperty(property) == null) {
			System.setProperty(property, this.directory.toString());
			this.properties.add(property);
		}
	}

	/**
	 * Delete the directory. What is loaded or open stays usable.
	 */
	@Override
	public void close() {
		this.properties.forEach(System::clearProperty);
		try {
			RunDirectory.delete(this.directory);
		}
		catch (IOException ex) {
			// JNA puts files only; what cannot be deleted is in a private temporary
			// directory
		}
	}

}
