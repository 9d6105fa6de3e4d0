package io.github.samboot.core.internal.rundir;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.core.internal.process.Quietly;
import org.jspecify.annotations.Nullable;

/**
 * Says that a process uses a run directory, for as long as that process lives: a lock
 * that the kernel takes back. A directory that no process holds was left by processes
 * that were killed together, and the next one that makes a directory beside it removes
 * it.
 */
public final class RunDirectoryHold {

	private static final String LOCK = "lock";

	/** A process that has just made its directory does not hold it yet. */
	private static final long YOUNG_MILLIS = 60_000;

	static final int MOST_NAMES = 10_000;

	private static final long LONGEST_LOOK = 200_000_000;

	/** By this process. */
	private static volatile @Nullable Path held;

	private final Path lock;

	/** Open for good: closing it would give the lock back. */
	private final FileChannel channel;

	private RunDirectoryHold(Path lock, FileChannel channel) {
		this.lock = lock;
		this.channel = channel;
	}

	/**
	 * Hold a directory until this process ends, or {@link #release()}. A process must not
	 * hold the same directory twice.
	 * @param directory the run directory
	 * @return the hold
	 * @throws IOException if that is not possible
	 */
	public static RunDirectoryHold on(Path directory) throws IOException {
		try (VerifiedDirectory open = VerifiedDirectory.open(directory)) {
			FileChannel channel = open.file(LOCK, StandardOpenOption.CREATE, StandardOpenOption.READ,
					StandardOpenOption.WRITE);
			try {
				channel.tryLock(0, Long.MAX_VALUE, true);
				held = directory;
				noteOwner(channel, pid(directory.getFileName().toString()));
				return new RunDirectoryHold(directory.resolve(LOCK), channel);
			}
			catch (IOException | RuntimeException ex) {
				channel.close();
				throw ex;
			}
		}
	}

	/**
	 * The process that the directory is named after may make use of it while nobody holds
	 * it. Its id alone does not tell it from a later process: in each start of a
	 * container there is a process 1.
	 */
	private static void noteOwner(FileChannel channel, long pid) {
		try {
			channel.write(ByteBuffer.wrap(KnownProcess.of(pid).format().getBytes(StandardCharsets.US_ASCII)), 0);
		}
		catch (IOException ex) {
			// no room: then the id counts
		}
	}

	/**
	 * Return whether others can see that the directory is held.
	 * @return {@code false} if the lock was removed
	 */
	public boolean isThere() {
		return Files.exists(this.lock);
	}

	/**
	 * Do not hold the directory any more.
	 */
	public void release() {
		Quietly.close(this.channel);
	}

	/**
	 * Remove what no process uses any more. Others may have put many names there: what is
	 * not seen within the bounds stays for the next time.
	 * @param parent where run directories are made
	 * @return how many names were looked at
	 */
	static int removeUnheld(Path parent) {
		int names = 0;
		long deadline = System.nanoTime() + LONGEST_LOOK;
		try (DirectoryStream<Path> directories = Files.newDirectoryStream(parent)) {
			for (Path directory : directories) {
				if (names == MOST_NAMES || System.nanoTime() - deadline > 0) {
					break;
				}
				names++;
				try {
					if (isAbandoned(directory)) {
						RunDirectory.delete(directory);
					}
				}
				catch (IOException | RuntimeException ex) {
					// it stays for the next time
				}
			}
		}
		catch (IOException | RuntimeException ex) {
			// everything stays for the next time
		}
		return names;
	}

	private static boolean isAbandoned(Path directory) throws IOException {
		long pid = pid(directory.getFileName().toString());
		// one's own lock must not even be read: closing the file would give it back
		if (pid <= 0 || directory.equals(held) || !RunDirectory.isPrivate(directory)) {
			return false;
		}
		try (VerifiedDirectory open = VerifiedDirectory.open(directory)) {
			boolean hasLock = open.has(LOCK);
			String owner = hasLock ? new String(open.read(LOCK), StandardCharsets.US_ASCII) : "";
			if (mayLive(owner.startsWith(pid + "-") ? owner : pid + "-")) {
				return false;
			}
			if (!hasLock) {
				long age = System.currentTimeMillis() - Files.getLastModifiedTime(directory).toMillis();
				return age > YOUNG_MILLIS;
			}
			try (FileChannel channel = open.file(LOCK, StandardOpenOption.READ, StandardOpenOption.WRITE);
					FileLock free = channel.tryLock()) {
				return free != null;
			}
		}
	}

	/**
	 * Whether the process may live: without {@code /proc} that is in doubt.
	 */
	private static boolean mayLive(String owner) {
		KnownProcess process = KnownProcess.parse(owner);
		return process == null || !process.isGone() || !new File("/proc/self").exists();
	}

	/**
	 * Read the process id out of {@code sam-<pid>-<random>}.
	 */
	private static long pid(String name) {
		int dash = name.lastIndexOf('-');
		if (!name.startsWith(RunDirectory.PREFIX) || dash < RunDirectory.PREFIX.length()
				|| name.length() - dash - 1 != RunDirectory.RANDOM_LENGTH) {
			return 0;
		}
		try {
			return Long.parseLong(name.substring(RunDirectory.PREFIX.length(), dash));
		}
		catch (NumberFormatException ex) {
			return 0;
		}
	}

}
