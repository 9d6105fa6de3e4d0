package io.github.samboot.watchdog.loop;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

import io.github.samboot.core.protocol.HeartbeatPage;
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

	private @Nullable HeartbeatPage page;

	private String pageName = "";

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

	String pageName() {
		return this.pageName;
	}

	/**
	 * Make a heartbeat page for an instance. Without one, beats go over the socket.
	 */
	void newPage(int instanceId) {
		forgetPage();
		if (!RunDirectory.isInMemory(this.directory)) {
			return;
		}
		String name = "beat-" + instanceId;
		try {
			Files.deleteIfExists(this.directory.resolve(name));
			this.page = HeartbeatPage.create(this.directory.resolve(name));
			this.pageName = name;
		}
		catch (IOException ex) {
			this.log.warn("There is no room for a heartbeat page in " + this.directory + " (" + ex
					+ "); health checks go over the socket.");
		}
	}

	private void forgetPage() {
		if (!this.pageName.isEmpty()) {
			try {
				Files.deleteIfExists(this.directory.resolve(this.pageName));
			}
			catch (IOException ex) {
				// it goes with the directory
			}
		}
		this.page = null;
		this.pageName = "";
	}

	/**
	 * Return the last beat on the page, 0 if there is none.
	 */
	long lastBeat() {
		HeartbeatPage page = this.page;
		if (page == null) {
			return 0;
		}
		try {
			return page.lastBeat();
		}
		catch (InternalError ex) {
			this.log
				.warn("The heartbeat page was cut short (" + ex.getMessage() + "); health checks go over the socket.");
			this.page = null;
			// the application runs into the same fault and changes over: no blame for
			// that
			return System.nanoTime();
		}
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
