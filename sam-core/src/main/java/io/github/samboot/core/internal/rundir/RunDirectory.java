package io.github.samboot.core.internal.rundir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The private directory in which an application and its watchdog meet: socket, heartbeat
 * pages, user data and recovery record. It lies on a tmpfs where there is one.
 */
public final class RunDirectory {

	/** {@code sun_path} of {@code unix(7)} has 108 bytes, with the closing zero. */
	private static final int LONGEST_SOCKET_PATH = 107;

	static final String PREFIX = "sam-";

	static final int RANDOM_LENGTH = 12;

	/** The name of the socket. */
	public static final String SOCKET = "s";

	/** The name of the saved user data. */
	public static final String DATA = "data";

	/** The name of the recovery record. */
	public static final String RECORD = "record";

	/** The name of the list of configuration files. */
	public static final String CONFIGURATION_FILES = "configuration";

	/** Without set-group-id, which a parent directory passes on. */
	private static final int TYPE_AND_PERMISSIONS = 0170777;

	private static final int PRIVATE_DIRECTORY = 0040700;

	private static final int WRITABLE_FOR_OTHERS = 022;

	private static final int TYPE = 0170000;

	private static final int DIRECTORY = 0040000;

	/**
	 * For heartbeat pages of an instance and its spare, recovery record, lists of classes
	 * and files, and some user data.
	 */
	private static final int RESERVE = 256 * 1024;

	/** The effective user id, which does not change; empty until it is known. */
	private static volatile String ownUser = "";

	private RunDirectory() {
	}

