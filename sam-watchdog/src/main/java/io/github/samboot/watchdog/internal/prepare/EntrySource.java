package io.github.samboot.watchdog.internal.prepare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.samboot.core.internal.process.JavaCommandLine;
import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.core.internal.process.PlatformCharset;
import io.github.samboot.watchdog.internal.faststart.Entry;
import io.github.samboot.watchdog.internal.faststart.FastStart;
import io.github.samboot.watchdog.internal.faststart.FileStamp;
import org.jspecify.annotations.Nullable;

/**
 * What an entry is made from: the command of an application that runs.
 *
 * @param options the program and the options of the JVM
 * @param jar the jar, or the class as a file in the working directory
 * @param variables the variables from which the JVM reads options
 * @param classPath where the JVM finds the classes, {@code null} if the jar is to be
 * unpacked
 * @param archive the option that names the archive it was started with, empty if it was
 * started the plain way
 */
record EntrySource(List<String> options, Path jar, Map<String, String> variables, @Nullable ClassPath classPath,
		String archive) {

	/**
	 * Look at an application.
	 */
	static EntrySource of(long pid) throws IOException {
		List<byte[]> words = KnownProcess.commandLine(pid);
		List<String> command = JavaCommandLine.texts(FastStart.plain(words), StandardCharsets.UTF_8);
		if (command.isEmpty()) {
			throw new IOException("the application has ended");
		}
		Suitability.check(command);
		Path work = Files.readSymbolicLink(Path.of("/proc", String.valueOf(pid), "cwd"));
		JavaCommandLine parts = JavaCommandLine.of(command);
		Path jar = work.resolve(parts.main()).normalize();
		Map<String, String> variables = environment(pid);
		String path = variables.get("PATH");
		variables.keySet().retainAll(Entry.VARIABLES);
		Suitability.checkVariables(variables);
		ClassPath classPath = null;
		if (!parts.isJar()) {
			classPath = ClassPath.of(work, Suitability.classPath(parts));
		}
		else if (Files.exists(jar) && !BootJar.isLaunched(jar)) {
			Suitability.checkAgent(jar);
			classPath = ClassPath.of(work, parts.main());
		}
		else {
			Suitability.checkJar(jar);
			Suitability.checkAgent(jar);
		}
		try {
			return new EntrySource(Entry.options(command, path), jar, variables, classPath,
					(command.size() < words.size()) ? new String(words.get(2), StandardCharsets.UTF_8) : "");
		}
		catch (NoSuchFileException ex) {
			throw new LeftAloneException("its program " + command.get(0) + " has no absolute path");
		}
	}

	private static Map<String, String> environment(long pid) throws IOException {
		Map<String, String> variables = new TreeMap<>();
		String all = new String(Files.readAllBytes(Path.of("/proc", String.valueOf(pid), "environ")),
				PlatformCharset.get());
		for (String variable : all.split("\0")) {
			int equals = variable.indexOf('=');
			if (equals > 0) {
				variables.put(variable.substring(0, equals), variable.substring(equals + 1));
			}
		}
		return variables;
	}

	String name() {
		return Entry.name(this.options, this.jar);
	}

	/**
	 * Return what the application is started from today.
	 */
	List<FileStamp> outside(JavaRuntime runtime) throws IOException {
		Path home = runtime.java().getParent().getParent();
		List<FileStamp> files = new ArrayList<>();
		for (Path file : (this.classPath != null) ? this.classPath.files() : List.of(this.jar)) {
			files.add(Files.isRegularFile(file) ? FileContent.stamped(file) : FileContent.unread(file));
		}
		Path launcher = Path.of(this.options.get(0));
		files.add(FileContent.unread(launcher));
		for (String name : List.of("release", "lib/modules", "lib/server/libjvm.so")) {
			Path file = home.resolve(name);
			if (Files.exists(file)) {
				files.add(FileContent.unread(file));
			}
		}
		return files;
	}

	/**
	 * Return what tells this from everything else that could be prepared: the jars are in
	 * it by content, the JVM by its build.
	 */
	String key(List<FileStamp> outside, List<String> flags, boolean links) {
		List<String> parts = new ArrayList<>();
		for (FileStamp file : outside) {
			if (!file.digest().equals(FileStamp.NO_DIGEST)) {
				parts.addAll(List.of(file.digest(), file.path().toString()));
			}
		}
		parts.addAll(List.of(System.getProperty("java.home"), System.getProperty("java.vm.version"),
				System.getProperty("java.vm.name"), System.getProperty("os.arch")));
		parts.addAll(this.options);
		parts.addAll(flags);
		parts.add(links ? "linked" : "not linked");
		this.variables.forEach((name, value) -> parts.add(name + "=" + value));
		byte[] text = (String.join("\0", parts) + "\0").getBytes(StandardCharsets.UTF_8);
		return HexFormat.of().formatHex(FileContent.sha256().digest(text)).substring(0, 32);
	}

}
