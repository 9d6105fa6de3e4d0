package io.github.samboot.watchdog.internal.prepare;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.github.samboot.core.internal.process.JavaCommandLine;
import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.rundir.VerifiedDirectory;
import io.github.samboot.watchdog.internal.faststart.Entry;
import io.github.samboot.watchdog.internal.faststart.FastStart;
import io.github.samboot.watchdog.internal.faststart.FileStamp;
import org.jspecify.annotations.Nullable;

/**
 * Prepares later starts of an application that runs, beside it: unpacks its jar, and has
 * a JVM write an archive of the classes it has loaded. Nothing of the application is
 * started for that. What is half made is seen by nothing: an entry counts from the moment
 * its text is renamed to the name of its command.
 */
public final class EntryPreparation {

	/** What the command line begins with. */
	public static final String OPTION = "--prepare-later-starts";

	private static final int LEFT_ALONE = 3;

	private static final int KEPT_PER_JAR = 3;

	private static final long MOST_BYTES = 1L << 30;

	/** A file may change twice within one tick of the clock of its file system. */
	private static final long COARSEST_CLOCK_MILLIS = 2000;

	private static final String LOCK = "lock";

	private final Path store;

	private final long pid;

	private final Path classes;

	private final long plainMillis;

	/** Flags of the JVM that an archive depends on. */
	private final List<String> flags;

	private final Programs programs = new Programs();

	private EntryPreparation(String[] args) {
		this.store = Path.of(args[1]).toAbsolutePath().normalize();
		this.pid = Long.parseLong(args[2]);
		this.classes = Path.of(args[3]);
		this.plainMillis = Long.parseLong(args[4]);
		this.flags = List.of(args).subList(5, args.length);
	}

	/**
	 * Prepare an application.
	 * @param args the option, the directory of all entries, the process id of the
	 * application, a file with the names of its classes, how long its start took, and
	 * flags of its JVM
	 * @return the exit code: 0 if there is an entry, 3 if it is to be left alone
	 */
	public static int main(String[] args) {
		EntryPreparation preparation = new EntryPreparation(args);
		Runtime.getRuntime().addShutdownHook(new Thread(preparation.programs::close, "sam-undo"));
		try {
			System.out.println(preparation.run());
			return 0;
		}
		catch (LeftAloneException ex) {
			System.out.println("left alone: " + ex.getMessage());
			return LEFT_ALONE;
		}
		catch (IOException | IllegalArgumentException ex) {
			System.out.println("failed: " + ((ex.getClass() == IOException.class) ? ex.getMessage() : ex));
			return 1;
		}
	}

	private String run() throws IOException {
		List<byte[]> words = FastStart.plain(KnownProcess.commandLine(this.pid));
		List<String> command = new ArrayList<>();
		for (byte[] word : words) {
			command.add(new String(word, StandardCharsets.UTF_8));
		}
		if (command.isEmpty()) {
			throw new IOException("the application has ended");
		}
		Suitability.check(command);
		Path work = Files.readSymbolicLink(Path.of("/proc", String.valueOf(this.pid), "cwd"));
		Path jar = work.resolve(JavaCommandLine.of(command).main()).normalize();
		Map<String, String> variables = variables();
		if (command.get(0).contains("/")) {
			variables.remove("PATH");
		}
		Suitability.checkVariables(variables);
		Suitability.checkJar(jar);
		privateDirectory(this.store);
		privateDirectory(this.store.resolve(FastStart.COMMANDS));
		privateDirectory(this.store.resolve(FastStart.ENTRIES));
		try (FileChannel channel = FileChannel.open(this.store.resolve(LOCK), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS); FileLock lock = channel.lock()) {
			return prepare(Entry.options(command), jar, variables);
		}
	}

