package io.github.samboot.watchdog.internal.process;

import java.io.File;
import java.util.List;

/**
 * Reads from a command line, as the Java launcher does, which files a start reads.
 */
public final class JavaArguments {

	/** Options of the launcher that are followed by a value. */
	private static final List<String> WITH_VALUE = List.of("--add-modules", "--add-exports", "--add-opens",
			"--add-reads", "--limit-modules", "--patch-module", "--upgrade-module-path", "--enable-native-access",
			"--source");

	private final List<String> arguments;

	private final Files files;

	public JavaArguments(List<String> arguments, Files files) {
		this.arguments = arguments;
		this.files = files;
	}

	/**
	 * Takes what is found.
	 */
	public interface Files {

		/** A file, or a directory that counts as one. */
		void file(String path);

		/** The jar of an application, with or without its libraries in it. */
		void jar(String path);

		/** A directory with jars. */
		void libraries(File directory);

	}

	public void read() {
		// in front of it there may be a shell, or nice
		int at = 0;
		while (at < this.arguments.size() && !isJava(this.arguments.get(at))) {
			at++;
		}
		at++;
		boolean isOption = true;
		while (at < this.arguments.size() && isOption) {
			String argument = this.arguments.get(at++);
			String value = (at < this.arguments.size()) ? this.arguments.get(at) : "";
			switch (argument) {
				case "-jar" -> {
					this.files.jar(value);
					at++;
					isOption = false;
				}
				case "-cp", "-classpath", "--class-path", "-p", "--module-path" -> {
					path(value);
					at++;
				}
				case "-m", "--module" -> {
					at++;
					isOption = false;
				}
				default -> {
					isOption = argument.startsWith("-") || argument.startsWith("@");
					option(argument);
					at += WITH_VALUE.contains(argument) ? 1 : 0;
				}
			}
		}
	}

	private static boolean isJava(String argument) {
		return argument.equals("java") || argument.endsWith("/java");
	}

	private void option(String argument) {
		if (argument.startsWith("@")) {
			this.files.file(argument.substring(1));
		}
		else if (argument.startsWith("-javaagent:") || argument.startsWith("-agentpath:")) {
			String agent = argument.substring(argument.indexOf(':') + 1);
			int equals = agent.indexOf('=');
			this.files.file((equals >= 0) ? agent.substring(0, equals) : agent);
		}
		else if (argument.startsWith("--class-path=") || argument.startsWith("--module-path=")) {
			path(argument.substring(argument.indexOf('=') + 1));
		}
	}

	private void path(String path) {
		for (String element : path.split(":")) {
			if (element.equals("*") || element.endsWith("/*")) {
				this.files.libraries(parent(element));
			}
			else if (!element.isEmpty()) {
				this.files.file(element);
			}
		}
	}

	private static File parent(String wildcard) {
		String directory = wildcard.substring(0, wildcard.length() - 1);
		return new File(directory.isEmpty() ? "." : directory);
	}

}
