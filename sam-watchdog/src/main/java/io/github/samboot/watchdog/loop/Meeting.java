package io.github.samboot.watchdog.loop;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

import io.github.samboot.core.protocol.RunDirectory;
import io.github.samboot.core.protocol.RunDirectoryHold;
import io.github.samboot.watchdog.incident.RecoveryRecord;
import io.github.samboot.watchdog.log.Log;
import io.github.samboot.watchdog.supervision.Supervision;
import org.jspecify.annotations.Nullable;

/**
 * The place where the instance and the watchdog meet, on disk: the run directory and what
 * lies in it. It may vanish while both live, at a logout or by a cleaner of temporary
 * files; then it is made again from what is still open.
 */
final class Meeting {

	private final Path directory;

	private final Server.AcceptListener listener;

	private final Log log;

	private RunDirectoryHold hold;

	private Server server;

	private @Nullable FileChannel data;

	private int pages;

	Meeting(Path directory, Server.AcceptListener listener, Log log) throws IOException {
		this.directory = directory;
		this.listener = listener;
		this.log = log;
		this.hold = RunDirectoryHold.on(directory);
		this.server = Server.open(directory, listener, log);
		dataStored();
	}

	Path directory() {
		return this.directory;
	}

	/**
	 * Make a heartbeat page for a process.
	 */
	BeatPage newPage() {
		return BeatPage.create(this.directory, "beat-" + this.pages++, this.log);
	}

	/**
	 * Keep the data open that the application has just written.
	 */
	void dataStored() throws IOException {
		closeData();
		try {
			this.data = FileChannel.open(RunDirectory.data(this.directory), StandardOpenOption.READ);
		}
		catch (NoSuchFileException ex) {
			this.data = null;
		}
	}

	long dataSize() {
		try {
			return (this.data != null) ? this.data.size() : 0;
		}
		catch (IOException ex) {
			return 0;
		}
	}

	/**
	 * Make sure that all is where the next instance looks for it.
	 */
	void ensure(Supervision supervision) throws IOException {
		boolean hasData = Files.exists(RunDirectory.data(this.directory));
		if (this.server.isThere() && (hasData || this.data == null)) {
			return;
		}
		this.log.warn("The run directory " + this.directory + " was removed or changed by somebody; it is made again.");
		if (!Files.isDirectory(this.directory)) {
			RunDirectory.makePrivate(this.directory);
			this.hold.release();
			this.hold = RunDirectoryHold.on(this.directory);
		}
		if (!this.server.isThere()) {
			this.server.close();
			this.server = Server.open(this.directory, this.listener, this.log);
		}
		FileChannel data = this.data;
		if (data != null && !hasData) {
			try (FileChannel copy = FileChannel.open(RunDirectory.data(this.directory),
					Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
					PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
				long size = data.size();
				for (long done = 0; done < size;) {
					done += data.transferTo(done, size - done, copy);
				}
			}
			dataStored();
		}
		RecoveryRecord.save(this.directory, supervision);
	}

	private void closeData() throws IOException {
		if (this.data != null) {
			this.data.close();
		}
	}

	/**
	 * Leave nothing behind.
	 */
	void close() {
		try {
			this.server.close();
			closeData();
			RunDirectory.delete(this.directory);
		}
		catch (IOException ex) {
			this.log.warn("The run directory " + this.directory + " cannot be removed: " + ex);
		}
	}

}
