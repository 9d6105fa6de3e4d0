package io.github.samboot.watchdog.internal.faststart;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * What was prepared is used as long as it is what would be started, and no longer.
 */
class FastStartTests {

	private static final int MUTILATIONS = 200;

	/** Another one is tried with {@code -DargLine=-Dsam.mutilation.seed=...}. */
	private static final long SEED = Long.getLong("sam.mutilation.seed", 20261129);

	private static final Map<String, String> ENVIRONMENT = Map.of("JAVA_TOOL_OPTIONS", "-Da=b");

	private static final FileAttribute<?> OWN = PosixFilePermissions
		.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

	@TempDir
	private Path temporary;

	private Path store;

	private Path java;

	private Path jar;

	private Path library;

	private Entry entry;

	private List<String> command;

	private final FastStart fastStart = new FastStart();

	@BeforeEach
	void prepare() throws IOException {
		prepare(this.temporary.resolve("0"));
	}

	private void prepare(Path base) throws IOException {
		Files.createDirectory(base);
		this.store = privateDirectory(base.resolve("store"));
		this.jar = Files.writeString(base.resolve("app.jar"), "the application");
		this.library = Files.writeString(base.resolve("libjvm.so"), "the JVM");
		privateDirectory(this.store.resolve(FastStart.COMMANDS));
		privateDirectory(this.store.resolve(FastStart.ENTRIES));
		Path directory = privateDirectory(this.store.resolve(FastStart.ENTRIES).resolve("0123"));
		Files.writeString(directory.resolve("app.jar"), "the unpacked application");
		Files.writeString(directory.resolve("library.jar"), "a library");
		Files.writeString(directory.resolve(Entry.ARCHIVE), "its classes");
		Path bin = Files.createDirectories(base.resolve("jdk/bin"));
		this.java = Files.createFile(bin.resolve("java"), OWN);
		this.command = List.of(this.java.toString(), "-Xmx64m", "-jar", this.jar.toString(), "--server.port=80",
				"-jar");
		List<FileStamp> files = new ArrayList<>();
		for (Path file : List.of(this.jar, this.library, directory.resolve("app.jar"), directory.resolve("library.jar"),
				directory.resolve(Entry.ARCHIVE))) {
			files.add(new FileStamp(file, FileStamp.of(file), FileStamp.NO_DIGEST));
		}
		this.entry = new Entry("0123", directory, 4900, Entry.options(this.command, null), this.jar,
				new TreeMap<>(ENVIRONMENT), files);
		Files.writeString(record(), this.entry.format());
		awaitNextTick(base.resolve("probe"));
		this.fastStart.use(this.store);
	}

	/**
	 * Within one tick of the file system's clock two changes have the same time.
	 */
	private static void awaitNextTick(Path probe) throws IOException {
		Object first = Files.getAttribute(Files.writeString(probe, "first"), "unix:ctime");
		while (Files.getAttribute(Files.writeString(probe, "later"), "unix:ctime").equals(first)) {
			Thread.onSpinWait();
		}
	}

	private static Path privateDirectory(Path directory) throws IOException {
		return Files.createDirectory(directory, OWN);
	}

	private Path record() {
		return this.store.resolve(FastStart.COMMANDS).resolve(Entry.name(this.entry.options(), this.entry.jar()));
	}

	private FastStart.How find() {
		return this.fastStart.find(this.command, ENVIRONMENT);
	}

	@Test
	void commandShouldStartWhatWasPrepared() {
		Path directory = this.entry.directory();
		FastStart.How how = find();
		assertThat(how.command()).containsExactly(this.java.toString(), "-Dsamboot.fast-start=4900:" + this.jar,
				"-XX:SharedArchiveFile=" + directory.resolve(Entry.ARCHIVE), "-Xmx64m", "-jar",
				directory.resolve("app.jar").toString(), "--server.port=80", "-jar");
		assertThat(how.words()).contains("from its fast start entry " + record().getFileName());
		assertThat(plain(how.command())).isEqualTo(this.command);
		assertThat(plain(this.command)).isEqualTo(this.command);
	}

