package io.github.samboot.watchdog.internal.prepare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.samboot.watchdog.internal.faststart.Entry;
import io.github.samboot.watchdog.internal.faststart.FileStamp;

/**
 * Makes an entry: the unpacked jar, and the archive that a JVM writes of it.
 */
final class EntryMaker {

	private final JavaRuntime runtime;

	private final Programs programs;

	/** A file with the names of the classes that go into the archive. */
	private final Path classes;

	/** Flags of the JVM that an archive depends on. */
	private final List<String> flags;

	EntryMaker(JavaRuntime runtime, Programs programs, Path classes, List<String> flags) {
		this.runtime = runtime;
		this.programs = programs;
		this.classes = classes;
		this.flags = flags;
	}

	/**
	 * Make the files of an entry in its directory, or remove that.
	 */
	Entry make(Entry draft, List<FileStamp> outside) throws IOException {
		try {
			Path jar = draft.preparedJar();
			this.runtime.checkPath(jar);
			unpack(draft.jar(), jar);
			archive(draft.directory(), jar, draft.options());
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
		run("could not be unpacked", this.runtime.java().toString(), "-Djarmode=tools", "-jar", jar.toString(),
				"extract", "--force", "--destination", prepared.getParent().toString());
		Suitability.checkUnpacked(jar, prepared);
	}

	/**
	 * Have a JVM write the archive, and another one take it.
	 */
	private void archive(Path directory, Path jar, List<String> options) throws IOException {
		List<String> names = new ArrayList<>();
		for (String line : Files.readAllLines(this.classes)) {
			names.add(line.replace('.', '/'));
		}
		System.out.println("writes an archive of " + names.size() + " classes");
		Path list = directory.resolve("classes");
		Files.write(list, names);
		String archive = "-XX:SharedArchiveFile=" + directory.resolve(Entry.ARCHIVE);
		List<String> command = new ArrayList<>(List.of(this.runtime.java().toString(), "-Xshare:dump",
				"-XX:SharedClassListFile=" + list, archive, "-Xlog:disable", "-Xlog:all=error:stderr"));
		command.addAll(this.flags);
		command.addAll(List.of("-cp", jar.toString()));
		run("no archive could be written", command.toArray(new String[0]));
		Files.delete(list);
		command = new ArrayList<>(List.of(this.runtime.java().toString(), archive, "-Xshare:on"));
		command.addAll(this.flags);
		command.addAll(Suitability.moduleOptions(options));
		command.addAll(List.of("-cp", jar.toString(), "-version"));
		run("the archive is not taken", command.toArray(new String[0]));
	}

	private void run(String problem, String... command) throws IOException {
		Programs.Result result = this.programs.run(List.of(command));
		if (result.code() != 0) {
			throw new IOException(problem + " (exit code " + result.code() + "). It says:\n" + result.lastLines());
		}
	}

}
