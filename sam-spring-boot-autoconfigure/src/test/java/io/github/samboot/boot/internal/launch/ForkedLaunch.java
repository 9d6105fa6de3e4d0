package io.github.samboot.boot.internal.launch;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.CRC32;

import javax.tools.ToolProvider;

import io.github.samboot.core.Sam;
import io.github.samboot.core.internal.rundir.RunDirectory;
import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Lays out an application on disk in the ways that applications are laid out, and starts
 * it as a real process. In place of the watchdog there is a program that says how it was
 * started.
 */
final class ForkedLaunch {

	static final String FIXTURES = "io.github.samboot.boot.internal.launch.fixture.";

	private static final String STAND_IN = """
			package io.github.samboot.watchdog;

			import java.nio.charset.StandardCharsets;
			import java.nio.file.*;
			import java.util.Base64;

			public class Main {

				public static void main(String[] arguments) throws Exception {
					System.out.println("WATCHDOG " + ProcessHandle.current().pid());
					print("ARG ", "/proc/self/cmdline");
					print("ENV ", "/proc/self/environ");
					System.out.println("DIRECTORY " + Path.of("").toAbsolutePath());
					System.out.println("STDIN " + new String(System.in.readAllBytes()));
					System.exit(42);
				}

				private static void print(String name, String file) throws Exception {
					String text = new String(Files.readAllBytes(Path.of(file)), StandardCharsets.ISO_8859_1);
					for (String item : text.split("\\0", -1)) {
						System.out.println(name
								+ Base64.getEncoder().encodeToString(item.getBytes(StandardCharsets.ISO_8859_1)));
					}
				}

			}
			""";

	private static final String[] LIBRARIES = { "spring-boot-4", "spring-core-", "spring-context-", "spring-beans-",
			"spring-aop-", "spring-expression-", "micrometer-observation-", "micrometer-commons-", "commons-logging-",
			"jspecify-", "jna-" };

	final Path directory;

	final Path java = Path.of(System.getProperty("java.home"), "bin", "java");

	private final Path classes = location(ForkedLaunch.class);

	/** The application itself, as {@code target/classes}. */
	final Path application;

	/** The jar of the stand-in. */
	final Path watchdog;

	final List<Path> libraries = new ArrayList<>();

