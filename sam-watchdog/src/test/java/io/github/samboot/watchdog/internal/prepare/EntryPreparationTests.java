package io.github.samboot.watchdog.internal.prepare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import io.github.samboot.core.internal.process.JavaCommandLine;
import io.github.samboot.test.Await;
import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.JavaProgram;
import io.github.samboot.test.Requirement;
import io.github.samboot.watchdog.Main;
import io.github.samboot.watchdog.internal.faststart.Entry;
import io.github.samboot.watchdog.internal.faststart.FastStart;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Real preparations of a program that runs.
 */
class EntryPreparationTests {

	private static final boolean LINKS = Runtime.version().feature() == 25;

	@TempDir
	private Path directory;

	private Path store;

	/** While it exists, nothing is unpacked. */
	private Path hold;

	private Path classes;

	private final List<Process> processes = new ArrayList<>();

	@BeforeEach
	void prepare() throws IOException {
		this.store = this.directory.resolve("store");
		this.hold = this.directory.resolve("hold");
		this.classes = Files.writeString(this.directory.resolve("classes"), "java.lang.Object\njava.lang.String\n");
	}

	@AfterEach
	void endProcesses() throws IOException {
		Files.deleteIfExists(this.hold);
		for (Process process : this.processes) {
			process.destroyForcibly();
			BoundedProcess.exitCode(process);
		}
		if (Files.exists(unpackings())) {
			for (String pid : Files.readAllLines(unpackings())) {
				end(Long.parseLong(pid));
			}
		}
	}

	private static void end(long pid) {
		ProcessHandle.of(pid)
			.filter((process) -> process.info().arguments().filter((words) -> words.length > 0).isPresent()
					&& List.of(process.info().arguments().get()).contains("-Djarmode=tools"))
			.ifPresent((process) -> {
				process.destroyForcibly();
				Await.until("the end of " + pid, () -> !process.isAlive());
			});
	}

	private Process application(Path jar) throws IOException {
		return application(List.of("-jar", jar.toString()));
	}

	private Process application(List<String> main) throws IOException {
		return application(main, "-Xmx64m");
	}

	private Process application(List<String> main, String... options) throws IOException {
		List<String> command = new ArrayList<>(List.of(JavaProgram.JAVA));
		command.addAll(List.of(options));
		command.addAll(main);
		command.add("wait");
		Process process = new ProcessBuilder(command).directory(this.directory.toFile()).start();
		this.processes.add(process);
		// what is forked has the command line of this program at first
		Await.until("the application to run",
				() -> commandLine(process.pid()).contains("\0" + String.join("\0", main) + "\0"));
		return process;
	}

	private static String commandLine(long pid) {
		try {
			return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
		}
		catch (IOException ex) {
			return "";
		}
	}

	private Process preparation(Process application) throws IOException {
		return preparation(application, false);
	}

