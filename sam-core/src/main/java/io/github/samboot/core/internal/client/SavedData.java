package io.github.samboot.core.internal.client;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.samboot.core.CsError;
import io.github.samboot.core.Sam;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamState;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.rundir.VerifiedDirectory;
import io.github.samboot.core.internal.wire.MessageType;
import io.github.samboot.core.internal.wire.Payload;
import org.jspecify.annotations.Nullable;

/**
 * The user data: kept here before register, in the run directory afterwards, where it
 * outlives this process and every watchdog. Writes are one at a time, under a lock of
 * their own: a disk may take its time.
 */
final class SavedData {

	private final ProcessSam sam;

	private volatile byte @Nullable [] early;

	/** Whether there is an instance id: what is stored from now on is written. */
	private boolean counts;

	private final AtomicBoolean isSpareTold = new AtomicBoolean();

	SavedData(ProcessSam sam) {
		this.sam = sam;
	}

	void store(byte[] data) {
		this.sam.current().requireUsable();
		requireSize(data);
		synchronized (this) {
			if (this.sam.state() != SamState.INITIALIZED || this.counts) {
				write(data);
				return;
			}
			try {
				this.early = data.clone();
			}
			catch (OutOfMemoryError ex) {
				throw noMemory(data.length, ex);
			}
		}
	}

	static void requireSize(byte[] data) {
		if (data.length > Sam.MAX_DATA_SIZE) {
			throw new SamException(CsError.TOO_BIG, "User data of " + data.length + " bytes is more than "
					+ Sam.MAX_DATA_SIZE + ": keep it in a file or database and store where");
		}
	}

	/**
	 * What was stored before register counts in the first instance.
	 */
	synchronized void registering(int instanceId) {
		byte[] data = this.early;
		if (data != null && instanceId == 0) {
			write(data);
		}
		this.early = null;
		this.counts = true;
	}

	private void write(byte[] data) {
		try {
			Uninterrupted.call(() -> {
				writeAndTell(data);
				return data;
			});
		}
		catch (IOException ex) {
			throw new SamException(CsError.NO_SPACE,
					"User data of " + data.length + " bytes cannot be written to " + this.sam.runDirectory(), ex);
		}
		catch (OutOfMemoryError ex) {
			throw noMemory(data.length, ex);
		}
	}

	private void writeAndTell(byte[] data) throws IOException {
		try {
			writeFile(data);
		}
		catch (NoSuchFileException ex) {
			// it was cleared away: the watchdog makes it again
			this.sam.link.send(MessageType.ENSURE_DIRECTORY, Payload.NOTHING).promptly();
			this.sam.link.holdAgain();
			writeFile(data);
		}
		// it is stored: a watchdog that does not read this, or takes over from now on,
		// looks at the file by itself
		this.sam.link.tell(MessageType.DATA_STORED, Payload.NOTHING);
	}

	private void writeFile(byte[] data) throws IOException {
		try (VerifiedDirectory directory = VerifiedDirectory.open(this.sam.runDirectory())) {
			directory.replace(RunDirectory.DATA, data);
		}
	}

	/**
	 * Reads something of the directory.
	 */
	private interface Reading<T> {

		@Nullable T of(VerifiedDirectory directory) throws IOException;

	}

	/**
	 * Return what is read, {@code null} if there is no file.
	 */
	private <T> @Nullable T read(Reading<T> reading) {
		try {
			return Uninterrupted.call(() -> {
				T found = readOnce(reading);
				Connection.Answer ensured = (found != null) ? null
						: this.sam.link.sendIfConnected(MessageType.ENSURE_DIRECTORY, Payload.NOTHING);
				if (ensured != null && ensured.promptlyUnlessGone()) {
					// there is none, or it was cleared away: the watchdog knows
					this.sam.link.holdAgain();
					found = readOnce(reading);
				}
				return found;
			});
		}
		catch (IOException ex) {
			throw new SamException(CsError.LIBRARY, "User data cannot be read from " + this.sam.runDirectory(), ex);
		}
	}

	private <T> @Nullable T readOnce(Reading<T> reading) throws IOException {
		try (VerifiedDirectory directory = VerifiedDirectory.open(this.sam.runDirectory())) {
			return reading.of(directory);
		}
		catch (NoSuchFileException ex) {
			return null;
		}
	}

	private static SamException noMemory(int size, OutOfMemoryError ex) {
		return new SamException(CsError.NO_MEMORY, "There is no memory to store user data of " + size + " bytes", ex);
	}

	byte[] restore() {
		this.sam.current().requireUsable();
		byte[] early = this.early;
		if (early != null) {
			return early.clone();
		}
		warnSpare();
		try {
			byte[] data = read((directory) -> directory.read(RunDirectory.DATA));
			return (data != null) ? data : Payload.NOTHING;
		}
		catch (OutOfMemoryError ex) {
			throw new SamException(CsError.NO_MEMORY, "There is no memory to restore the user data", ex);
		}
	}

	int size() {
		this.sam.current().requireUsable();
		byte[] early = this.early;
		if (early != null) {
			return early.length;
		}
		Integer size = read((directory) -> {
			long found = directory.size(RunDirectory.DATA);
			return (found >= 0) ? (int) found : null;
		});
		return (size != null) ? size : 0;
	}

	private void warnSpare() {
		if (this.sam.current().isSpare() && !this.isSpareTold.getAndSet(true)) {
			ProcessSam.logger.log(Level.WARNING,
					"User data was restored in a spare: what the active instance stores later is not in it. Restore after register");
		}
	}

}
