package io.github.samboot.watchdog.internal.prepare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The directory for the prepared application. An archive holds the paths of its jars, so
 * all is made where it stays. What an earlier preparation made is set aside inside, and
 * comes back if this one fails.
 */
final class Place {

	private static final String START = "start";

	private static final String BEFORE = ".before";

	private static final String FIRST_LINES = "#!/bin/sh\n# Written by sam-watchdog --prepare, which overwrites this directory.\n";

	private final Path directory;

	private boolean made;

	private boolean taken;

	Place(Path directory) {
		this.directory = directory.toAbsolutePath().normalize();
	}

	Path resolve(String name) {
		return this.directory.resolve(name);
	}

	/**
	 * Empty the directory, and write the script that starts the application. It comes
	 * first because it shows whose directory this is, even after a crash.
	 * @param command the command that starts the application without arguments
	 * @throws IOException if the directory cannot be used
	 */
	synchronized void take(String command) throws IOException {
		checkOurs();
		Path before = resolve(BEFORE);
		if (!Files.exists(this.directory, LinkOption.NOFOLLOW_LINKS)) {
			Path parent = this.directory.getParent();
			if (parent == null || !Files.isDirectory(parent)) {
				throw new IOException(
						this.directory + " cannot be made, as there is no directory " + parent + ": make it first.");
			}
			Files.createDirectory(this.directory);
			this.made = true;
		}
		this.taken = true;
		if (Files.exists(before)) {
			// an earlier one was killed
			restore();
		}
		List<Path> entries = FileTree.list(this.directory);
		Files.createDirectory(before);
		for (Path entry : entries) {
			Files.move(entry, before.resolve(entry.getFileName()));
		}
		Path start = resolve(START);
		Files.writeString(start, FIRST_LINES + "exec " + command + " \"$@\"\n");
		Files.setPosixFilePermissions(start, PosixFilePermissions.fromString("rwxr-xr-x"));
	}

	/**
	 * Check that nothing would be overwritten that was not made here.
	 * @throws IOException if the directory has other files
	 */
	void checkOurs() throws IOException {
		if (!Files.exists(this.directory, LinkOption.NOFOLLOW_LINKS)) {
			return;
		}
		if (!Files.isDirectory(this.directory)) {
			throw new IOException(this.directory + " is no directory: name another one.");
		}
		Path start = resolve(START);
		boolean ours = Files.isDirectory(resolve(BEFORE)) || (Files.isRegularFile(start)
				&& Files.readString(start, StandardCharsets.ISO_8859_1).startsWith(FIRST_LINES));
		if (!ours && !FileTree.list(this.directory).isEmpty()) {
			throw new IOException(this.directory + " holds files that no --prepare made: name a directory that is"
					+ " empty, or does not exist, or was prepared before.");
		}
	}

	/**
	 * Keep what was made.
	 * @throws IOException if what was there before cannot be removed
	 */
	synchronized void keep() throws IOException {
		if (this.taken) {
			this.taken = false;
			FileTree.delete(resolve(BEFORE));
		}
	}

	/**
	 * Leave everything as it was, unless it is to be kept.
	 * @throws IOException if that is impossible
	 */
	synchronized void undo() throws IOException {
		if (this.taken) {
			this.taken = false;
			if (Files.exists(resolve(BEFORE))) {
				restore();
			}
			if (this.made) {
				Files.deleteIfExists(this.directory);
			}
		}
	}

	private void restore() throws IOException {
		Path before = resolve(BEFORE);
		for (Path entry : FileTree.list(this.directory)) {
			if (!entry.equals(before)) {
				FileTree.delete(entry);
			}
		}
		for (Path entry : FileTree.list(before)) {
			Files.move(entry, this.directory.resolve(entry.getFileName()));
		}
		Files.delete(before);
	}

}
