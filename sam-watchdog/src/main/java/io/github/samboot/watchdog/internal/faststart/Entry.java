package io.github.samboot.watchdog.internal.faststart;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.samboot.core.internal.process.JavaCommandLine;
import org.jspecify.annotations.Nullable;

/**
 * What was prepared for one command: for which program, options and files it was made,
 * and what takes their place. Its text ends with a sum of all before, so that a part of
 * it is none.
 *
 * @param key what it was made from, as a digest
 * @param directory the unpacked application
 * @param plainMillis how long a start without it took
 * @param options the program and the options of the JVM
 * @param jar the jar of the application, or its class as a file in the working directory
 * @param variables the variables from which the JVM reads options
 * @param files all files that count
 */
public record Entry(String key, Path directory, long plainMillis, List<String> options, Path jar,
		Map<String, String> variables, List<FileStamp> files) {

	/** What the watchdog adds to a command that says nothing about it. */
	public static final String EXIT_ON_OUT_OF_MEMORY = "-XX:+ExitOnOutOfMemoryError";

	/** The variables from which a JVM reads options. */
	public static final List<String> VARIABLES = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

	/** The archive in the directory. */
	public static final String ARCHIVE = "application.jsa";

	/** A file that is there if the classes are linked in the archive. */
	public static final String LINKED = "linked";

	/** The text of the entry itself in the directory. */
	public static final String RECORD = "entry";

	private static final String HEADER = "sam-boot fast start 2";

	private static final long FNV_OFFSET = 0xcbf29ce484222325L;

	private static final long FNV_PRIME = 0x100000001b3L;

	/**
	 * Return the name of the file that says what was prepared for a command.
	 * @param options the program and the options of the JVM
	 * @param jar the jar
	 * @return the name: only the content of the file tells whether it is for this command
	 */
	public static String name(List<String> options, Path jar) {
		return Long.toHexString(sum(String.join("\n", options) + "\n" + jar));
	}

	/** (A digest would load hundreds of classes into the watchdog.) */
	private static long sum(String text) {
		long sum = FNV_OFFSET;
		for (int i = 0; i < text.length(); i++) {
			sum = (sum ^ text.charAt(i)) * FNV_PRIME;
		}
		return sum;
	}

	/**
	 * Return the program and the options of a command.
	 * @param command a command line
	 * @param path where a program without a directory is looked for
	 * @return what stands before the jar, or up to the class, with the file that the
	 * program is in the end: shells and service managers find the same one by different
	 * names
	 * @throws NoSuchFileException if there is none with an absolute path
	 * @throws IOException if it cannot be looked up
	 */
	public static List<String> options(List<String> command, @Nullable String path) throws IOException {
		List<String> options = new ArrayList<>();
		options.add(program(command.get(0), (path != null) ? path : ""));
		JavaCommandLine parts = JavaCommandLine.of(command);
		options.addAll(parts.isJar() ? parts.options() : parts.upToMain());
		// an adopted instance was started without it
		options.remove(EXIT_ON_OUT_OF_MEMORY);
		return options;
	}

	private static String program(String name, String path) throws IOException {
		for (String directory : (name.indexOf('/') >= 0) ? new String[] { "" } : path.split(":")) {
			try {
				Path program = Path.of(directory, name);
				if (program.isAbsolute() && Files.isExecutable(program)) {
					return program.toRealPath().toString();
				}
			}
			catch (InvalidPathException ex) {
				// the locale does not express it
			}
		}
		throw new NoSuchFileException(name);
	}

	/**
	 * Return this entry with files.
	 * @param directory where they lie
	 * @param files all that count
	 * @return the entry
	 */
	public Entry with(Path directory, List<FileStamp> files) {
		return new Entry(this.key, directory, this.plainMillis, this.options, this.jar, this.variables, files);
	}

	/**
	 * Return the jar that takes the place of the application's.
	 * @return its path
	 */
	public Path preparedJar() {
		Path name = this.jar.getFileName();
		return this.directory.resolve((name != null) ? name.toString() : "");
	}

	/**
	 * Return whether another jar takes the place of the application's, or there is but an
	 * archive of that.
	 * @return whether it is in {@link #files()}
	 */
	public boolean isUnpacked() {
		Path prepared = preparedJar();
		for (FileStamp file : this.files) {
			if (file.path().equals(prepared)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Find out why this is not what a command would start now. The files are looked at,
	 * but not read.
	 * @param options the program and the options of the JVM
	 * @param jar the jar
	 * @param environment the environment
	 * @return part of a sentence, empty if it is
	 */
	public String difference(List<String> options, Path jar, Map<String, String> environment) {
		if (!options.equals(this.options) || !jar.equals(this.jar)) {
			return "it was made for another command";
		}
		for (String variable : VARIABLES) {
			if (!environment.getOrDefault(variable, "").equals(this.variables.getOrDefault(variable, ""))) {
				return variable + " has another value than when it was made";
			}
		}
		for (FileStamp file : this.files) {
			if (!file.fits()) {
				return file.path() + " has changed since it was made";
			}
		}
		return "";
	}

	/**
	 * Return this entry as text.
	 * @return lines, each with a word that says what it is
	 */
	public String format() {
		StringBuilder text = new StringBuilder(4096);
		line(text, HEADER, "");
		line(text, "key", this.key);
		line(text, "directory", this.directory.toString());
		line(text, "plain", String.valueOf(this.plainMillis));
		line(text, "jar", this.jar.toString());
		for (String option : this.options) {
			line(text, "option", option);
		}
		for (Map.Entry<String, String> variable : this.variables.entrySet()) {
			line(text, "variable", variable.getKey() + "=" + variable.getValue());
		}
		for (FileStamp file : this.files) {
			line(text, "file", file.stamp() + " " + file.digest() + " " + file.path());
		}
		line(text, "end", Long.toHexString(sum(text.toString())));
		return text.toString();
	}

	private static void line(StringBuilder text, String word, String value) {
		if (value.indexOf('\n') >= 0) {
			throw new IllegalArgumentException("the command or its environment has a line break");
		}
		text.append(word).append(' ').append(value).append('\n');
	}

	/**
	 * Read the text of an entry.
	 * @param content the bytes
	 * @return the entry
	 * @throws IOException if it is none, or not all of it
	 */
	public static Entry parse(byte[] content) throws IOException {
		String text = new String(content, StandardCharsets.UTF_8);
		int end = text.lastIndexOf("\nend ") + 1;
		if (end == 0 || !text.substring(end).equals("end " + Long.toHexString(sum(text.substring(0, end))) + "\n")) {
			throw new IOException("it is not complete");
		}
		Deque<String> lines = new ArrayDeque<>(List.of(text.substring(0, end).split("\n")));
		try {
			value(lines, HEADER);
			String key = value(lines, "key");
			Path directory = Path.of(value(lines, "directory"));
			long plainMillis = Long.parseLong(value(lines, "plain"));
			Path jar = Path.of(value(lines, "jar"));
			List<String> options = values(lines, "option");
			Map<String, String> variables = new HashMap<>();
			for (String variable : values(lines, "variable")) {
				int equals = variable.indexOf('=');
				variables.put(variable.substring(0, equals), variable.substring(equals + 1));
			}
			List<FileStamp> files = new ArrayList<>();
			for (String file : values(lines, "file")) {
				String[] parts = file.split(" ", 3);
				files.add(new FileStamp(Path.of(parts[2]), parts[0], parts[1]));
			}
			return new Entry(key, directory, plainMillis, options, jar, variables, files);
		}
		catch (InvalidPathException | NumberFormatException ex) {
			throw new IOException("it cannot be read: " + ex.getMessage(), ex);
		}
	}

	private static List<String> values(Deque<String> lines, String word) throws IOException {
		List<String> values = new ArrayList<>();
		while (!lines.isEmpty() && lines.getFirst().startsWith(word + " ")) {
			values.add(value(lines, word));
		}
		return values;
	}

	private static String value(Deque<String> lines, String word) throws IOException {
		if (lines.isEmpty() || !lines.getFirst().startsWith(word + " ")) {
			throw new IOException("it has no " + word + " where that belongs");
		}
		return lines.removeFirst().substring(word.length() + 1);
	}

}