	private String prepare(List<String> options, Path jar, Map<String, String> variables) throws IOException {
		String name = Entry.name(options, jar);
		try {
			Entry present = FastStart.read(this.store, name);
			if (present.difference(options, jar, variables).isEmpty()) {
				System.out.println("entry " + present.directory());
				return "is prepared already";
			}
		}
		catch (IOException ex) {
			// there is none, or one that is of no use
		}
		Path java = Path.of(System.getProperty("java.home"), "bin", "java");
		JavaRuntime runtime = JavaRuntime.of(java.toString(), this.programs);
		List<FileStamp> outside = outside(options.get(0), jar, runtime, variables);
		String key = key(outside, options, variables);
		refuseFailed(name, key);
		prune(jar);
		Entry entry = existing(key, options, jar, variables, outside);
		boolean isNew = entry == null;
		if (entry == null) {
			entry = make(key, options, jar, variables, outside, runtime);
		}
		for (FileStamp file : outside) {
			if (!FileStamp.of(file.path()).equals(file.stamp())) {
				throw new IOException(file.path() + " changed meanwhile");
			}
		}
		try (VerifiedDirectory commands = VerifiedDirectory.open(this.store.resolve(FastStart.COMMANDS))) {
			byte[] text = entry.format().getBytes(StandardCharsets.UTF_8);
			commands.replace(name, text);
			commands.delete(name + FastStart.FAILED);
		}
		sync(this.store.resolve(FastStart.COMMANDS));
		prune(jar);
		System.out.println("entry " + entry.directory());
		return (isNew ? "is prepared: " : "was prepared before: ") + size(entry.directory()) / (1024 * 1024)
				+ " MiB in " + entry.directory();
	}

	private Map<String, String> variables() throws IOException {
		Map<String, String> variables = new TreeMap<>();
		String all = Files.readString(Path.of("/proc", String.valueOf(this.pid), "environ"),
				StandardCharsets.ISO_8859_1);
		for (String variable : all.split("\0")) {
			int equals = variable.indexOf('=');
			if (equals > 0 && Entry.VARIABLES.contains(variable.substring(0, equals))) {
				variables.put(variable.substring(0, equals), variable.substring(equals + 1));
			}
		}
		return variables;
	}

	/**
	 * Return what the application is started from today.
	 */
	private static List<FileStamp> outside(String program, Path jar, JavaRuntime runtime, Map<String, String> variables)
			throws IOException {
		Path home = runtime.java().getParent().getParent();
		List<FileStamp> files = new ArrayList<>();
		files.add(stamped(jar));
		Path launcher = program(program, variables.getOrDefault("PATH", ""));
		files.add(new FileStamp(launcher, FileStamp.of(launcher), FileStamp.NO_DIGEST));
		for (String name : List.of("release", "lib/modules", "lib/server/libjvm.so")) {
			Path file = home.resolve(name);
			if (Files.exists(file)) {
				files.add(new FileStamp(file, FileStamp.of(file), FileStamp.NO_DIGEST));
			}
		}
		return files;
	}

	private static Path program(String name, String path) throws IOException {
		for (String directory : name.contains("/") ? List.of("") : Arrays.asList(path.split(":"))) {
			Path program = Path.of(directory, name);
			if (program.isAbsolute() && Files.isExecutable(program)) {
				return program;
			}
		}
		throw new LeftAloneException("its program " + name + " has no absolute path");
	}

	/**
	 * Read a file while it does not change.
	 */
	private static FileStamp stamped(Path file) throws IOException {
		long changed = ((FileTime) Files.getAttribute(file, "unix:ctime")).toMillis();
		long settled = changed + COARSEST_CLOCK_MILLIS - System.currentTimeMillis();
		if (settled > 0 && settled <= COARSEST_CLOCK_MILLIS) {
			try {
				Thread.sleep(settled);
			}
			catch (InterruptedException ex) {
				throw new IOException("interrupted", ex);
			}
		}
		String stamp = FileStamp.of(file);
		String digest = digest(file);
		if (!FileStamp.of(file).equals(stamp)) {
			throw new IOException(file + " changed while it was read");
		}
		return new FileStamp(file, stamp, digest);
	}

