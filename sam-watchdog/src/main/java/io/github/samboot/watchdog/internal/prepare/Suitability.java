package io.github.samboot.watchdog.internal.prepare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

import io.github.samboot.core.internal.process.JavaCommandLine;

/**
 * Whether an application is the same when it is unpacked. What cannot be shown to be is
 * left alone.
 */
final class Suitability {

	private static final String LAUNCHER = "org.springframework.boot.loader.launch.JarLauncher";

	private static final String INDEX = "BOOT-INF/classpath.idx";

	/** Agents see other URLs, and the rest is for the user to decide, or hides a part. */
	private static final List<String> OPTIONS = List.of("-javaagent", "-agentpath", "-agentlib", "-Xrun", "-Dloader.",
			"-Xshare", "-XX:SharedArchiveFile", "-XX:ArchiveClassesAtExit", "-XX:+AutoCreateSharedArchive",
			"-XX:SharedClassListFile", "-XX:AOT", "-Xbootclasspath", "--patch-module", "--upgrade-module-path",
			"--limit-modules", "--module-path", "-p", "-XX:Flags", "-XX:VMOptionsFile", "-Djava.system.class.loader",
			"-Djava.class.path");

	private static final List<String> CLASS_PATH = List.of("-cp", "-classpath", "--class-path");

	/** What has a JVM add a module of its own, which an archive has to know. */
	private static final Map<String, String> ADDED_MODULES = Map.of("-Dcom.sun.management",
			"--add-modules=jdk.management.agent", "-XX:StartFlightRecording", "--add-modules=jdk.jfr");

	private static final List<String> MODULE_OPTIONS = List.of("--add-modules", "--add-exports", "--add-opens",
			"--add-reads", "--enable-native-access");

	private Suitability() {
	}

	static void check(List<String> command) throws LeftAloneException {
		JavaCommandLine parts = JavaCommandLine.of(command);
		if (!JavaCommandLine.isJava(command.get(0)) || parts.main().isEmpty()) {
			throw new LeftAloneException("it was not started with java -jar or java -cp");
		}
		for (String word : command) {
			if (word.indexOf('\uFFFD') >= 0 || word.indexOf('\n') >= 0) {
				throw new LeftAloneException("its command line has characters that cannot be repeated");
			}
		}
		for (String word : parts.options()) {
			if (word.startsWith("@")) {
				// also as the value of an option
				throw new LeftAloneException("its JVM options are in a file, " + word.substring(1));
			}
		}
		checkOptions(parts.optionWords());
	}

	private static void checkOptions(List<String> options) throws LeftAloneException {
		for (String option : options) {
			for (String refused : OPTIONS) {
				if (option.startsWith(refused) && !(refused.equals("-p") && !option.equals(refused))) {
					throw new LeftAloneException("its JVM option " + option + " may make a difference");
				}
			}
		}
	}

	/**
	 * Return the class path of an application that is no jar.
	 */
	static String classPath(JavaCommandLine parts) throws LeftAloneException {
		List<String> found = parts.values(CLASS_PATH);
		String main = parts.main();
		boolean isClass = parts.upToMain().size() == parts.options().size() + 1 && !main.endsWith(".java");
		if (main.replace('/', '.').startsWith(BootJar.LAUNCHERS)) {
			throw new LeftAloneException("it is started by " + main
					+ ", whose classes no archive can hold; with java -jar it could be unpacked");
		}
		if (found.isEmpty() || !isClass) {
			throw new LeftAloneException("it was not started with java -jar, nor with java -cp and a class");
		}
		return found.get(found.size() - 1);
	}

	static void checkVariables(Map<String, String> variables) throws LeftAloneException {
		for (Map.Entry<String, String> variable : variables.entrySet()) {
			// each of them has quotes of its own kind
			if (variable.getValue().matches("(?s).*[\"'].*|@.*|.*\\s@.*")) {
				throw new LeftAloneException(variable.getKey() + " has quotes, or names a file with options");
			}
		}
		checkOptions(words(List.of(), variables));
	}

