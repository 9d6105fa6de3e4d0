package io.github.samboot.watchdog.internal.rundir;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import io.github.samboot.core.internal.process.Quietly;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.rundir.VerifiedDirectory;
import org.jspecify.annotations.Nullable;

/**
 * The user data that the application has saved. It is kept open, so that it outlives its
 * file. Only the event loop's thread uses it.
 */
final class SavedData {

	private static final String ASIDE = "data.copy";

	private @Nullable FileChannel channel;

	/**
	 * Keep what lies in a directory now. A missing file was removed from outside: the
	 * application empties its data and never deletes it.
	 */
	void refresh(Path directory) throws IOException {
		FileChannel latest;
		try (VerifiedDirectory open = VerifiedDirectory.open(directory)) {
			latest = open.file(RunDirectory.DATA, StandardOpenOption.READ);
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
		return this.channel != null && !Files.exists(directory.resolve(RunDirectory.DATA));
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
		try (VerifiedDirectory open = VerifiedDirectory.open(directory)) {
			try {
				copy(data, open);
				if (open.has(RunDirectory.DATA)) {
					// the application has stored newer data meanwhile
					open.delete(ASIDE);
				}
				else {
					open.rename(ASIDE, RunDirectory.DATA);
				}
			}
			catch (Throwable ex) {
				open.delete(ASIDE);
				throw ex;
			}
		}
		refresh(directory);
	}

	private static void copy(FileChannel data, VerifiedDirectory directory) throws IOException {
		try (FileChannel copy = directory.newFile(ASIDE)) {
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
		Quietly.close(this.channel);
		this.channel = null;
	}

}