	/**
	 * Return where a run directory is made, best first.
	 * @param first what comes before the default, or {@code null}
	 * @return the candidates; not all need exist
	 */
	public static List<Path> parents(@Nullable Path first) {
		List<Path> parents = new ArrayList<>(4);
		if (first != null) {
			parents.add(first);
		}
		parents.add(Path.of("/dev/shm"));
		String xdg = System.getenv("XDG_RUNTIME_DIR");
		if (xdg != null && xdg.startsWith("/")) {
			parents.add(Path.of(xdg));
		}
		parents.add(Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
		return parents;
	}

	/**
	 * Make a private directory in the first parent that takes one, with room for what
	 * lies in it.
	 * @param parents the candidates, best first
	 * @param pid the process that the directory is for, part of its name
	 * @return the new directory, mode 0700
	 * @throws IOException if no parent takes one; the message says why for each
	 */
	public static Path create(List<Path> parents, long pid) throws IOException {
		return create(parents, pid, (directory) -> {
		});
	}

	/**
	 * Make a private directory in the first parent that takes one, with room for what
	 * lies in it.
	 * @param parents the candidates, best first
	 * @param pid the process that the directory is for, part of its name
	 * @param content puts into it what has to lie there from the start; where that fails,
	 * the next parent is tried
	 * @return the new directory, mode 0700
	 * @throws IOException if no parent takes one; the message says why for each
	 */
	public static Path create(List<Path> parents, long pid, Content content) throws IOException {
		StringBuilder problems = new StringBuilder();
		for (Path parent : parents) {
			String random = Nonce.create().substring(0, RANDOM_LENGTH);
			Path directory = parent.toAbsolutePath().resolve(PREFIX + pid + "-" + random);
			if (directory.resolve(SOCKET).toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_SOCKET_PATH) {
				problems.append("; ").append(parent).append(": the path is too long for a socket");
				continue;
			}
			try {
				makePrivate(directory);
				// first, so that it makes room
				RunDirectoryHold.removeUnheld(parent);
				fill(directory, content);
				return directory;
			}
			catch (IOException | UnsupportedOperationException ex) {
				problems.append("; ").append(parent).append(": ").append(ex);
			}
		}
		throw new IOException(
				"No directory takes a run directory (set sam.watchdog.run-directory to one that does)" + problems);
	}

	/**
	 * Return what looks like a run directory that a process has made for itself.
	 * @param pid the process
	 * @param parents where to look
	 * @return the directories, which may be of others
	 */
	public static List<Path> of(long pid, List<Path> parents) {
		List<Path> found = new ArrayList<>();
		for (Path parent : parents) {
			try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent, PREFIX + pid + "-*")) {
				entries.forEach(found::add);
			}
			catch (IOException | DirectoryIteratorException ex) {
				// not every one exists, or can be read
			}
		}
		return found;
	}

	/**
	 * Make sure that there is room for what lies in a run directory.
	 * @param directory the directory
	 * @throws IOException if there is none
	 */
	public static void requireRoom(VerifiedDirectory directory) throws IOException {
		directory.newFile("reserve", RESERVE).close();
		directory.delete("reserve");
	}

	/**
	 * Only what is written has room: a tmpfs with a limit takes directories when it is
	 * full.
	 */
	private static void fill(Path directory, Content content) throws IOException {
		try (VerifiedDirectory open = VerifiedDirectory.open(directory)) {
			content.putInto(directory);
			requireRoom(open);
		}
		catch (IOException | RuntimeException | Error ex) {
			delete(directory);
			throw ex;
		}
	}

	/**
	 * What has to lie in a run directory from the start.
	 */
	@FunctionalInterface
	public interface Content {

		/**
		 * Put it there.
		 * @param directory the new directory
		 * @throws IOException if there is no room for it, for example
		 */
		void putInto(Path directory) throws IOException;

	}

	/**
	 * Make one directory with mode 0700, before anything is put into it.
	 * @param directory the directory; its parent exists
	 * @throws IOException if it cannot be made, or exists
	 */
	public static void makePrivate(Path directory) throws IOException {
		Files.createDirectory(directory,
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
	}

	/**
	 * Return whether no other user can get at what lies in a directory. (The owner's name
	 * is not asked for: that may take a directory service which does not answer.)
	 * @param directory the directory
	 * @return whether it is a directory, and no link to one, of this process's user with
	 * mode 0700
	 */
	public static boolean isPrivate(Path directory) {
		try {
			return Identity.of(directory).isPrivate();
		}
		catch (IOException | RuntimeException ex) {
			return false;
		}
	}

	/**
	 * What a path leads to; links are not followed.
	 *
	 * @param key tells it from everything else that exists
	 */
	record Identity(Object key, int mode, int uid) {

		static Identity of(Path path) throws IOException {
			Map<String, Object> attributes = Files.readAttributes(path, "unix:fileKey,mode,uid",
					LinkOption.NOFOLLOW_LINKS);
			return new Identity(attributes.get("fileKey"), (Integer) attributes.get("mode"),
					(Integer) attributes.get("uid"));
		}

		boolean isPrivate() throws IOException {
			return (this.mode & TYPE_AND_PERMISSIONS) == PRIVATE_DIRECTORY && isOwnUser(this.uid);
		}

		boolean isOwn() throws IOException {
			return (this.mode & TYPE) == DIRECTORY && isOwnUser(this.uid);
		}

	}

	/**
	 * Make a directory of this user private again whose mode was changed, if no other
	 * user could put anything into it meanwhile.
	 * @param directory the directory
	 * @return whether it is private now
	 */
	public static boolean takeBack(Path directory) {
		try (VerifiedDirectory open = VerifiedDirectory.openOwn(directory)) {
			if ((Identity.of(directory).mode() & WRITABLE_FOR_OTHERS) != 0) {
				return false;
			}
			open.makePrivate();
			open.requireInPlace();
			return true;
		}
		catch (IOException | RuntimeException ex) {
			return false;
		}
	}

	private static boolean isOwnUser(int uid) throws IOException {
		if (ownUser.isEmpty()) {
			ownUser = ownUser();
		}
		return ownUser.isEmpty() || Integer.parseUnsignedInt(ownUser) == uid;
	}

	/**
	 * Return the effective user id, empty if the kernel does not say.
	 */
	private static String ownUser() throws IOException {
		// not the owner of /proc/self, who is root if the executable has capabilities
		String status = new String(Files.readAllBytes(Path.of("/proc/self/status")), StandardCharsets.US_ASCII);
		int real = status.indexOf("\nUid:\t") + 6;
		int effective = status.indexOf('\t', real) + 1;
		int end = status.indexOf('\t', effective);
		return (real < 6 || effective <= 0 || end < 0) ? "" : status.substring(effective, end);
	}

	/**
	 * Return whether a directory lies in memory: only there a heartbeat page cannot block
	 * its writer.
	 * @param directory the directory
	 * @return whether its file system is a tmpfs
	 */
	public static boolean isInMemory(Path directory) {
		try {
			String type = Files.getFileStore(directory).type();
			return "tmpfs".equals(type) || "ramfs".equals(type);
		}
		catch (IOException | RuntimeException ex) {
			return false;
		}
	}

	/**
	 * Delete a run directory and the files in it, if it is this user's. Directories
	 * inside are none of ours and stay.
	 * @param directory the run directory
	 * @throws IOException if something cannot be deleted
	 */
	public static void delete(Path directory) throws IOException {
		try (VerifiedDirectory open = VerifiedDirectory.openOwn(directory)) {
			open.deleteFiles();
		}
		catch (NoSuchFileException ex) {
			return;
		}
		// by path: that removes nothing but an empty directory
		Files.deleteIfExists(directory);
	}

}
