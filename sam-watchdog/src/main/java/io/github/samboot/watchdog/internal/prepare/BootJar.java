package io.github.samboot.watchdog.internal.prepare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipException;

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
	 * @return its main class
	 * @throws IOException if it is not; the message says what to do
	 */
	static String check(Path jar) throws IOException {
		if (!Files.isRegularFile(jar)) {
			throw new IOException("There is no file " + jar + ": name the jar of the application behind -jar.");
		}
		try (JarFile file = new JarFile(jar.toFile())) {
			String main = main(jar);
			if (!main.startsWith(LAUNCHERS)) {
				throw new IOException(jar + " is no executable jar of Spring Boot (its Main-Class is " + main
						+ "): name the one that Spring Boot's build plugin repackages.");
			}
			if (main.endsWith(".PropertiesLauncher")) {
				throw new IOException(jar + " has the PropertiesLauncher, whose loader.path an unpacked application"
						+ " does not have: only jars with the JarLauncher can be prepared.");
			}
			if (file.stream().noneMatch((entry) -> entry.getName().contains(TOOLS))) {
				throw new IOException(jar + " cannot unpack itself, as it has no spring-boot-jarmode-tools: build it"
						+ " with Spring Boot 3.3 or later, and do not switch its includeTools off.");
			}
			return main;
		}
		catch (ZipException ex) {
			throw new IOException(jar + " is no jar: " + ex.getMessage() + ".", ex);
		}
	}

	/**
	 * Return whether a launcher of Spring Boot starts what is in a jar.
	 */
	static boolean isLaunched(Path jar) throws IOException {
		return main(jar).startsWith(LAUNCHERS);
	}

	private static String main(Path jar) throws IOException {
		return String.valueOf(attributes(jar).getValue(Attributes.Name.MAIN_CLASS));
	}

	/**
	 * Return what the manifest of a jar says, if it has one.
	 */
	static Attributes attributes(Path jar) throws IOException {
		try (JarFile file = new JarFile(jar.toFile())) {
			Manifest manifest = file.getManifest();
			return (manifest != null) ? manifest.getMainAttributes() : new Attributes();
		}
	}

}
