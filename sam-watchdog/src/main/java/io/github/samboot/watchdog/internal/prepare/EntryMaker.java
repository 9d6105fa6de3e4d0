package io.github.samboot.watchdog.internal.prepare;

import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import io.github.samboot.watchdog.internal.faststart.Entry;
import io.github.samboot.watchdog.internal.faststart.FastStart;
import io.github.samboot.watchdog.internal.faststart.FileStamp;
import org.jspecify.annotations.Nullable;

/**
 * Makes an entry: the unpacked jar, where it is one to be unpacked, and the archive that
 * a JVM writes of it.
 *
 * @param runtime the JVM
 * @param programs runs it
 * @param classes the names of the classes, and of those that have made lambdas
 * @param flags flags of the JVM that an archive depends on
 * @param links whether classes are linked in the archive
 */
record EntryMaker(JavaRuntime runtime, Programs programs, List<String> classes, List<String> flags, boolean links) {

	/** What stands before the name of a class that makes lambdas. */
	private static final String MADE_LAMBDAS = "@";

	/** The application needs the others, even if this has the lowest priority. */
	private static final String ONE_PROCESSOR = "-XX:ActiveProcessorCount=1";

	/**
	 * Make the files of an entry in its directory, or remove that.
	 */
	Entry make(Entry draft, List<FileStamp> outside, @Nullable ClassPath inPlace) throws IOException {
		try {
			ClassPath classPath = (inPlace != null) ? inPlace : ClassPath.of(draft.preparedJar());
			for (Path file : classPath.files()) {
				if (!Files.isDirectory(file)) {
					this.runtime.checkPath(file);
				}
			}
			if (inPlace == null) {
				unpack(draft.jar(), draft.preparedJar());
			}
			archive(draft, classPath);
			Entry entry = draft.with(draft.directory(), stamped(draft.directory(), outside));
			Path record = draft.directory().resolve(Entry.RECORD);
			Files.writeString(record, entry.format());
			FileTree.sync(record);
			FileTree.sync(draft.directory());
			return entry;
		}
		catch (IOException | RuntimeException ex) {
			FileTree.delete(draft.directory());
			throw ex;
		}
	}

	private static List<FileStamp> stamped(Path directory, List<FileStamp> outside) throws IOException {
		List<FileStamp> files = new ArrayList<>(outside);
		for (Path file : FileTree.files(directory)) {
			FileTree.sync(file);
			files.add(FileContent.stamped(file));
		}
		return files;
	}

	private void unpack(Path jar, Path prepared) throws IOException {
		System.out.println("unpacks " + jar);
		run("could not be unpacked", List.of("-Djarmode=tools", "-jar", jar.toString(), "extract", "--force",
				"--destination", prepared.getParent().toString()));
		Suitability.checkUnpacked(jar, prepared);
	}

	/**
	 * Have a JVM write the archive, and another one take it.
	 */
	private void archive(Entry draft, ClassPath classPath) throws IOException {
		Path list = draft.directory().resolve("classes");
		Files.write(list, lines(classPath));
		List<String> modules = Suitability.moduleOptions(Suitability.words(draft.options(), draft.variables()));
		List<String> options = together(this.flags, List.of(FastStart.archive(draft), "-cp", classPath.path()));
		if (this.links) {
			Files.createFile(draft.directory().resolve(Entry.LINKED));
		}
		List<String> write = List.of("-Xshare:dump", "-XX:SharedClassListFile=" + list, "-Xlog:disable",
				"-Xlog:all=error:stderr");
		List<String> linking = this.links ? List.of("-XX:+AOTClassLinking") : List.of();
		// otherwise each start says so on the console
		List<String> known = this.runtime.knowsModules() ? modules : List.of();
		run("no archive could be written", together(write, linking, known, options));
		Files.delete(list);
		String problem = "the archive is not taken";
		Programs.Result taken = run(problem, together(modules, List.of("-Xshare:on"), options, List.of("-version")));
		if (taken.lines().stream().anyMatch((line) -> line.contains("[error]"))) {
			// each start would write that on the console of the application
			throw taken.failure(problem);
		}
	}

	@SafeVarargs
	private static List<String> together(List<String>... words) {
		return Stream.of(words).flatMap(List::stream).toList();
	}

	/**
	 * Return the list of classes for the JVM that writes the archive.
	 */
	private Set<String> lines(ClassPath classPath) throws IOException {
		Set<String> names = new LinkedHashSet<>();
		Set<String> makers = new LinkedHashSet<>();
		for (String line : this.classes) {
			String name = line.replace('.', '/');
			if (name.startsWith(MADE_LAMBDAS)) {
				makers.add(name.substring(MADE_LAMBDAS.length()));
			}
			else {
				names.add(name);
			}
		}
		Set<String> lines = new LinkedHashSet<>(names);
		try (URLClassLoader loader = classPath.loader()) {
			for (String name : makers) {
				lines.addAll(ClassLines.lambdas(loader, name));
			}
			System.out.println("writes an archive of " + names.size() + " classes and " + (lines.size() - names.size())
					+ " lambdas");
			if (this.links) {
				for (String name : names) {
					lines.addAll(ClassLines.references(loader, name, makers.contains(name)));
				}
			}
		}
		return lines;
	}

	private Programs.Result run(String problem, List<String> arguments) throws IOException {
		Programs.Result result = this.programs
			.run(together(List.of(this.runtime.java().toString(), ONE_PROCESSOR), arguments));
		if (result.code() != 0) {
			throw result.failure(problem);
		}
		return result;
	}

}