	ForkedLaunch(Path directory) throws IOException {
		this.directory = directory.toRealPath();
		this.application = Files.createDirectory(directory.resolve("classes"));
		copy(this.classes, "io/github/samboot/boot/internal/launch/fixture", this.application);
		Path lib = Files.createDirectory(directory.resolve("lib"));
		this.watchdog = standIn(lib);
		this.libraries.add(this.watchdog);
		for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
			String name = Path.of(element).getFileName().toString();
			for (String library : LIBRARIES) {
				if (name.startsWith(library)) {
					this.libraries.add(Path.of(element));
				}
			}
		}
		this.libraries.add(jarOf(location(SamLaunch.class), lib.resolve("sam-spring-boot-autoconfigure.jar")));
		this.libraries.add(jarOf(location(Sam.class), lib.resolve("sam-core.jar")));
	}

	static Path location(Class<?> type) {
		return Path.of(URI.create(String.valueOf(ProcessFacts.location(type))));
	}

	static List<Path> fixtures(String name) throws IOException {
		try (Stream<Path> files = Files.list(location(ForkedLaunch.class).resolveSibling("launch-fixtures/" + name))) {
			return files.sorted().toList();
		}
	}

	static String classPath(List<Path> elements) {
		return String.join(File.pathSeparator, elements.stream().map(Path::toString).toList());
	}

	/** Class path of the exploded application. */
	String classPath() {
		List<Path> elements = new ArrayList<>(List.of(this.application));
		elements.addAll(this.libraries);
		return classPath(elements);
	}

	/** The application as a jar beside a directory of libraries, as tools extract it. */
	Path extracted(String mainClass) throws IOException {
		Path root = Files.createDirectories(this.directory.resolve("extracted"));
		Path lib = Files.createDirectories(root.resolve("lib"));
		StringBuilder path = new StringBuilder();
		for (Path library : this.libraries) {
			Path copy = lib.resolve(library.getFileName());
			Files.copy(library, copy, StandardCopyOption.REPLACE_EXISTING);
			path.append("lib/").append(library.getFileName()).append(' ');
		}
		Manifest manifest = manifest(Map.of("Main-Class", FIXTURES + mainClass, "Class-Path", path.toString().trim()));
		return write(root.resolve("app.jar"), manifest, entries(this.application, ""));
	}

	/** The application as one executable archive. */
	Path archive(String name, String launcher, String root, String mainClass) throws IOException {
		Map<String, byte[]> entries = new TreeMap<>();
		try (JarFile loader = new JarFile(fixtures("loader").get(0).toFile())) {
			loader.stream().filter((entry) -> entry.getName().endsWith(".class")).forEach((entry) -> {
				try {
					entries.put(entry.getName(), loader.getInputStream(entry).readAllBytes());
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			});
		}
		entries.putAll(entries(this.application, root + "/classes/"));
		for (Path library : this.libraries) {
			entries.put(root + "/lib/" + library.getFileName(), Files.readAllBytes(library));
		}
		Manifest manifest = manifest(Map.of("Main-Class", "org.springframework.boot.loader.launch." + launcher,
				"Start-Class", FIXTURES + mainClass, "Spring-Boot-Classes", root + "/classes/", "Spring-Boot-Lib",
				root + "/lib/"));
		return write(this.directory.resolve(name), manifest, entries);
	}

	Path executableJar() throws IOException {
		return archive("app.jar", "JarLauncher", "BOOT-INF", "PlainApplication");
	}

	Started start(Map<String, String> environment, Object... arguments) throws IOException {
		List<String> command = new ArrayList<>(List.of(this.java.toString()));
		for (Object argument : arguments) {
			command.add(argument.toString());
		}
		return startCommand(environment, command);
	}

	Started startCommand(Map<String, String> environment, List<String> command) throws IOException {
		Path work = Files.createDirectories(this.directory.resolve("work"));
		Path temporary = Files.createDirectories(this.directory.resolve("tmp"));
		ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
		Path out = Files.createTempFile(this.directory, "out", ".txt");
		Path err = Files.createTempFile(this.directory, "err", ".txt");
		builder.redirectOutput(out.toFile()).redirectError(err.toFile());
		builder.environment().keySet().removeIf((name) -> name.startsWith("SAM_") || name.endsWith("_OPTIONS"));
		builder.environment().putAll(environment);
		return new Started(builder.start(), out, err, temporary);
	}

	Run run(Object... arguments) throws Exception {
		return start(Map.of(), arguments).finish("");
	}

	/** Run the exploded application, with options of the JVM. */
	Run runMain(String mainClass, String... options) throws Exception {
		List<Object> arguments = new ArrayList<>(List.of((Object[]) options));
		arguments.addAll(List.of("-cp", classPath(), FIXTURES + mainClass));
		return run(arguments.toArray());
	}

	private static Path standIn(Path lib) throws IOException {
		Path sources = Files.createTempDirectory(lib.getParent(), "stand-in");
		Path source = Files.writeString(sources.resolve("Main.java"), STAND_IN);
		int result = ToolProvider.getSystemJavaCompiler()
			.run(null, null, null, "--release", "17", "-d", sources.toString(), source.toString());
		assertThat(result).isZero();
		Files.delete(source);
		return jarOf(sources, lib.resolve("sam-watchdog-0.jar"));
	}

	static Path jarOf(Path place, Path jar) throws IOException {
		if (!Files.isDirectory(place)) {
			return Files.copy(place, jar);
		}
		return write(jar, manifest(Map.of()), entries(place, ""));
	}

	private static Manifest manifest(Map<String, String> attributes) {
		Manifest manifest = new Manifest();
		manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
		attributes.forEach((name, value) -> manifest.getMainAttributes().putValue(name, value));
		return manifest;
	}

	private static Map<String, byte[]> entries(Path root, String prefix) throws IOException {
		Map<String, byte[]> entries = new TreeMap<>();
		try (Stream<Path> files = Files.walk(root)) {
			for (Path file : files.filter(Files::isRegularFile).toList()) {
				entries.put(prefix + root.relativize(file), Files.readAllBytes(file));
			}
		}
		return entries;
	}

	private static Path write(Path jar, Manifest manifest, Map<String, byte[]> entries) throws IOException {
		try (OutputStream file = Files.newOutputStream(jar);
				JarOutputStream out = new JarOutputStream(file, manifest)) {
			// the loader wants directories, and nested jars that are stored
			Set<String> directories = new TreeSet<>();
			for (String name : entries.keySet()) {
				for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
					if (directories.add(name.substring(0, slash + 1))) {
						out.putNextEntry(new JarEntry(name.substring(0, slash + 1)));
						out.closeEntry();
					}
				}
				byte[] content = entries.get(name);
				JarEntry entry = new JarEntry(name);
				if (name.endsWith(".jar")) {
					CRC32 crc = new CRC32();
					crc.update(content);
					entry.setMethod(JarEntry.STORED);
					entry.setSize(content.length);
					entry.setCrc(crc.getValue());
				}
				if (!name.equals(JarFile.MANIFEST_NAME)) {
					out.putNextEntry(entry);
					out.write(content);
					out.closeEntry();
				}
			}
		}
		return jar;
	}

	private static void copy(Path root, String directory, Path target) throws IOException {
		for (Map.Entry<String, byte[]> entry : entries(root.resolve(directory), directory + "/").entrySet()) {
			Path file = target.resolve(entry.getKey());
			Files.createDirectories(file.getParent());
			Files.write(file, entry.getValue());
		}
	}

	/**
	 * A process that runs.
	 */
	record Started(Process process, Path out, Path err, Path temporary) {

		/** Wait until the stand-in has taken over and waits for its input. */
		Started awaitWatchdog() {
			Awaitility.await()
				.atMost(30, TimeUnit.SECONDS)
				.until(() -> Files.readString(this.out, StandardCharsets.ISO_8859_1).contains("DIRECTORY ")
						|| !this.process.isAlive());
			return this;
		}

		Run finish(String input) throws Exception {
			try (OutputStream stdin = this.process.getOutputStream()) {
				stdin.write(input.getBytes(StandardCharsets.UTF_8));
			}
			catch (IOException ex) {
				// it did not want any
			}
			if (!this.process.waitFor(60, TimeUnit.SECONDS)) {
				this.process.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
				throw new AssertionError("Still running: " + Files.readString(this.out) + Files.readString(this.err));
			}
			return new Run(this.process.pid(), this.process.exitValue(),
					new String(Files.readAllBytes(this.out), StandardCharsets.ISO_8859_1),
					new String(Files.readAllBytes(this.err), StandardCharsets.ISO_8859_1));
		}

	}

	/**
	 * A process that has ended.
	 */
	record Run(long pid, int exitCode, String out, String err) {

		List<String> lines(String name) {
			return this.out.lines()
				.filter((line) -> line.startsWith(name + " "))
				.map((line) -> line.substring(name.length() + 1))
				.toList();
		}

		/** Arguments or variables, each byte as one character. */
		List<String> decoded(String name) {
			return this.out.lines()
				.filter((line) -> line.startsWith(name + " "))
				.map((line) -> new String(Base64.getDecoder().decode(line.substring(name.length() + 1).trim()),
						StandardCharsets.ISO_8859_1))
				.toList();
		}

		/** What comes after {@code --}, without the empty item behind the last zero. */
		List<String> original() {
			List<String> arguments = decoded("ARG");
			return arguments.subList(arguments.indexOf("--") + 1, arguments.size() - 1);
		}

		Path runDirectory() {
			return Path.of(decoded("ARG").stream()
				.filter((argument) -> argument.startsWith("--run-directory="))
				.findFirst()
				.orElseThrow()
				.substring("--run-directory=".length()));
		}

		Map<String, String> environment() {
			Map<String, String> environment = new HashMap<>();
			for (String entry : decoded("ENV")) {
				int equals = entry.indexOf('=');
				if (equals > 0) {
					environment.put(entry.substring(0, equals), entry.substring(equals + 1));
				}
			}
			return environment;
		}

		/** Assert that the process became a watchdog, and clean up after it. */
		Run assertExec() throws IOException {
			assertThat(this.exitCode).as(this.out + this.err).isEqualTo(42);
			assertThat(lines("WATCHDOG")).containsExactly(Long.toString(this.pid));
			assertThat(lines("MODE")).isEmpty();
			assertThat(runDirectory()).isDirectory();
			RunDirectory.delete(runDirectory());
			return this;
		}

		/** Assert that the application ran by itself, and left nothing. */
		Run assertNoExec(String reason) throws IOException {
			assertThat(this.exitCode).as(this.out + this.err).isZero();
			assertThat(lines("WATCHDOG")).isEmpty();
			assertThat(lines("MODE")).containsExactly("OFF");
			assertThat(lines("REASON").get(0)).contains(reason);
			try (Stream<Path> parents = Files.list(Path.of("/dev/shm"))) {
				assertThat(parents.map((path) -> path.getFileName().toString()))
					.noneMatch((name) -> name.startsWith("sam-" + this.pid + "-"));
			}
			return this;
		}

	}

}