	private static String digest(Path file) throws IOException {
		MessageDigest digest = sha256();
		byte[] buffer = new byte[64 * 1024];
		try (InputStream in = Files.newInputStream(file)) {
			for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
				digest.update(buffer, 0, length);
			}
		}
		return HexFormat.of().formatHex(digest.digest());
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The jar is in it by content, the JVM by its build.
	 */
	private String key(List<FileStamp> outside, List<String> options, Map<String, String> variables) {
		MessageDigest digest = sha256();
		List<String> parts = new ArrayList<>(List.of(outside.get(0).digest(), outside.get(0).path().toString(),
				System.getProperty("java.home"), System.getProperty("java.vm.version"),
				System.getProperty("java.vm.name"), System.getProperty("os.arch")));
		parts.addAll(options);
		parts.addAll(this.flags);
		variables.forEach((name, value) -> parts.add(name + "=" + value));
		for (String part : parts) {
			digest.update(part.getBytes(StandardCharsets.UTF_8));
			digest.update((byte) 0);
		}
		return HexFormat.of().formatHex(digest.digest()).substring(0, 32);
	}

	private void refuseFailed(String name, String key) throws IOException {
		Path failed = this.store.resolve(FastStart.COMMANDS).resolve(name + FastStart.FAILED);
		try {
			if (Entry.parse(Files.readAllBytes(failed)).key().equals(key)) {
				throw new LeftAloneException("a start from what was prepared for this very jar has failed; remove "
						+ failed + " to have it prepared again");
			}
		}
		catch (NoSuchFileException ex) {
			// none has failed
		}
	}

	/**
	 * Find what was made from the same, and read all of it.
	 */
	private @Nullable Entry existing(String key, List<String> options, Path jar, Map<String, String> variables,
			List<FileStamp> outside) throws IOException {
		for (Path directory : list(this.store.resolve(FastStart.ENTRIES))) {
			if (!directory.getFileName().toString().startsWith(key)) {
				continue;
			}
			try {
				VerifiedDirectory.open(directory).close();
				Entry found = Entry.parse(Files.readAllBytes(directory.resolve(Entry.RECORD)));
				List<FileStamp> files = new ArrayList<>(outside);
				int inside = 0;
				for (FileStamp file : found.files()) {
					if (file.path().startsWith(directory)) {
						FileStamp now = stamped(file.path());
						if (!now.digest().equals(file.digest())) {
							throw new IOException(file.path() + " is damaged");
						}
						files.add(now);
						inside++;
					}
				}
				if (found.key().equals(key) && inside > 1) {
					return new Entry(key, directory, this.plainMillis, options, jar, variables, files);
				}
			}
			catch (IOException ex) {
				System.out.println("leaves an earlier entry aside: " + ex.getMessage());
			}
		}
		return null;
	}

	private Entry make(String key, List<String> options, Path jar, Map<String, String> variables,
			List<FileStamp> outside, JavaRuntime runtime) throws IOException {
		int number = 0;
		Path directory = this.store.resolve(FastStart.ENTRIES).resolve(key);
		while (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
			directory = directory.resolveSibling(key + "." + ++number);
		}
		privateDirectory(directory);
		boolean isMade = false;
		try {
			Entry entry = new Entry(key, directory, this.plainMillis, options, jar, variables, List.of());
			runtime.checkPath(entry.preparedJar());
			unpack(jar, entry.preparedJar(), runtime);
			archive(directory, entry.preparedJar(), options, runtime);
			List<FileStamp> files = new ArrayList<>(outside);
			for (Path file : files(directory)) {
				sync(file);
				files.add(stamped(file));
			}
			entry = new Entry(key, directory, this.plainMillis, options, jar, variables, files);
			Path record = directory.resolve(Entry.RECORD);
			Files.writeString(record, entry.format());
			sync(record);
			sync(directory);
			isMade = true;
			return entry;
		}
		finally {
			if (!isMade) {
				Place.delete(directory);
			}
		}
	}

	private void unpack(Path jar, Path prepared, JavaRuntime runtime) throws IOException {
		System.out.println("unpacks " + jar);
		run("could not be unpacked", runtime.java().toString(), "-Djarmode=tools", "-jar", jar.toString(), "extract",
				"--force", "--destination", prepared.getParent().toString());
		Suitability.checkUnpacked(jar, prepared);
	}

