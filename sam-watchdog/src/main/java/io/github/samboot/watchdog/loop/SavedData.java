package io.github.samboot.watchdog.loop;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

import io.github.samboot.core.protocol.RunDirectory;
import org.jspecify.annotations.Nullable;

/**
 * The user data that the application has saved. It is kept open, so that it outlives its
 * file. Only the event loop's thread uses it.
 */
final class SavedData {

	private @Nullable FileChannel channel;

	/**
	 * Keep what lies in a directory now. Where nothing lies, somebody has removed it: the
	 * application empties its data and never deletes it.
	 */
	void refresh(Path directory) throws IOException {
		FileChannel latest;
		try {
			latest = FileChannel.open(RunDirectory.data(directory), StandardOpenOption.READ);
		}
		catch (NoSuchFileException ex) {
			return;
		}
		close();
		this.channel = latest;
	}

	/**
	 * Return whether the next instance would miss it in a directory.
	 */
	boolean isMissingIn(Path directory) {
		return this.channel != null && !Files.exists(RunDirectory.data(directory));
	}

	/**
	 * Put it into a directory, as a whole or not at all: half of it would count as what
	 * the application has saved.
	 */
	void restore(Path directory) throws IOException {
		FileChannel data = this.channel;
		if (data == null) {
			return;
		}
		Path aside = directory.resolve("data.copy");
		try {
			copy(data, aside);
			Files.move(aside, RunDirectory.data(directory), StandardCopyOption.ATOMIC_MOVE,
					StandardCopyOption.REPLACE_EXISTING);
		}
		catch (Throwable ex) {
			Files.deleteIfExists(aside);
			throw ex;
		}
		refresh(directory);
	}

	private static void copy(FileChannel data, Path file) throws IOException {
		Files.deleteIfExists(file);
		try (FileChannel copy = FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
			long size = data.size();
			long done = 0;
			long more = -1;
			while (done < size && more != 0) {
				more = data.transferTo(done, size - done, copy);
				done += more;
			}
			if (copy.size() != size) {
				throw new IOException("only " + copy.size() + " of " + size + " bytes of user data could be written");
			}
		}
	}

	long size() {
		try {
			return (this.channel != null) ? this.channel.size() : 0;
		}
		catch (IOException ex) {
			return 0;
		}
	}

	void close() {
		FileChannel channel = this.channel;
		this.channel = null;
		if (channel != null) {
			try {
				channel.close();
			}
			catch (IOException ex) {
				// closed is closed
			}
		}
	}

}
