package io.github.samboot.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

import io.github.samboot.test.Await;
import io.github.samboot.test.Requirement;

/**
 * A control group of the kernel, as a container is one, of either version.
 */
final class ControlGroup implements AutoCloseable {

	private static final Path ROOT = Path.of("/sys/fs/cgroup");

	private final Path directory;

	/**
	 * Make a group.
	 * @param controller what it is to limit
	 * @param limit the file of the limit, with which the controller is known to be there
	 */
	ControlGroup(String controller, String limit) {
		Path first = ROOT.resolve(controller);
		this.directory = (Files.isDirectory(first) ? first : ROOT).resolve("sam-test-" + UUID.randomUUID());
		Requirement.command("a control group for " + controller, "/bin/sh", "-c", "mkdir " + this.directory
				+ " && { [ -e " + this.directory + "/" + limit + " ] || { rmdir " + this.directory + "; exit 1; }; }");
	}

	/**
	 * Return whether a file is there, whose name tells the version.
	 */
	boolean has(String file) {
		return Files.exists(this.directory.resolve(file));
	}

	void set(String file, String value) {
		try {
			Files.writeString(this.directory.resolve(file), value);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	String get(String file) {
		try {
			return Files.readString(this.directory.resolve(file)).strip();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return a command that runs another one, which follows, in the group.
	 */
	String[] command() {
		return new String[] { "/bin/sh", "-c", "echo $$ > " + this.directory + "/cgroup.procs && exec \"$@\"", "sh" };
	}

	boolean isOf(long pid) {
		try {
			return Files.readString(Path.of("/proc/" + pid + "/cgroup")).contains("/" + this.directory.getFileName());
		}
		catch (IOException ex) {
			return false;
		}
	}

	@Override
	public void close() {
		Await.until("the end of all in " + this.directory, () -> get("cgroup.procs").isEmpty());
		try {
			Files.delete(this.directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
