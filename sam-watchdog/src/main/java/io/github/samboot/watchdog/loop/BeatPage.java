package io.github.samboot.watchdog.loop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

import io.github.samboot.core.protocol.HeartbeatPage;
import io.github.samboot.core.protocol.RunDirectory;
import io.github.samboot.watchdog.log.Log;
import org.jspecify.annotations.Nullable;

/**
 * The heartbeat page of one process, if there is a place for one. Without it, beats go
 * over the socket.
 */
final class BeatPage {

	/** Of a process whose beats go over the socket. */
	static final BeatPage NONE = new BeatPage(null, null, null);

	private final @Nullable Path file;

	private final @Nullable Log log;

	private final ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());

	private @Nullable FileChannel page;

	private BeatPage(@Nullable Path file, @Nullable FileChannel page, @Nullable Log log) {
		this.file = file;
		this.page = page;
		this.log = log;
	}

	static BeatPage create(Path directory, String name, Log log) {
		if (!RunDirectory.isInMemory(directory)) {
			return NONE;
		}
		Path file = directory.resolve(name);
		try {
			Files.deleteIfExists(file);
			return new BeatPage(file, HeartbeatPage.create(file), log);
		}
		catch (IOException ex) {
			log.warn("There is no room for a heartbeat page in " + directory + " (" + ex
					+ "); health checks go over the socket.");
			return NONE;
		}
	}

	/**
	 * Return the name of the file, empty if there is none.
	 */
	String name() {
		return (this.file != null) ? this.file.getFileName().toString() : "";
	}

	/**
	 * Return the last beat on the page, 0 if there is none.
	 */
	long lastBeat() {
		FileChannel page = this.page;
		if (page == null) {
			return 0;
		}
		try {
			return HeartbeatPage.read(page, this.buffer);
		}
		catch (IOException ex) {
			if (this.log != null) {
				this.log.warn("The heartbeat page was cut short (" + ex.getMessage()
						+ "); health checks go over the socket.");
			}
			close();
			// the application runs into a fault and changes over: no blame for that
			return System.nanoTime();
		}
	}

	private void close() {
		FileChannel page = this.page;
		this.page = null;
		if (page != null) {
			try {
				page.close();
			}
			catch (IOException ex) {
				// closed is closed
			}
		}
	}

	void delete() {
		close();
		if (this.file != null) {
			try {
				Files.deleteIfExists(this.file);
			}
			catch (IOException ex) {
				// it goes with the directory
			}
		}
	}

}
