package io.github.samboot.watchdog.internal.prepare;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.github.samboot.core.internal.process.JavaCommandLine;

/**
 * A command line of the form {@code java [options] -jar app.jar [arguments]}.
 *
 * @param java the first word
 * @param options the options of the JVM
 * @param jar the jar
 * @param arguments the arguments of the application
 */
record JavaCommand(String java, List<String> options, String jar, List<String> arguments) {

	private static final String[] ARCHIVE_OPTIONS = { "-XX:SharedArchiveFile", "-XX:ArchiveClassesAtExit",
			"-XX:+AutoCreateSharedArchive", "-XX:AOT", "-Xshare:" };

	private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=,+@%-]+");

	/**
	 * Take a command line apart.
	 * @param command the words
	 * @return the command
	 * @throws IllegalArgumentException if it is of another form; the message says what to
	 * do
	 */
	static JavaCommand parse(List<String> command) {
		if (command.isEmpty() || !JavaCommandLine.isJava(command.get(0))) {
			throw wrong(command.isEmpty() ? "there is none" : "it begins with '" + command.get(0) + "'");
		}
		for (String word : command) {
			if (word.indexOf('\uFFFD') >= 0) {
				throw wrong("'" + word + "' cannot be read in this locale: set LC_ALL=C.UTF-8");
			}
		}
		JavaCommandLine parts = JavaCommandLine.of(command);
		for (String option : parts.optionWords()) {
			for (String archive : ARCHIVE_OPTIONS) {
				if (option.startsWith(archive)) {
					throw wrong(option + " is for this program to choose: leave it away");
				}
			}
		}
		if (!parts.isJar() && !parts.main().isEmpty()) {
			throw wrong("'" + parts.main() + "' stands before any -jar");
		}
		if (parts.main().isEmpty()) {
			throw wrong("there is no -jar app.jar in it");
		}
		return new JavaCommand(command.get(0), List.copyOf(parts.options()), parts.main(),
				List.copyOf(parts.arguments()));
	}

	private static IllegalArgumentException wrong(String what) {
		return new IllegalArgumentException("The command behind -- must be of the form "
				+ "java [options] -jar app.jar [arguments], but " + what + ".");
	}

	/**
	 * Write words so that a shell reads them as they are.
	 * @param words the words
	 * @return one line, unless a word has several
	 */
	static String quoted(List<String> words) {
		return words.stream()
			.map((word) -> PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'")
			.collect(Collectors.joining(" "));
	}

}
