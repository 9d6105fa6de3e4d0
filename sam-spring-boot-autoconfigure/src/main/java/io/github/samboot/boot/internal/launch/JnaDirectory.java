package io.github.samboot.boot.internal.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.jspecify.annotations.Nullable;

import org.springframework.util.FileSystemUtils;

/**
 * A private directory for the native library that JNA unpacks, gone as soon as that is
 * loaded.
 */
final class JnaDirectory implements AutoCloseable {

	private static final String PROPERTY = "jna.tmpdir";

	private final @Nullable Path directory;

	private JnaDirectory(@Nullable Path directory) {
		this.directory = directory;
		if (directory != null) {
			System.setProperty(PROPERTY, directory.toString());
		}
	}

	/**
	 * Make the directory, where the user has not chosen one.
	 * @return the directory
	 * @throws ExecImpossibleException if no place allows libraries to be loaded
	 */
	static JnaDirectory create() throws ExecImpossibleException {
		if (System.getProperty(PROPERTY) != null || System.getProperty("jna.boot.library.path") != null) {
			return new JnaDirectory(null);
		}
		Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
		// where JNA itself would unpack it
		Path cache = Path.of(System.getProperty("user.home", "/"), ".cache");
		Path[] parents = { temporary, cache };
		for (Path parent : parents) {
			if (Files.isWritable(parent) && !isNoExec(parent)) {
				try {
					return new JnaDirectory(Files.createTempDirectory(parent, "sam-jna-",
							PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
				}
				catch (IOException ex) {
					// perhaps the next
				}
			}
		}
		throw new ExecImpossibleException("neither " + temporary + " nor " + cache
				+ " takes a native library (read-only or mounted noexec; set java.io.tmpdir to a directory that does)");
	}

	private static boolean isNoExec(Path path) {
		try {
			return isNoExec(path.toRealPath().toString(),
					new String(Files.readAllBytes(Path.of("/proc/self/mountinfo")), StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Tell whether programs and libraries cannot be run from a directory.
	 * @param path the real path of the directory
	 * @param mounts the lines of {@code /proc/self/mountinfo}, later mounts last
	 * @return whether its file system is mounted {@code noexec}
	 */
	static boolean isNoExec(String path, String mounts) {
		String options = "";
		int longest = -1;
		for (String mount : mounts.split("\n")) {
			String[] fields = mount.split(" ");
			if (fields.length > 5) {
				String point = fields[4].replace("\\040", " ");
				boolean above = point.equals("/") || path.equals(point) || path.startsWith(point + "/");
				if (above && point.length() >= longest) {
					longest = point.length();
					options = fields[5];
				}
			}
		}
		return ("," + options + ",").contains(",noexec,");
	}

	@Override
	public void close() {
		if (this.directory == null) {
			return;
		}
		System.clearProperty(PROPERTY);
		try {
			FileSystemUtils.deleteRecursively(this.directory);
		}
		catch (IOException ex) {
			// gone already, or too busy to be worth more
		}
	}

}
