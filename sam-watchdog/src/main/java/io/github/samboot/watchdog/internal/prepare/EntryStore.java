package io.github.samboot.watchdog.internal.prepare;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.core.internal.rundir.VerifiedDirectory;
import io.github.samboot.watchdog.internal.faststart.Entry;
import io.github.samboot.watchdog.internal.faststart.FastStart;
import io.github.samboot.watchdog.internal.faststart.FileStamp;
import org.jspecify.annotations.Nullable;

/**
 * The directory of all entries. What is half made is seen by nothing: an entry counts
 * from the moment its text is renamed to the name of its command.
 */
final class EntryStore {

	private static final int KEPT_PER_JAR = 3;

	static final long MOST_BYTES = 1L << 30;

	private static final String LOCK = "lock";

	private final Path directory;

	private final Path commands;

	private final Path entries;

	private final long mostBytes;

	/**
	 * Open a store, which is made if there is none.
	 */
	EntryStore(Path directory, long mostBytes) throws IOException {
		this.directory = directory.toAbsolutePath().normalize();
		this.commands = this.directory.resolve(FastStart.COMMANDS);
		this.entries = this.directory.resolve(FastStart.ENTRIES);
		this.mostBytes = mostBytes;
		makePrivate(this.directory);
		makePrivate(this.commands);
		makePrivate(this.entries);
	}

	private static void makePrivate(Path directory) throws IOException {
		if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
			Path parent = directory.getParent();
			if (parent != null) {
				Files.createDirectories(parent);
			}
			try {
				RunDirectory.makePrivate(directory);
			}
			catch (FileAlreadyExistsException ex) {
				// another preparation was faster
			}
		}
		if (!RunDirectory.isPrivate(directory)) {
			throw new IOException(directory + " is no directory of this user alone with mode 0700, and is not used:"
					+ " remove it, or name another one (sam.fast-start.directory)");
		}
	}

	/**
	 * Open the file whose lock the process has that prepares something here.
	 */
	FileChannel lockFile() throws IOException {
		return FileChannel.open(this.directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE,
				LinkOption.NOFOLLOW_LINKS);
	}

	/**
	 * Return what is used for a command today.
	 */
	@Nullable Entry present(EntrySource source) {
		try {
			Entry present = FastStart.read(this.directory, source.name());
			return present.difference(source.options(), source.jar(), source.variables()).isEmpty() ? present : null;
		}
		catch (IOException ex) {
			// there is none, or one that is of no use
			return null;
		}
	}

	/**
	 * Refuse what was made before and failed.
	 */
	void refuseFailed(String name, List<String> keys) throws IOException {
		Path failed = this.commands.resolve(name + FastStart.FAILED);
		Entry entry = read(failed);
		if (entry != null && keys.contains(entry.key())) {
			throw new LeftAloneException("a start from what was prepared for this very jar has failed; remove " + failed
					+ " to have it prepared again");
		}
	}

	/**
	 * Have later starts use no entry.
	 */
	void putAway(String name) throws IOException {
		try (VerifiedDirectory open = VerifiedDirectory.open(this.commands)) {
			open.rename(name, name + FastStart.FAILED);
		}
	}

	/**
	 * Find what was made from the same, and read all of it.
	 */
	@Nullable Entry existing(Entry draft, List<FileStamp> outside) throws IOException {
		for (Path directory : FileTree.list(this.entries)) {
			if (!directory.getFileName().toString().startsWith(draft.key())) {
				continue;
			}
			try {
				VerifiedDirectory.open(directory).close();
				Entry found = Entry.parse(Files.readAllBytes(directory.resolve(Entry.RECORD)));
				List<FileStamp> files = new ArrayList<>(outside);
				for (FileStamp file : found.files()) {
					if (file.path().startsWith(directory)) {
						FileStamp now = FileContent.stamped(file.path());
						if (!now.digest().equals(file.digest())) {
							throw new IOException(file.path() + " is damaged");
						}
						files.add(now);
					}
				}
				if (found.key().equals(draft.key()) && files.size() == found.files().size()) {
					return draft.with(directory, files);
				}
			}
			catch (IOException ex) {
				System.out.println("leaves an earlier entry aside: " + ex.getMessage());
			}
		}
		return null;
	}

	/**
	 * Make a directory for an entry.
	 */
	Path newDirectory(String key) throws IOException {
		Path directory = this.entries.resolve(key);
		for (int number = 1; Files.exists(directory, LinkOption.NOFOLLOW_LINKS); number++) {
			directory = directory.resolveSibling(key + "." + number);
		}
		makePrivate(directory);
		return directory;
	}

	/**
	 * Have later starts use an entry.
	 */
	void put(String name, Entry entry) throws IOException {
		try (VerifiedDirectory open = VerifiedDirectory.open(this.commands)) {
			open.replace(name, entry.format().getBytes(StandardCharsets.UTF_8));
			open.delete(name + FastStart.FAILED);
		}
		FileTree.sync(this.commands);
	}

	/**
	 * Remove what is not needed any more, but nothing that a process runs from: it may
	 * open further jars.
	 */
	void prune(Path jar, @Nullable Path kept) throws IOException {
		List<Path> all = FileTree.list(this.entries);
		all.sort(Comparator.comparingLong(EntryStore::madeAt).reversed());
		long bytes = 0;
		int ofThisJar = 0;
		for (Path entry : all) {
			Entry made = read(entry.resolve(Entry.RECORD));
			boolean isOurs = made != null && made.jar().equals(jar);
			long size = FileTree.size(entry);
			ofThisJar += isOurs ? 1 : 0;
			// a half one was interrupted: this is the only process that makes any
			boolean isTooMuch = made == null || bytes + size > this.mostBytes || (isOurs && ofThisJar > KEPT_PER_JAR);
			if (isTooMuch && !entry.equals(kept) && !isUsed(entry)) {
				FileTree.delete(entry);
			}
			else {
				bytes += size;
			}
		}
		for (Path command : FileTree.list(this.commands)) {
			Entry entry = read(command);
			boolean leadsToAnEntry = entry != null && Files.exists(entry.directory());
			if (!leadsToAnEntry && !command.toString().endsWith(FastStart.FAILED)) {
				Files.delete(command);
			}
		}
	}

	/**
	 * Read an entry, {@code null} if there is none, or one of another release.
	 */
	private static @Nullable Entry read(Path file) {
		try {
			return Entry.parse(Files.readAllBytes(file));
		}
		catch (IOException ex) {
			return null;
		}
	}

	private static long madeAt(Path directory) {
		return directory.resolve(Entry.RECORD).toFile().lastModified();
	}

	/**
	 * Return whether a process runs from an entry, or was started to make it and outlives
	 * the preparation that did so.
	 */
	private static boolean isUsed(Path directory) {
		return KnownProcess.all()
			.stream()
			.map((pid) -> KnownProcess.text(pid, "cmdline"))
			.anyMatch((words) -> words.contains(directory + "/") || words.contains(directory + "\0"));
	}

}