	/**
	 * Have a JVM write the archive, and another one take it.
	 */
	private void archive(Path directory, Path jar, List<String> options, JavaRuntime runtime) throws IOException {
		List<String> names = new ArrayList<>();
		for (String line : Files.readAllLines(this.classes)) {
			names.add(line.replace('.', '/'));
		}
		System.out.println("writes an archive of " + names.size() + " classes");
		Path list = directory.resolve("classes");
		Files.write(list, names);
		String archive = "-XX:SharedArchiveFile=" + directory.resolve(Entry.ARCHIVE);
		List<String> command = new ArrayList<>(List.of(runtime.java().toString(), "-Xshare:dump",
				"-XX:SharedClassListFile=" + list, archive, "-Xlog:disable", "-Xlog:all=error:stderr"));
		command.addAll(this.flags);
		command.addAll(List.of("-cp", jar.toString()));
		run("no archive could be written", command.toArray(new String[0]));
		Files.delete(list);
		command = new ArrayList<>(List.of(runtime.java().toString(), archive, "-Xshare:on"));
		command.addAll(this.flags);
		command.addAll(Suitability.moduleOptions(options));
		command.addAll(List.of("-cp", jar.toString(), "-version"));
		run("the archive is not taken", command.toArray(new String[0]));
	}

	private void run(String problem, String... command) throws IOException {
		Programs.Result result = this.programs.run(List.of(command));
		if (result.code() != 0) {
			throw new IOException(problem + " (exit code " + result.code() + "). It says:\n" + result.lastLines());
		}
	}

	/**
	 * Remove what is not needed any more, but nothing that a process runs from: it may
	 * open further jars.
	 */
	private void prune(Path jar) throws IOException {
		List<Path> entries = list(this.store.resolve(FastStart.ENTRIES));
		entries.sort((left, right) -> Long.compare(age(left), age(right)));
		long bytes = 0;
		int ofThisJar = 0;
		for (Path directory : entries) {
			boolean isOurs = false;
			boolean isWhole = true;
			try {
				isOurs = Entry.parse(Files.readAllBytes(directory.resolve(Entry.RECORD))).jar().equals(jar);
			}
			catch (IOException ex) {
				// it was interrupted: this is the only process that makes any
				isWhole = false;
			}
			bytes += size(directory);
			ofThisJar += isOurs ? 1 : 0;
			boolean isTooMuch = !isWhole || bytes > MOST_BYTES || (isOurs && ofThisJar > KEPT_PER_JAR);
			if (isTooMuch && !isUsed(directory)) {
				bytes -= size(directory);
				Place.delete(directory);
			}
		}
	}

	private static long age(Path directory) {
		return -directory.resolve(Entry.RECORD).toFile().lastModified();
	}

	private static boolean isUsed(Path directory) {
		return ProcessHandle.allProcesses().anyMatch((process) -> {
			try {
				return Files
					.readString(Path.of("/proc", String.valueOf(process.pid()), "cmdline"), StandardCharsets.ISO_8859_1)
					.contains(directory + "/");
			}
			catch (IOException ex) {
				// it has ended, or is of another user
				return false;
			}
		});
	}

	private static long size(Path directory) throws IOException {
		long size = 0;
		for (Path file : files(directory)) {
			size += Files.size(file);
		}
		return size;
	}

	private static List<Path> files(Path directory) throws IOException {
		try (Stream<Path> all = Files.walk(directory)) {
			return all.filter((path) -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)).sorted().toList();
		}
	}

	private static List<Path> list(Path directory) throws IOException {
		try (Stream<Path> all = Files.list(directory)) {
			return new ArrayList<>(all.toList());
		}
	}

	private static void privateDirectory(Path directory) throws IOException {
		if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
			Path parent = directory.getParent();
			if (parent != null) {
				Files.createDirectories(parent);
			}
			RunDirectory.makePrivate(directory);
		}
		// its owner counts too
		VerifiedDirectory.open(directory).close();
	}

	private static void sync(Path path) throws IOException {
		try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
			channel.force(true);
		}
	}

}
