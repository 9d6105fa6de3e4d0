package io.github.samboot.watchdog.internal.faststart;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.samboot.core.internal.process.JavaCommandLine;
import io.github.samboot.core.internal.rundir.VerifiedDirectory;
import org.jspecify.annotations.Nullable;

/**
 * Has instances start from what was prepared for their command, while that is what the
 * command would start.
 */
public final class FastStart {

	/** The property that tells an instance how it was started, and keeps its jar. */
	public static final String PROPERTY = "-Dsamboot.fast-start=";

	/** Where commands have their entries, in the directory of all. */
	public static final String COMMANDS = "commands";

	/** Where entries have their files. */
	public static final String ENTRIES = "entries";

	/** Of an entry from which a start has failed. */
	public static final String FAILED = ".failed";

	private volatile @Nullable Path directory;

	private String putAway = "";

	/** A start from it has failed, and it cannot be put away. */
	private volatile String refused = "";

	/**
	 * Look into a directory from now on.
	 * @param directory where entries lie, {@code null} if none are to be used
	 */
	public void use(@Nullable Path directory) {
		if (directory != null && this.directory == null) {
			preload();
		}
		this.directory = directory;
	}

	/**
	 * Return whether anything is looked for.
	 */
	public boolean isUsed() {
		return this.directory != null;
	}

	/**
	 * The jar of the watchdog may be another one when an instance has to start.
	 */
	private static void preload() {
		try {
			Path self = Path.of("/proc/self/exe");
			FileStamp file = new FileStamp(self, "", FileStamp.NO_DIGEST);
			Entry entry = new Entry("", self, 0, List.of("java"), self, Map.of(), List.of(file));
			Entry.parse(entry.format().getBytes(StandardCharsets.UTF_8)).difference(entry.options(), self, Map.of());
			List<String> command = List.of(System.getProperty("java.home") + "/bin/java", "-jar", "app.jar");
			Entry.options(command, null);
			rewrite(entry, command.get(0), JavaCommandLine.of(command));
		}
		catch (IOException ex) {
			// it is loaded all the same
		}
	}

	/**
	 * Return how to start the same, from what was prepared if that fits.
	 * @param command the command of the application
	 * @param environment the variables that count
	 * @return how
	 */
	public How find(List<String> command, Map<String, String> environment) {
		Path directory = this.directory;
		JavaCommandLine parts = JavaCommandLine.of(command);
		if (directory == null || !JavaCommandLine.isJava(command.get(0)) || parts.main().isEmpty()) {
			return new How(command, "", "");
		}
		try {
			Path jar = Path.of(parts.main()).toAbsolutePath().normalize();
			List<String> options = Entry.options(command, System.getenv("PATH"));
			String name = Entry.name(options, jar);
			if (name.equals(this.refused)) {
				return new How(command, "", "a start from it has failed");
			}
			Entry entry = read(directory, name);
			String obstacle = entry.difference(options, jar, environment);
			return obstacle.isEmpty() ? new How(rewrite(entry, command.get(0), parts), name, "")
					: new How(command, "", obstacle);
		}
		catch (NoSuchFileException ex) {
			// nothing is prepared
			return new How(command, "", "");
		}
		catch (IOException | InvalidPathException ex) {
			return new How(command, "", String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * How an instance is started.
	 *
	 * @param command the command
	 * @param entry the name of what was prepared, empty for a plain start
	 * @param obstacle why something that was prepared is not used, empty if it is, or
	 * there is nothing
	 */
	public record How(List<String> command, String entry, String obstacle) {

		/** Of a process that was not started here. */
		public static final How PLAIN = new How(List.of(), "", "");

		/**
		 * Return this start in words.
		 * @return part of a sentence, empty if there is nothing to say
		 */
		public String words() {
			if (!this.entry.isEmpty()) {
				return ", from its fast start entry " + this.entry;
			}
			return this.obstacle.isEmpty() ? "" : ", the plain way, as its fast start entry does not fit: "
					+ this.obstacle + " (sam.fast-start.enabled)";
		}

	}

	/**
	 * Read what was prepared for a command.
	 * @param directory where entries lie
	 * @param name the name of the command
	 * @return the entry
	 * @throws NoSuchFileException if there is none, or one of its directories is not of
	 * this user alone
	 * @throws IOException if it cannot be read
	 */
	public static Entry read(Path directory, String name) throws IOException {
		byte[] content;
		try (VerifiedDirectory all = VerifiedDirectory.open(directory);
				VerifiedDirectory commands = VerifiedDirectory.open(directory.resolve(COMMANDS))) {
			content = commands.read(name);
		}
		Entry entry = Entry.parse(content);
		if (!directory.resolve(ENTRIES).equals(entry.directory().getParent())) {
			throw new IOException("its files lie elsewhere: " + entry.directory());
		}
		// others can change nothing in it
		VerifiedDirectory.open(entry.directory()).close();
		return entry;
	}

	private static List<String> rewrite(Entry entry, String program, JavaCommandLine parts) {
		List<String> command = new ArrayList<>();
		command.add(program);
		command.add(PROPERTY + entry.plainMillis() + ":" + parts.main());
		command.add(archive(entry));
		command.addAll(parts.upToMain());
		if (entry.isUnpacked()) {
			command.set(command.size() - 1, entry.preparedJar().toString());
		}
		command.addAll(parts.arguments());
		return command;
	}

	/**
	 * Return the option that names the archive.
	 * @param entry what was prepared
	 * @return the option
	 */
	public static String archive(Entry entry) {
		return "-XX:SharedArchiveFile=" + entry.directory().resolve(Entry.ARCHIVE);
	}

	/**
	 * Undo what was done to a command, of which this is a later reading.
	 * @param command the command line of an instance
	 * @return the command of the application
	 */
	public static List<byte[]> plain(List<byte[]> command) {
		if (command.size() < 3 || !text(command.get(1)).startsWith(PROPERTY)) {
			return command;
		}
		String original = text(command.get(1)).substring(PROPERTY.length());
		List<byte[]> plain = new ArrayList<>(command);
		plain.subList(1, 3).clear();
		List<String> texts = JavaCommandLine.texts(plain, StandardCharsets.ISO_8859_1);
		plain.set(1 + JavaCommandLine.of(texts).upToMain().size() - 1,
				original.substring(original.indexOf(':') + 1).getBytes(StandardCharsets.ISO_8859_1));
		return plain;
	}

	private static String text(byte[] word) {
		return new String(word, StandardCharsets.ISO_8859_1);
	}

	/**
	 * A start has failed: what it was started from is not used again.
	 * @param name its name
	 */
	public synchronized void putAway(String name) {
		this.putAway = name;
		this.refused = rename(name, name + FAILED) ? "" : name;
	}

	/**
	 * A plain start has failed like the one before: it is not the fault of what that was
	 * started from.
	 */
	public synchronized void putBack() {
		if (!this.putAway.isEmpty()) {
			rename(this.putAway + FAILED, this.putAway);
			this.putAway = "";
			this.refused = "";
		}
	}

	/**
	 * An instance was up since: a later failure says nothing of this one.
	 */
	public synchronized void forget() {
		this.putAway = "";
	}

	private boolean rename(String from, String to) {
		Path directory = this.directory;
		if (directory == null) {
			return false;
		}
		try (VerifiedDirectory commands = VerifiedDirectory.open(directory.resolve(COMMANDS))) {
			commands.rename(from, to);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