	/**
	 * An adopted instance was not started by a watchdog, later ones are.
	 */
	@Test
	void optionOfTheWatchdogShouldNotHideWhatWasPrepared() {
		List<String> command = new ArrayList<>(this.command);
		command.add(1, Entry.EXIT_ON_OUT_OF_MEMORY);
		assertThat(this.fastStart.find(command, ENVIRONMENT).entry()).isEqualTo(find().entry()).isNotEmpty();
	}

	/**
	 * A class path of jars stays as it is.
	 */
	@Test
	void commandWhoseJarsStayShouldStartWithTheArchive() throws IOException {
		String path = this.jar + ":" + this.library;
		String work = Path.of("").toAbsolutePath().toString();
		for (List<String> own : List.of(List.of("-jar", this.jar.toString()), List.of("-cp", path, "app.Main"))) {
			List<String> command = new ArrayList<>(List.of(this.java.toString(), "-Xmx64m"));
			command.addAll(own);
			command.addAll(List.of("-jar", "other"));
			Path directory = this.entry.directory();
			Path gone = this.temporary.resolve("gone.jar");
			List<FileStamp> files = new ArrayList<>(List.of(new FileStamp(gone, FileStamp.ABSENT, "-")));
			for (Path file : List.of(this.jar, this.library, directory.resolve(Entry.ARCHIVE))) {
				files.add(new FileStamp(file, FileStamp.of(file), FileStamp.NO_DIGEST));
			}
			this.entry = new Entry("0123", directory, 4900, Entry.options(command, null),
					Path.of(work).resolve(own.contains("-jar") ? this.jar.toString() : "app.Main"),
					new TreeMap<>(ENVIRONMENT), files);
			Files.writeString(record(), this.entry.format());
			List<String> started = this.fastStart.find(command, ENVIRONMENT).command();
			String main = own.get(own.size() - 1);
			assertThat(started.subList(1, 3)).containsExactly("-Dsamboot.fast-start=4900:" + main,
					"-XX:SharedArchiveFile=" + directory.resolve(Entry.ARCHIVE));
			List<String> rest = new ArrayList<>(started);
			rest.subList(1, 3).clear();
			assertThat(rest).isEqualTo(command).isEqualTo(plain(started));
			List<String> other = new ArrayList<>(command);
			other.set(command.indexOf(main), main + "2");
			assertThat(this.fastStart.find(other, ENVIRONMENT).entry()).isEmpty();
			Files.writeString(gone, "a jar that the class path has named before");
			assertThat(this.fastStart.find(command, ENVIRONMENT).obstacle()).contains(gone + " has changed");
			Files.delete(gone);
			assertThat(this.fastStart.find(command, ENVIRONMENT).entry()).isNotEmpty();
		}
		Files.writeString(this.library, "another");
		assertThat(this.fastStart.find(List.of(this.java.toString(), "-Xmx64m", "-cp", path, "app.Main"), ENVIRONMENT)
			.obstacle()).contains(this.library + " has changed");
	}

