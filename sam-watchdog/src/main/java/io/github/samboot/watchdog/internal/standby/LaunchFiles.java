package io.github.samboot.watchdog.internal.standby;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.samboot.core.internal.process.JavaCommandLine;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.rundir.VerifiedDirectory;

/**
 * The files that an application is started from, as far as its command line and the last
 * instance tell: jars, option files, configuration. They show whether a spare that was
 * started earlier is still what would be started now. Only what is known to be read at
 * the start is looked at: other files that an argument names may be written by the
 * application itself. Not thread-safe.
 */
public final class LaunchFiles {

	/** A class path of a thousand jars is looked at in part. */
	private static final int MOST_FILES = 300;

	private static final List<String> PATHS = List.of("-cp", "-classpath", "--class-path", "-p", "--module-path");

	/** Of a path that is no regular file. */
	private static final long NO_FILE = -1;

	private final List<File> files = new ArrayList<>();

	private final Map<File, WatchedDirectory> directories = new HashMap<>();

	/**
	 * Create a set of files.
	 * @param arguments the command line
	 * @param configuration paths of files; names of which a part is left open by a
	 * {@code *} may come and go
	 */
	LaunchFiles(List<String> arguments, List<String> configuration) {
		addCommand(JavaCommandLine.find(arguments));
		for (String path : configuration) {
			File file = new File(path);
			int open = file.getName().indexOf('*');
			if (open < 0) {
				add(path);
			}
			else {
				directory(file.getParentFile()).add(file.getName().substring(0, open),
						file.getName().substring(open + 1));
			}
		}
	}

	/**
	 * Read which configuration files the last instance was started from.
	 * @param runDirectory where it has left that
	 * @param before what is known from earlier
	 * @return the paths; those from earlier if there are none
	 */
	static List<String> configuration(Path runDirectory, List<String> before) {
		try (VerifiedDirectory directory = VerifiedDirectory.open(runDirectory)) {
			return List
				.of(new String(directory.read(RunDirectory.CONFIGURATION_FILES), StandardCharsets.UTF_8).split("\n"));
		}
		catch (IOException ex) {
			return before;
		}
	}

	private void addCommand(JavaCommandLine command) {
		for (String option : command.options()) {
			if (option.startsWith("@")) {
				// also as the value of an option
				add(option.substring(1));
			}
			else if (option.startsWith("-javaagent:") || option.startsWith("-agentpath:")) {
				String agent = option.substring(option.indexOf(':') + 1);
				int equals = agent.indexOf('=');
				add((equals >= 0) ? agent.substring(0, equals) : agent);
			}
		}
		for (String path : command.values(PATHS)) {
			addPath(path);
		}
		if (command.isJar()) {
			add(command.main());
			// where an extracted application has its libraries
			addLibraries(new File(new File(command.main()).getParentFile(), "lib"));
		}
	}

	private void addPath(String path) {
		for (String element : path.split(":")) {
			if (element.equals("*")) {
				addLibraries(new File("."));
			}
			else if (element.endsWith("/*")) {
				addLibraries(new File(element.substring(0, element.length() - 1)));
			}
			else {
				add(element);
			}
		}
	}

	private void addLibraries(File directory) {
		directory(directory).add("", ".jar");
	}

	private WatchedDirectory directory(File directory) {
		WatchedDirectory watched = this.directories.get(directory);
		if (watched == null) {
			watched = new WatchedDirectory(directory);
			this.directories.put(directory, watched);
		}
		return watched;
	}

	private void add(String path) {
		File file = new File(path);
		// of a directory with classes, what tells is the directory
		if (!path.isEmpty() && this.files.size() < MOST_FILES && file.exists() && !this.files.contains(file)) {
			this.files.add(file);
		}
	}

	/**
	 * Look what the files are like.
	 * @return what tells a version of each file from another, by path
	 */
	public Map<String, Long> look() {
		Map<String, Long> stamps = new HashMap<>();
		for (File file : this.files) {
			stamps.put(file.getPath(), stamp(file));
		}
		for (WatchedDirectory directory : this.directories.values()) {
			for (File file : directory.files()) {
				stamps.put(file.getPath(), stamp(file));
			}
		}
		return stamps;
	}

	/**
	 * Return what tells a version of a file from another. (Its inode would tell more, but
	 * costs a multiple to ask for.)
	 */
	private static long stamp(File file) {
		long modified = file.lastModified();
		// 0: it is gone
		return (modified != 0) ? 31 * modified + file.length() : NO_FILE;
	}

	/**
	 * Return which file is not what it was.
	 * @param before an earlier look
	 * @param now a later look
	 * @return the path of one of them, empty if there is none
	 */
	static String difference(Map<String, Long> before, Map<String, Long> now) {
		for (Map.Entry<String, Long> entry : now.entrySet()) {
			if (!entry.getValue().equals(before.get(entry.getKey()))) {
				return entry.getKey();
			}
		}
		for (String path : before.keySet()) {
			if (!now.containsKey(path)) {
				return path;
			}
		}
		return "";
	}

}
