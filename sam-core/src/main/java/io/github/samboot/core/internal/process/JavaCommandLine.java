package io.github.samboot.core.internal.process;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of a JVM, taken apart as the {@code java} command does it.
 */
public final class JavaCommandLine {

	/** Options whose value is a word of its own, which may look like anything. */
	private static final List<String> WITH_VALUE = List.of("-cp", "-classpath", "--class-path", "-p", "--module-path",
			"--upgrade-module-path", "--add-modules", "--limit-modules", "--add-exports", "--add-opens", "--add-reads",
			"--patch-module", "--enable-native-access", "--illegal-native-access", "--source");

	private final List<String> words;

	private final int options;

	/** The option that says what to run, else what is to be run. */
	private final int endOfOptions;

	private final int main;

	private JavaCommandLine(List<String> words, int program) {
		this.words = words;
		this.options = Math.min(program + 1, words.size());
		int at = this.options;
		while (at < words.size() && isOption(words.get(at))) {
			at += takesValue(words.get(at)) ? 2 : 1;
		}
		this.endOfOptions = Math.min(at, words.size());
		boolean isNamed = at < words.size() && words.get(at).startsWith("-");
		this.main = Math.min(isNamed ? at + 1 : at, words.size());
	}

	/**
	 * Take a command line apart.
	 * @param words the command line of a JVM
	 * @return its parts
	 */
	public static JavaCommandLine of(List<String> words) {
		return new JavaCommandLine(words, 0);
	}

	/**
	 * Return words of a command line as text.
	 * @param words the words
	 * @param charset their character set
	 * @return the texts, in a new list
	 */
	public static List<String> texts(List<byte[]> words, Charset charset) {
		List<String> texts = new ArrayList<>(words.size());
		for (byte[] word : words) {
			texts.add(new String(word, charset));
		}
		return texts;
	}

	/**
	 * Take a command line apart that may start a JVM through another program, such as a
	 * shell or {@code nice}.
	 * @param words the command line
	 * @return its parts; without options if there is no {@code java} in it
	 */
	public static JavaCommandLine find(List<String> words) {
		int program = 0;
		while (program < words.size() && !isJava(words.get(program))) {
			program++;
		}
		return new JavaCommandLine(words, program);
	}

	/**
	 * Return whether a program is the {@code java} command.
	 * @param program its name or path
	 * @return whether it is
	 */
	public static boolean isJava(String program) {
		return program.equals("java") || program.endsWith("/java");
	}

	private static boolean takesValue(String option) {
		return WITH_VALUE.contains(option);
	}

	private static boolean isOption(String word) {
		boolean isMain = word.equals("-jar") || word.equals("-m") || word.equals("--module");
		return !isMain && (word.startsWith("-") || word.startsWith("@"));
	}

	/**
	 * Return the options of the JVM, and the values of those that take one.
	 * @return the options, without the one that says what to run
	 */
	public List<String> options() {
		return this.words.subList(this.options, this.endOfOptions);
	}

	/**
	 * Return the options of the JVM without the values that are words of their own.
	 * @return the options, each with what is behind its equals sign
	 */
	public List<String> optionWords() {
		List<String> found = new ArrayList<>();
		List<String> options = options();
		for (int i = 0; i < options.size(); i += takesValue(options.get(i)) ? 2 : 1) {
			found.add(options.get(i));
		}
		return found;
	}

	/**
	 * Return the values of an option, be they words of their own or behind an equals
	 * sign.
	 * @param names the names that the option has
	 * @return the values, in order; the JVM takes the last one
	 */
	public List<String> values(List<String> names) {
		List<String> found = new ArrayList<>();
		List<String> options = options();
		for (int i = 0; i < options.size(); i++) {
			String option = options.get(i);
			int equals = option.indexOf('=');
			if (takesValue(option)) {
				i++;
				if (names.contains(option) && i < options.size()) {
					found.add(options.get(i));
				}
			}
			else if (equals > 0 && names.contains(option.substring(0, equals))) {
				found.add(option.substring(equals + 1));
			}
		}
		return found;
	}

	/**
	 * Return whether a jar is run.
	 * @return whether {@link #main()} is that of {@code -jar}
	 */
	public boolean isJar() {
		return this.endOfOptions < this.main && this.words.get(this.endOfOptions).equals("-jar");
	}

	/**
	 * Return what is run: a jar, a module or a class.
	 * @return its name, empty if there is none
	 */
	public String main() {
		return (this.main < this.words.size()) ? this.words.get(this.main) : "";
	}

	/**
	 * Return what follows the program, up to what is run.
	 * @return the options, and what is run
	 */
	public List<String> upToMain() {
		return this.words.subList(this.options, Math.min(this.main + 1, this.words.size()));
	}

	/**
	 * Return the arguments of what is run.
	 * @return the arguments
	 */
	public List<String> arguments() {
		return this.words.subList(Math.min(this.main + 1, this.words.size()), this.words.size());
	}

}