	private Process preparation(Process application, boolean isRefused, String... flags) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(JavaProgram.JAVA, "-cp", System.getProperty("java.class.path"),
				Main.class.getName(), EntryPreparation.OPTION, this.store.toString(), Long.toString(application.pid()),
				this.classes.toString(), "4900", Boolean.toString(isRefused), "-XX:+UseSerialGC");
		builder.command().addAll(List.of(flags));
		builder.environment().put(TestJar.HOLD, this.hold.toString());
		Process process = builder.redirectErrorStream(true).start();
		this.processes.add(process);
		return process;
	}

	private String output(Process preparation, int code) throws IOException {
		String output = BoundedProcess.output(preparation);
		assertThat(BoundedProcess.exitCode(preparation)).as(output).isEqualTo(code);
		return output;
	}

	private Path jar(String name) throws IOException {
		Path jar = this.directory.resolve(name);
		TestJar.writeIndexed(jar);
		return jar;
	}

	private Path unpackings() {
		return this.directory.resolve("unpacking");
	}

	private long awaitUnpacking() throws IOException {
		Await.until("the jar to be unpacked", () -> Files.exists(unpackings()) && unpackings().toFile().length() > 1);
		return Long.parseLong(Files.readAllLines(unpackings()).get(0));
	}

	private Set<String> entries() throws IOException {
		return names(this.store.resolve(FastStart.ENTRIES));
	}

	private static Set<String> names(Path directory) throws IOException {
		Set<String> names = new TreeSet<>();
		try (Stream<Path> all = Files.list(directory)) {
			all.forEach((path) -> names.add(path.getFileName().toString()));
		}
		return names;
	}

	private FastStart.How find(Path jar) {
		FastStart fastStart = new FastStart();
		fastStart.use(this.store);
		return fastStart.find(List.of(JavaProgram.JAVA, "-Xmx64m", "-jar", jar.toString(), "other"),
				Map.copyOf(System.getenv()));
	}

	@Test
	void preparationsAtOnceShouldPrepareOnce() throws Exception {
		Path jar = jar("app.jar");
		Files.createFile(this.hold);
		Process application = application(jar);
		Process first = preparation(application);
		awaitUnpacking();
		// another launch of the same
		Process second = preparation(application(jar));
		Await.until("the second to wait for the first", () -> isWaitingForLock(second.pid()));
		Files.delete(this.hold);
		assertThat(output(first, 0)).contains("is prepared: ");
		assertThat(output(second, 0)).contains("is prepared already").doesNotContain("unpacks");
		assertThat(Files.readAllLines(unpackings())).hasSize(1);
		assertThat(entries()).hasSize(1);
		assertThat(find(jar).entry()).isNotEmpty();
	}

	private static boolean isWaitingForLock(long pid) {
		try {
			return Files.readAllLines(Path.of("/proc/locks"))
				.stream()
				.anyMatch((line) -> line.contains("->") && List.of(line.split(" +")).contains(Long.toString(pid)));
		}
		catch (IOException ex) {
			return false;
		}
	}

	@Test
	@Tag("long")
	void killedPreparationShouldLeaveNothingThatIsUsed() throws Exception {
		Path jar = jar("app.jar");
		Files.createFile(this.hold);
		Process application = application(jar);
		Process killed = preparation(application);
		long orphan = awaitUnpacking();
		killed.destroyForcibly();
		BoundedProcess.exitCode(killed);
		String half = entries().iterator().next();
		assertThat(find(jar).entry()).isEmpty();
		// what it has started runs on, and would write among the files of the next one
		Process next = preparation(application);
		Await.until("the jar to be unpacked again", () -> unpackings().toFile().length() > orphanLength(orphan));
		assertThat(entries()).hasSize(2).contains(half);
		end(orphan);
		Files.delete(this.hold);
		assertThat(output(next, 0)).contains("is prepared: ");
		// it ends with removing what is not needed
		assertThat(entries()).hasSize(1).doesNotContain(half);
		assertThat(find(jar).command()).contains("-XX:SharedArchiveFile=" + this.store.resolve(FastStart.ENTRIES)
			.resolve(entries().iterator().next())
			.resolve("application.jsa"));
	}

	/**
	 * They lie where they are, and nothing is unpacked.
	 */
	@Test
	void classPathOfJarsShouldBeArchivedInPlace() throws Exception {
		Path library = Files.createDirectory(this.directory.resolve("lib")).resolve("library.jar");
		TestJar.write(library, "plain.Main", Map.of("Class-Path", "gone.jar"), Map.of());
		Path jar = this.directory.resolve("app.jar");
		TestJar.writePlain(jar, Map.of("Class-Path", "lib/library.jar"));
		Files.writeString(this.classes, "java.lang.Object\nplain.Main\n@plain.Main\n@plain.Gone\n");
		for (List<String> main : List.of(List.of("-jar", jar.toString()), List.of("-cp", jar + ":lib/*", "plain.Main"),
				List.of("--class-path=" + jar + ":" + this.directory.resolve("gone.jar"), "plain.Main"))) {
			assertThat(output(preparation(application(main)), 0)).contains("is prepared: ")
				.contains("2 classes and 1 lambdas")
				.doesNotContain("unpacks");
			EntrySource source = EntrySource.of(this.processes.get(this.processes.size() - 2).pid());
			Entry entry = FastStart.read(this.store, source.name());
			assertThat(entry.files()).extracting((file) -> file.path().getFileName().toString())
				.contains("app.jar", "library.jar", "gone.jar");
			// in the working directory of the application
			List<String> command = new ArrayList<>(List.of(JavaProgram.JAVA, "-Xshare:on", "-XX:+UseSerialGC",
					"-XX:SharedArchiveFile=" + entry.directory().resolve(Entry.ARCHIVE), "-Xlog:class+load"));
			command.addAll(main);
			Process process = new ProcessBuilder(command).directory(this.directory.toFile()).start();
			this.processes.add(process);
			assertThat(output(process, 0)).containsPattern("plain\\.Main source: shared objects file")
				.containsPattern("plain\\.Main\\$\\$Lambda.* source: shared objects file")
				.contains("started");
		}
		assertThat(unpackings()).doesNotExist();
		// by three applications, and in the three starts from an archive
		try (Stream<Path> files = Files.list(this.directory)) {
			assertThat(files.filter((file) -> file.getFileName().toString().startsWith("initialized-"))).hasSize(6);
		}
	}

	/**
	 * A JVM would refuse an archive in which classes are linked if its modules were other
	 * ones, and say so on the console; an agent that was attached would not see classes
	 * as they are loaded.
	 */
	@Test
	@Tag("long")
	void classesShouldBeLinkedWhereTheJvmTakesIt() throws Exception {
		Path jar = this.directory.resolve("app.jar");
		TestJar.writePlain(jar, Map.of());
		for (Map.Entry<List<String>, Boolean> expected : Map
			.of(List.of("-Dany=1"), true,
					List.of("--add-opens=java.base/java.lang=ALL-UNNAMED", "--add-opens",
							"java.base/java.util=ALL-UNNAMED"),
					true, List.of("-Dcom.sun.management.jmxremote"), true,
					List.of("--enable-native-access=ALL-UNNAMED", "--enable-preview"), false,
					List.of("-Dagent=1", "--add-opens=java.base/java.lang=ALL-UNNAMED"), false)
			.entrySet()) {
			List<String> options = expected.getKey();
			Files.writeString(this.classes, "java.lang.Object\nplain.Main\n@plain.Main\n"
					+ (options.contains("-Dagent=1") ? "sun.instrument.InstrumentationImpl\n" : ""));
			List<String> main = new ArrayList<>(options);
			main.addAll(List.of("-cp", jar.toString(), "plain.Main"));
			assertThat(output(preparation(application(main)), 0)).contains("is prepared: ");
			Entry entry = FastStart.read(this.store,
					EntrySource.of(this.processes.get(this.processes.size() - 2).pid()).name());
			main.addAll(0, List.of(JavaProgram.JAVA, "-Xmx64m", "-Xshare:on", "-XX:+UseSerialGC",
					FastStart.archive(entry), LINKS ? "-Xlog:aot,class+load" : "-Xlog:class+load"));
			assertThat(BoundedProcess.runSuccessfully(main.toArray(new String[0]))).as(options.toString())
				.containsPattern("plain\\.Main\\$\\$Lambda.* source: shared objects file")
				.contains("started")
				.doesNotContain("[error]")
				.matches(
						(output) -> output.contains("Using AOT-linked classes: true") == (LINKS && expected.getValue()),
						"linked: " + expected.getValue());
			assertThat(Files.exists(entry.directory().resolve(Entry.LINKED))).isEqualTo(LINKS && expected.getValue());
		}
	}

	/**
	 * Linked classes are the first to be given up.
	 */
	@Test
	@Tag("long")
	void archiveThatTheJvmHasRefusedShouldNotBeUsedAgain() throws Exception {
		Path jar = this.directory.resolve("app.jar");
		TestJar.writePlain(jar, Map.of());
		Files.writeString(this.classes, "java.lang.Object\nplain.Main\n");
		List<String> main = List.of("-jar", jar.toString());
		assertThat(output(preparation(application(main)), 0)).contains("is prepared: ");
		String first = find(jar).command().get(2);
		assertThat(output(preparation(from(first, jar)), 0)).contains("is prepared already");
		assertThat(output(preparation(from(first + "x", jar), true), 0)).contains("is prepared already");
		if (LINKS) {
			assertThat(output(preparation(from(first, jar), true), 0)).contains("is prepared: ");
			String second = find(jar).command().get(2);
			assertThat(second).isNotEqualTo(first);
			// of another instance, and of a plain start
			assertThat(output(preparation(from(first, jar), true), 0)).contains("is prepared already");
			assertThat(output(preparation(application(main)), 0)).contains("is prepared already");
			first = second;
		}
		assertThat(output(preparation(from(first, jar), true), 3)).contains("its JVM has not taken the archive");
		assertThat(find(jar).entry()).isEmpty();
		assertThat(output(preparation(application(main)), 3)).contains("has failed; remove");
	}

	/**
	 * The archive was made before, by an instance without it.
	 */
	@Test
	void agentShouldHaveAnArchiveWithoutLinkedClassesMade() throws Exception {
		Path jar = this.directory.resolve("app.jar");
		TestJar.writePlain(jar, Map.of());
		String names = "java.lang.Object\nplain.Main\n";
		Files.writeString(this.classes, names);
		assertThat(output(preparation(application(List.of("-jar", jar.toString()))), 0)).contains("is prepared: ");
		Process instance = from(find(jar).command().get(2), jar);
		Files.writeString(this.classes, names + "sun.instrument.InstrumentationImpl\n");
		assertThat(output(preparation(instance), 0)).contains(LINKS ? "is prepared: " : "is prepared already");
		assertThat(output(preparation(instance), 0)).contains("is prepared already");
		Files.writeString(this.classes, names);
		assertThat(output(preparation(instance), 0)).contains("is prepared already");
	}

	/**
	 * Such as a larger heap, for which there is more memory than before.
	 */
	@Test
	@Tag("long")
	void archiveThatWasMadeWithOtherFlagsShouldBeMadeAnew() throws Exception {
		Path jar = this.directory.resolve("app.jar");
		TestJar.writePlain(jar, Map.of());
		Files.writeString(this.classes, "java.lang.Object\nplain.Main\n");
		assertThat(output(preparation(application(List.of("-jar", jar.toString()))), 0)).contains("is prepared: ");
		String first = find(jar).command().get(2);
		String flag = "-XX:-UseCompressedOops";
		assertThat(output(preparation(from(first, jar), true, flag), 0)).contains("is prepared: ");
		String second = find(jar).command().get(2);
		assertThat(second).isNotEqualTo(first);
		Path directory = Path.of(second.substring(second.indexOf('=') + 1)).getParent();
		assertThat(Files.exists(directory.resolve(Entry.LINKED))).isEqualTo(LINKS);
		assertThat(output(preparation(from(second, jar), false, flag), 0)).contains("is prepared already");
	}

	private Process from(String archive, Path jar) throws IOException {
		return application(List.of("-Xmx64m", "-jar", jar.toString()), FastStart.PROPERTY + "4900:" + jar, archive);
	}

	@Test
	void variablesWithQuotesOrFilesShouldBeLeftAlone() throws Exception {
		for (String value : List.of("'-Dany=1'", "-Dany=1 \"-javaagent:x\"", "@options", "-Dany=1 @options")) {
			assertThatExceptionOfType(LeftAloneException.class)
				.isThrownBy(() -> Suitability.checkVariables(Map.of("JAVA_TOOL_OPTIONS", value)))
				.withMessageContaining("JAVA_TOOL_OPTIONS has quotes, or names a file");
		}
		Suitability.checkVariables(Map.of("JAVA_TOOL_OPTIONS", "-Dany=a@b -Xmx64m"));
	}

	@Test
	void whatNoArchiveCanBeMadeOfShouldBeLeftAlone() throws Exception {
		Path jar = this.directory.resolve("app.jar");
		TestJar.writePlain(jar, Map.of());
		Path url = this.directory.resolve("url.jar");
		TestJar.writePlain(url, Map.of("Class-Path", jar.toUri().toString()));
		Path absolute = this.directory.resolve("absolute.jar");
		TestJar.writePlain(absolute, Map.of("Class-Path", jar.toString()));
		Path elsewhere = Files.createDirectory(this.directory.resolve("elsewhere")).resolve("linked.jar");
		TestJar.writePlain(elsewhere, Map.of("Class-Path", "library.jar"));
		Path link = Files.createSymbolicLink(this.directory.resolve("link.jar"), elsewhere);
		Path text = Files.writeString(this.directory.resolve("class-path"), jar.toString());
		Path boot = jar("boot.jar");
		Path classes = Files.createDirectory(this.directory.resolve("more"));
		for (Map.Entry<List<String>, String> main : Map
			.of(List.of("-cp", jar + ":more", "plain.Main"), "its class path has the directory " + classes,
					List.of("-cp", boot.toString(), TestJar.LAUNCHER), "it is started by " + TestJar.LAUNCHER,
					List.of("-jar", url.toString()), "which is no plain path", List.of("-jar", absolute.toString()),
					"which is no plain path", List.of("-jar", link.toString()), "is a link into another directory",
					List.of("-cp", jar + ":" + text, "plain.Main"), "which is no jar",
					List.of("-cp", "@" + text, "plain.Main"), "its JVM options are in a file")
			.entrySet()) {
			assertThat(output(preparation(application(main.getKey())), 3)).contains("left alone: ")
				.contains(main.getValue());
		}
		for (String line : List.of("java -cp app.jar -m plain/plain.Main", "java -cp app.jar Main.java",
				"java plain.Main", "java " + TestJar.LAUNCHER)) {
			assertThatExceptionOfType(LeftAloneException.class)
				.isThrownBy(() -> Suitability.classPath(JavaCommandLine.of(List.of(line.split(" ")))));
		}
	}

	private static long orphanLength(long pid) {
		return Long.toString(pid).length() + 1;
	}

	@Test
	void directoryOfOthersShouldBeRefused() throws Exception {
		Process application = application(jar("app.jar"));
		for (String kind : List.of("link", "mode", "owner")) {
			this.store = this.directory.resolve(kind);
			Path target = Files.createDirectory(this.directory.resolve(kind + ".target"));
			Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwx------"));
			switch (kind) {
				case "link" -> Files.createSymbolicLink(this.store, target);
				case "mode" -> {
					Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxrwx---"));
					Files.move(target, this.store);
				}
				default -> {
					Requirement.root();
					Files.setAttribute(target, "unix:uid", 65534, LinkOption.NOFOLLOW_LINKS);
					Files.move(target, this.store);
				}
			}
			assertThat(output(preparation(application), 1)).startsWith("failed: " + this.store + " is no directory of"
					+ " this user alone with mode 0700, and is not used: remove it, or name another one");
			assertThat(this.store).isEmptyDirectory();
		}
	}

}