	/**
	 * A shell, a service manager and a process that looks at itself name the same program
	 * differently.
	 */
	@Test
	void programShouldCountByTheFileItIs() throws IOException {
		Path bin = Files.createDirectory(this.temporary.resolve("bin"));
		Path link = Files.createSymbolicLink(bin.resolve("java"), this.java);
		List<String> command = new ArrayList<>(this.command);
		command.set(0, link.toString());
		FastStart.How how = this.fastStart.find(command, ENVIRONMENT);
		assertThat(how.entry()).isEqualTo(find().entry()).isNotEmpty();
		assertThat(how.command()).as("started by the user's own name for it").startsWith(link.toString());
		command.set(0, "java");
		assertThat(Entry.options(command, "/nowhere:\0::" + bin)).isEqualTo(this.entry.options());
		assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Entry.options(command, "/nowhere::."));
		// an upgrade of the JDK
		Path other = Files.createFile(this.temporary.resolve("java"), OWN);
		Files.delete(link);
		Files.createSymbolicLink(link, other);
		command.set(0, link.toString());
		assertThat(this.fastStart.find(command, ENVIRONMENT).command()).isEqualTo(command);
	}

	private static List<String> plain(List<String> command) {
		return FastStart.plain(command.stream().map((word) -> word.getBytes(StandardCharsets.UTF_8)).toList())
			.stream()
			.map((word) -> new String(word, StandardCharsets.UTF_8))
			.toList();
	}

	@Test
	void otherCommandsShouldStayAsTheyAre() {
		String java = this.java.toString();
		for (String[] other : new String[][] { { java, "-jar", this.jar.toString() },
				{ java, "-Xmx64m", "-cp", this.jar.toString(), "-jar" },
				{ "/bin/sh", "-Xmx64m", "-jar", this.jar.toString() }, { java, "-Xmx64m", "-jar", this.jar + "x" },
				{ java }, { java + "x", "-Xmx64m", "-jar", this.jar.toString() } }) {
			FastStart.How how = this.fastStart.find(List.of(other), ENVIRONMENT);
			assertThat(how.command()).containsExactly(other);
			assertThat(how.words()).isEmpty();
		}
		this.fastStart.use(null);
		assertThat(find().command()).isEqualTo(this.command);
	}

	@Test
	void otherOptionsInTheEnvironmentShouldCount() {
		FastStart.How how = this.fastStart.find(this.command, Map.of("JAVA_TOOL_OPTIONS", "-Da=c"));
		assertThat(how.command()).isEqualTo(this.command);
		assertThat(how.words()).contains("JAVA_TOOL_OPTIONS has another value");
		assertThat(this.fastStart.find(this.command, Map.of("JAVA_TOOL_OPTIONS", "-Da=b", "OTHER", "/x")).entry())
			.isNotEmpty();
	}

	@Test
	void anotherJarOfSameSizeAndTimeShouldBeNoticed() throws Exception {
		FileTime time = Files.getLastModifiedTime(this.jar);
		Files.writeString(this.jar, "THE APPLICATION");
		Files.setLastModifiedTime(this.jar, time);
		FastStart.How how = find();
		assertThat(how.command()).isEqualTo(this.command);
		assertThat(how.words()).contains(this.jar + " has changed since it was made");
	}

	@Test
	void entryFromWhichAStartFailedShouldBePutAwayUnlessThePlainStartFailsToo() {
		String name = find().entry();
		this.fastStart.putAway(name);
		assertThat(find().entry()).isEmpty();
		this.fastStart.putBack();
		assertThat(find().entry()).isEqualTo(name);
		this.fastStart.putAway(name);
		this.fastStart.forget();
		this.fastStart.putBack();
		assertThat(find().entry()).isEmpty();
	}

	/**
	 * Or the instance would be started from it for ever, as its failures do not count.
	 */
	@Test
	void entryThatCannotBePutAwayShouldNotBeUsedAgain() throws IOException {
		String name = find().entry();
		Path obstacle = this.entry.directory()
			.getParent()
			.resolveSibling(FastStart.COMMANDS)
			.resolve(name + FastStart.FAILED);
		Files.createDirectory(obstacle);
		this.fastStart.putAway(name);
		assertThat(find().entry()).isEmpty();
		assertThat(find().obstacle()).isEqualTo("a start from it has failed");
	}

	@Test
	void partOfAnEntryShouldBeNone() {
		byte[] text = this.entry.format().getBytes(StandardCharsets.UTF_8);
		for (int length = 0; length < text.length; length++) {
			byte[] part = Arrays.copyOf(text, length);
			assertThatIOException().isThrownBy(() -> Entry.parse(part));
		}
	}

	@Test
	void nothingMutilatedShouldBeUsed() throws Exception {
		System.out.println("Mutilations with -Dsam.mutilation.seed=" + SEED);
		Random random = new Random(SEED);
		for (int i = 1; i <= MUTILATIONS; i++) {
			Path base = this.temporary.resolve(String.valueOf(i));
			prepare(base);
			assertThat(find().entry()).isNotEmpty();
			String what = mutilate(random);
			FastStart.How how = find();
			assertThat(how.command()).as("seed %d, number %d: %s", SEED, i, what).isEqualTo(this.command);
			assertThat(how.entry()).as("seed %d, number %d: %s", SEED, i, what).isEmpty();
		}
	}

	private String mutilate(Random random) throws IOException {
		List<Path> inside;
		try (Stream<Path> all = Files.list(this.entry.directory())) {
			inside = all.sorted().toList();
		}
		List<Path> files = new ArrayList<>(inside);
		files.add(this.jar);
		files.add(this.library);
		Path file = files.get(random.nextInt(files.size()));
		byte[] content = Files.readAllBytes(file);
		FileTime time = Files.getLastModifiedTime(file);
		switch (random.nextInt(10)) {
			case 0 -> {
				Files.write(file, Arrays.copyOf(content, random.nextInt(content.length)));
				return "cut " + file;
			}
			case 1 -> {
				content[random.nextInt(content.length)] ^= (byte) (1 + random.nextInt(255));
				Files.write(file, content);
				Files.setLastModifiedTime(file, time);
				return "changed " + file;
			}
			case 2 -> {
				Path other = files.get((files.indexOf(file) + 1 + random.nextInt(files.size() - 1)) % files.size());
				Path aside = file.resolveSibling("aside");
				Files.move(file, aside);
				Files.move(other, file);
				Files.move(aside, other);
				return "swapped " + file + " and " + other;
			}
			case 3 -> {
				Path copy = Files.copy(file, file.resolveSibling("copy"), StandardCopyOption.COPY_ATTRIBUTES);
				Files.setLastModifiedTime(copy, FileTime.fromMillis(time.toMillis() - random.nextInt(1_000_000)));
				Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
				return "older " + file;
			}
			case 4 -> {
				Files.delete(file);
				return "deleted " + file;
			}
			case 5 -> {
				byte[] text = Files.readAllBytes(record());
				Files.write(record(), Arrays.copyOf(text, random.nextInt(text.length)));
				return "half written text";
			}
			case 6 -> {
				byte[] text = Files.readAllBytes(record());
				text[random.nextInt(text.length)] ^= (byte) (1 + random.nextInt(127));
				Files.write(record(), text);
				return "changed text";
			}
			case 7 -> {
				Path directory = List.of(this.store, this.store.resolve(FastStart.COMMANDS), this.entry.directory())
					.get(random.nextInt(3));
				return foreign(directory, random.nextBoolean());
			}
			case 8 -> {
				Path directory = this.entry.directory();
				Path moved = directory.resolveSibling("moved");
				Files.move(directory, moved);
				Files.createSymbolicLink(directory, moved);
				return "link to the entry";
			}
			default -> {
				// of another user's making, or for another command
				Entry other = new Entry("0123", random.nextBoolean() ? this.temporary : this.entry.directory(), 1,
						random.nextBoolean() ? List.of("/usr/bin/java") : Entry.options(this.command, null),
						this.jar.resolveSibling("other.jar"), Map.of(), this.entry.files());
				Files.writeString(record(), other.format());
				return "text of another";
			}
		}
	}

	private static String foreign(Path directory, boolean changesOwner) throws IOException {
		if (changesOwner) {
			try {
				Files.setAttribute(directory, "unix:uid", 65534);
				return "owner of " + directory;
			}
			catch (IOException ex) {
				// only root may
			}
		}
		Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
		return "mode of " + directory;
	}

}
