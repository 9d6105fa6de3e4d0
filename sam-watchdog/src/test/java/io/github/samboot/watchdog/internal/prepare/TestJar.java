package io.github.samboot.watchdog.internal.prepare;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

import javax.tools.ToolProvider;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Makes jars that look like those of Spring Boot, and unpack to themselves.
 */
final class TestJar {

	static final String LAUNCHER = "org.springframework.boot.loader.launch.JarLauncher";

	/** The library of an application with an index. */
	static final String LIBRARY = "BOOT-INF/lib/library.jar";

	static final String INDEX = "BOOT-INF/classpath.idx";

	static final String TOOLS = "BOOT-INF/lib/spring-boot-jarmode-tools-9.jar";

	/** Of a file: while it exists, nothing is unpacked. Each unpacking adds a line. */
	static final String HOLD = "SAM_TEST_HOLD";

	private static final String EMPTY_JAR = "PK\u0005\u0006" + "\0".repeat(18);

	private static final String SOURCE = """
			package org.springframework.boot.loader.launch;

			import java.io.InputStream;
			import java.net.*;
			import java.nio.file.*;

			public class JarLauncher {

				public static void main(String[] args) throws Exception {
					if ("tools".equals(System.getProperty("jarmode"))) {
						unpack(Path.of(System.getProperty("java.class.path")), Path.of(args[args.length - 1]));
					}
					else if (args.length > 0 && args[0].equals("wait")) {
						System.in.read();
					}
					else if (System.getProperty("spring.context.exit") == null) {
						if (!new URLClassLoader(new URL[0]).isRegisteredAsParallelCapable()) {
							throw new IllegalStateException("the archive has changed how classes are loaded");
						}
						System.out.println("started " + String.join("|", args));
					}
					else if (args.length > 0 && args[0].equals("fail")) {
						System.out.println("no database");
						System.exit(3);
					}
					else if (args.length > 0 && args[0].equals("hang")) {
						Files.writeString(Path.of(args[1]), "");
						Thread.sleep(600000);
					}
				}

				private static void unpack(Path jar, Path directory) throws Exception {
					if (System.getenv("SAM_TEST_HOLD") != null) {
						Path hold = Path.of(System.getenv("SAM_TEST_HOLD"));
						Files.writeString(hold.resolveSibling("unpacking"), ProcessHandle.current().pid() + "\\n",
								StandardOpenOption.CREATE, StandardOpenOption.APPEND);
						for (int i = 0; i < 60000 && Files.exists(hold); i++) {
							Thread.sleep(10);
						}
					}
					Files.copy(jar, directory.resolve(jar.getFileName()));
					try (InputStream library = JarLauncher.class.getResourceAsStream("/BOOT-INF/lib/library.jar")) {
						if (library != null) {
							Files.createDirectory(directory.resolve("lib"));
							Files.copy(library, directory.resolve("lib/library.jar"));
						}
					}
				}

			}
			""";

	private static final String PLAIN = """
			package plain;

			import java.net.*;
			import java.nio.file.*;

			public class Main {

				interface Step {

					Object INITIALIZED = note();

					private static Object note() {
						try {
							Path jar = Path.of(System.getProperty("java.class.path").split(":")[0]);
							return Files.createFile(jar.resolveSibling("initialized-" + ProcessHandle.current().pid()));
						}
						catch (Exception ex) {
							throw new IllegalStateException(ex);
						}
					}

					void go();

					default void stop() {
					}

				}

				public static void main(String[] args) throws Exception {
					if (!new URLClassLoader(new URL[0]).isRegisteredAsParallelCapable()) {
						throw new IllegalStateException("the archive has changed how classes are loaded");
					}
					Runnable lambda = () -> System.out.println("started");
					lambda.run();
					Step step = () -> {
					};
					step.go();
					if (args.length > 0) {
						System.in.read();
					}
				}

			}
			""";

	private TestJar() {
	}

	/**
	 * Write an application that is none of Spring Boot's.
	 */
	static void writePlain(Path jar, Map<String, String> attributes) throws IOException {
		write(jar, "plain.Main", attributes, Map.of(), PLAIN);
	}

	/**
	 * Write an application that can be prepared while it runs.
	 */
	static void writeIndexed(Path jar) throws IOException {
		write(jar, LAUNCHER, Map.of("Class-Path", "lib/library.jar"),
				Map.of(TOOLS, "", LIBRARY, EMPTY_JAR, INDEX, "- \"" + LIBRARY + "\"\n"));
	}

	static void write(Path jar, String main, Map<String, String> attributes, Map<String, String> entries)
			throws IOException {
		write(jar, main, attributes, entries, SOURCE);
	}

	private static void write(Path jar, String main, Map<String, String> attributes, Map<String, String> entries,
			String code) throws IOException {
		String type = code.equals(PLAIN) ? "plain.Main" : LAUNCHER;
		Path classes = Files.createTempDirectory(jar.getParent(), "classes");
		Path source = Files.writeString(classes.resolve(type.substring(type.lastIndexOf('.') + 1) + ".java"), code);
		assertThat(
				ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", classes.toString(), source.toString()))
			.isZero();
		Manifest manifest = new Manifest();
		manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
		manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, main);
		attributes.forEach((name, value) -> manifest.getMainAttributes().putValue(name, value));
		Files.delete(source);
		try (OutputStream file = Files.newOutputStream(jar);
				JarOutputStream out = new JarOutputStream(file, manifest)) {
			for (Path compiled : FileTree.files(classes)) {
				out.putNextEntry(new JarEntry(classes.relativize(compiled).toString()));
				Files.copy(compiled, out);
			}
			for (Map.Entry<String, String> entry : entries.entrySet()) {
				out.putNextEntry(new JarEntry(entry.getKey()));
				out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
			}
		}
	}

}
