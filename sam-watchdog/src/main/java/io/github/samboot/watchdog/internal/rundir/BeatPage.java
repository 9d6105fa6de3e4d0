package io.github.samboot.watchdog.internal.rundir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

import io.github.samboot.core.internal.process.Quietly;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.rundir.VerifiedDirectory;
import io.github.samboot.core.internal.wire.HeartbeatPage;
import io.github.samboot.watchdog.internal.log.Log;
import org.jspecify.annotations.Nullable;

/**
 * The {@link HeartbeatPage} of one process, if there is a place for one: made, repaired
 * and removed here, by the watchdog. Without it, beats go over the socket.
 */
public final class BeatPage {

	/** Of a process whose beats go over the socket. */
	public static final BeatPage NONE = new BeatPage(null, null, null);

	private final @Nullable Path file;

	private final @Nullable Log log;

	private final byte[] buffer = new byte[Long.BYTES];

	private @Nullable RandomAccessFile page;

	private BeatPage(@Nullable Path file, @Nullable RandomAccessFile page, @Nullable Log log) {
		this.file = file;
		this.page = page;
		this.log = log;
	}

	static BeatPage create(Path directory, String name, Log log) {
		if (!RunDirectory.isInMemory(directory)) {
			return NONE;
		}
		try (VerifiedDirectory open = VerifiedDirectory.open(directory)) {
			return new BeatPage(directory.resolve(name), HeartbeatPage.create(open, name), log);
		}
		catch (IOException ex) {
			log.warn("There is no room for a heartbeat page in " + directory + " (" + ex
					+ "); heartbeats go over the socket.");
			return NONE;
		}
	}

	/**
	 * Return the name of the file, empty if there is none.
	 */
	public String name() {
		return (this.file != null) ? this.file.getFileName().toString() : "";
	}

	/**
	 * Return the last beat on the page, 0 if there is none.
	 */
	public long lastBeat() {
		RandomAccessFile page = this.page;
		if (page == null) {
			return 0;
		}
		try {
			return HeartbeatPage.read(page, this.buffer);
		}
		catch (IOException ex) {
			long now = System.nanoTime();
			repair(page, now, ex);
			// the application cannot know that its heartbeats were lost
			return now;
		}
	}

	/**
	 * The application may notice its fault on the page too late to change over: better
	 * that there is none.
	 */
	private void repair(RandomAccessFile page, long now, IOException problem) {
		String words = "The heartbeat page was cut short (" + problem.getMessage() + "); ";
		try {
			HeartbeatPage.mend(page, now);
			words += "it was made whole again.";
		}
		catch (IOException ex) {
			words += "heartbeats go over the socket.";
			close();
		}
		if (this.log != null) {
			this.log.warn(words);
		}
	}

	private void close() {
		Quietly.close(this.page);
		this.page = null;
	}

	public void delete() {
		close();
		if (this.file == null) {
			return;
		}
		try (VerifiedDirectory open = VerifiedDirectory.open(this.file.getParent())) {
			open.delete(name());
		}
		catch (IOException ex) {
			// it goes with the directory
		}
	}

}
