package io.github.samboot.watchdog.internal.prepare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipException;

import org.jspecify.annotations.Nullable;

/**
 * Tells the executable jar of a Spring Boot application from others.
 */
final class BootJar {

	static final String LAUNCHERS = "org.springframework.boot.loader.";

	private static final String TOOLS = "/spring-boot-jarmode-tools-";

	private BootJar() {
	}

	/**
	 * Check that a file is an executable jar that can unpack itself.
	 * @param jar the file
	 * @throws IOException if it is not; the message says what to do
	 */
	static void check(Path jar) throws IOException {
		if (!Files.isRegularFile(jar)) {
			throw new IOException("There is no file " + jar + ": name the jar of the application behind -jar.");
		}
		try (JarFile file = new JarFile(jar.toFile())) {
			String main = mainClass(file);
			if (main == null || !main.startsWith(LAUNCHERS)) {
				throw new IOException(jar + " is no executable jar of Spring Boot (its Main-Class is " + main
						+ "): name the one that Spring Boot's build plugin repackages.");
			}
			if (main.endsWith(".PropertiesLauncher")) {
				throw new IOException(jar + " has the PropertiesLauncher, whose loader.path an unpacked application"
						+ " does not have: only jars with the JarLauncher can be prepared.");
			}
			if (!hasTools(file)) {
				throw new IOException(jar + " cannot unpack itself, as it has no spring-boot-jarmode-tools: build it"
						+ " with Spring Boot 3.3 or later, and do not switch its includeTools off.");
			}
		}
		catch (ZipException ex) {
			throw new IOException(jar + " is no jar: " + ex.getMessage() + ".", ex);
		}
	}

	/**
	 * Return whether a launcher of Spring Boot starts what is in a jar.
	 */
	static boolean isLaunched(Path jar) throws IOException {
		try (JarFile file = new JarFile(jar.toFile())) {
			String main = mainClass(file);
			return main != null && main.startsWith(LAUNCHERS);
		}
	}

	private static @Nullable String mainClass(JarFile file) throws IOException {
		Manifest manifest = file.getManifest();
		return (manifest != null) ? manifest.getMainAttributes().getValue(Attributes.Name.MAIN_CLASS) : null;
	}

	private static boolean hasTools(JarFile file) {
		return file.stream().anyMatch((entry) -> entry.getName().contains(TOOLS));
	}

}
