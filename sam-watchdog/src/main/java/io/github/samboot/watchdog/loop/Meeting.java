package io.github.samboot.watchdog.loop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.github.samboot.core.protocol.RunDirectory;
import io.github.samboot.core.protocol.RunDirectoryHold;
import io.github.samboot.watchdog.incident.RecoveryRecord;
import io.github.samboot.watchdog.log.Log;
import io.github.samboot.watchdog.supervision.Supervision;

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

	private final SavedData data = new SavedData();

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
		this.data.refresh(this.directory);
	}

	long dataSize() {
		return this.data.size();
	}

	/**
	 * Make sure that all is where the next instance looks for it.
	 */
	void ensure(Supervision supervision) throws IOException {
		boolean isDataMissing = this.data.isMissingIn(this.directory);
		if (this.server.isThere() && !isDataMissing) {
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
		if (isDataMissing) {
			this.data.restore(this.directory);
		}
		RecoveryRecord.save(this.directory, supervision);
	}

	/**
	 * Leave nothing behind.
	 */
	void close() {
		try {
			this.server.close();
			this.data.close();
			RunDirectory.delete(this.directory);
		}
		catch (IOException ex) {
			this.log.warn("The run directory " + this.directory + " cannot be removed: " + ex);
		}
	}

}
