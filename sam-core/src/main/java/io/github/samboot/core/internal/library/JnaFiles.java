package io.github.samboot.core.internal.library;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.samboot.core.internal.rundir.RunDirectory;
import org.jspecify.annotations.Nullable;

/**
 * A private directory with JNA's native part, for as long as it takes to load that. JNA
 * could unpack it itself, but wants a random file name for it: the JDK's random numbers
 * cost a launch 20 ms, and a watchdog most of a megabyte. One at a time, as JNA is told
 * by system properties; but it can be closed by another thread, such as a shutdown hook.
 */
public final class JnaFiles implements AutoCloseable {

	private static final String BOOT_PATH = "jna.boot.library.path";

	/** Otherwise JNA makes a directory in the user's cache, and leaves it. */
	private static final String TEMPORARY = "jna.tmpdir";

	private final String remedy;

	private final List<String> parents = new ArrayList<>();

	private final List<String> properties = new CopyOnWriteArrayList<>();

	private volatile @Nullable Path directory;

	/**
	 * Create the files; nothing is written before it is needed.
	 * @param remedy what to do where no directory takes a library
	 * @param parents where they may lie if the user has not chosen, the best first
	 */
	public JnaFiles(String remedy, @Nullable String... parents) {
		this.remedy = remedy;
		add(System.getProperty(TEMPORARY));
		for (String parent : parents) {
			add(parent);
		}
	}

	private void add(@Nullable String parent) {
		if (parent != null) {
			this.parents.add(parent);
		}
	}

	/**
	 * Return the directory, which is made when this is called first.
	 * @return its path
	 * @throws IOException if no parent takes a library
	 */
	public Path directory() throws IOException {
		Path directory = this.directory;
		if (directory == null) {
			directory = make();
			this.directory = directory;
		}
		return directory;
	}

	private Path make() throws IOException {
		String name = "sam-jna-" + ProcessHandle.current().pid() + "-" + Long.toString(System.nanoTime(), 36);
		for (String parent : this.parents) {
			Path directory = Path.of(parent).toAbsolutePath().resolve(name);
			if (Files.isDirectory(directory.getParent()) && takesLibraries(directory)) {
				return directory;
			}
		}
		throw new IOException(
				"it needs a writable directory on a file system that is not mounted noexec, which none of "
						+ String.join(", ", this.parents) + " is; " + this.remedy);
	}

	/**
	 * Make a directory, if it takes libraries: where the kernel executes no file, it maps
	 * none as a library either.
	 */
	private static boolean takesLibraries(Path directory) {
		try {
			RunDirectory.makePrivate(directory);
			Path probe = Files.createFile(directory.resolve("probe"),
					PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
			if (Files.isExecutable(probe)) {
				Files.delete(probe);
				return true;
			}
		}
		catch (IOException ex) {
			// it cannot be written
		}
		try {
			RunDirectory.delete(directory);
		}
		catch (IOException ex) {
			// nor searched
		}
		return false;
	}

	/**
	 * Put JNA's native part where JNA finds it, unless the user has decided where that is
	 * to come from.
	 * @param loader finds JNA
	 * @throws ReflectiveOperationException if there is no JNA
	 * @throws IOException if it cannot be written
	 */
	public void unpack(ClassLoader loader) throws ReflectiveOperationException, IOException {
		if (System.getProperty(BOOT_PATH) != null || Boolean.getBoolean("jna.nounpack")) {
			return;
		}
		String platform = (String) Class.forName("com.sun.jna.Platform", true, loader)
			.getField("RESOURCE_PREFIX")
			.get(null);
		String library = System.mapLibraryName("jnidispatch");
		try (InputStream in = loader.getResourceAsStream("com/sun/jna/" + platform + "/" + library)) {
			if (in == null) {
				// JNA knows what else may be there, or says what is missing
				return;
			}
			set(TEMPORARY, directory());
			Files.copy(in, directory().resolve(library));
			set(BOOT_PATH, directory());
		}
	}

	private void set(String property, Path directory) {
		if (System.getProperty(property) == null) {
			this.properties.add(property);
			System.setProperty(property, directory.toString());
		}
	}

	/**
	 * Delete the directory. What is loaded or open stays usable.
	 */
	@Override
	public void close() {
		this.properties.forEach(System::clearProperty);
		Path directory = this.directory;
		try {
			if (directory != null) {
				RunDirectory.delete(directory);
			}
		}
		catch (IOException ex) {
			// JNA puts files only; what cannot be deleted is in a private temporary
			// directory
		}
	}

}