	/**
	 * Return the options of a JVM, with those it reads from variables.
	 */
	static List<String> words(List<String> options, Map<String, String> variables) {
		List<String> words = new ArrayList<>(options);
		for (String value : variables.values()) {
			words.addAll(List.of(value.strip().split("\\s+")));
		}
		return words;
	}

	/**
	 * Return whether a JVM with these options takes an archive in which classes are
	 * linked, if that was made with the same modules. Others with two dashes may change
	 * them as well.
	 */
	static boolean linksClasses(List<String> words) {
		List<String> others = new ArrayList<>(words);
		others.removeAll(moduleOptions(words));
		return others.stream().noneMatch((word) -> word.startsWith("--"));
	}

	/**
	 * Return the options that change the modules of a JVM.
	 */
	static List<String> moduleOptions(List<String> words) {
		List<String> found = new ArrayList<>();
		for (int i = 0; i < words.size(); i++) {
			String option = words.get(i);
			for (String name : MODULE_OPTIONS) {
				if (option.equals(name) && i + 1 < words.size()) {
					found.addAll(List.of(option, words.get(i + 1)));
				}
				else if (option.startsWith(name + "=")) {
					found.add(option);
				}
			}
			ADDED_MODULES.forEach((name, added) -> {
				if (option.startsWith(name)) {
					found.add(added);
				}
			});
		}
		return found;
	}

	static void checkJar(Path jar) throws IOException {
		String main;
		try {
			main = BootJar.check(jar);
		}
		catch (IOException ex) {
			throw new LeftAloneException(ex.getMessage());
		}
		if (!LAUNCHER.equals(main)) {
			throw new LeftAloneException(jar + " is started by " + main + ", not by " + LAUNCHER);
		}
		try (JarFile file = new JarFile(jar.toFile())) {
			for (Enumeration<JarEntry> entries = file.entries(); entries.hasMoreElements();) {
				checkEntry(jar, entries.nextElement().getName());
			}
		}
	}

	/**
	 * Check what the JVM starts as an agent when a jar is behind {@code -jar}.
	 */
	static void checkAgent(Path jar) throws IOException {
		if (BootJar.attributes(jar).getValue("Launcher-Agent-Class") != null) {
			throw new LeftAloneException(jar + " has an agent");
		}
	}

	private static void checkEntry(Path jar, String name) throws LeftAloneException {
		boolean isSignature = name.startsWith("META-INF/")
				&& (name.endsWith(".SF") || name.endsWith(".RSA") || name.endsWith(".DSA") || name.endsWith(".EC"));
		if (isSignature) {
			throw new LeftAloneException(jar + " is signed");
		}
		boolean isKnown = name.startsWith("BOOT-INF/") || name.startsWith("META-INF/")
				|| name.startsWith("org/springframework/boot/loader/")
				|| "org/springframework/boot/loader/".startsWith(name);
		if (!isKnown) {
			throw new LeftAloneException(
					jar + " has " + name + " outside of BOOT-INF, which is lost when it is unpacked");
		}
	}

	/**
	 * Check that the class path is the same, in the same order.
	 */
	static void checkUnpacked(Path jar, Path unpacked) throws IOException {
		try (JarFile file = new JarFile(jar.toFile())) {
			ZipEntry index = file.getEntry(INDEX);
			if (index == null) {
				throw new LeftAloneException(jar + " has no " + INDEX);
			}
			String before = new String(file.getInputStream(index).readAllBytes(), StandardCharsets.UTF_8);
			String after = BootJar.attributes(unpacked).getValue(Attributes.Name.CLASS_PATH);
			if (!names(before, "\n").equals(names((after != null) ? after : "", " "))) {
				throw new LeftAloneException("the class path of " + jar + " is another one when it is unpacked");
			}
		}
	}

	/**
	 * Return the names of files without directories and quotes.
	 */
	private static List<String> names(String files, String separator) {
		return Stream.of(files.split(separator))
			.map((file) -> file.substring(file.lastIndexOf('/') + 1).replace("\"", "").strip())
			.toList();
	}

}
