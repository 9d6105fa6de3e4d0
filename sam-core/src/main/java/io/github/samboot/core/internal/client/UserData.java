package io.github.samboot.core.internal.client;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.rundir.VerifiedDirectory;
import org.jspecify.annotations.Nullable;

/**
 * The saved user data in the run directory: written aside and renamed, so that a reader
 * sees the old or the new data and never a part.
 */
final class UserData {

	/** A channel keeps a direct buffer of this size for each thread, for good. */
	private static final int SLICE = 64 * 1024;

	private static final String ASIDE = "data.new";

	private UserData() {
	}

	static void write(Path runDirectory, byte[] data) throws IOException {
		try (VerifiedDirectory directory = VerifiedDirectory.open(runDirectory)) {
			write(directory, data);
		}
	}

	private static void write(VerifiedDirectory directory, byte[] data) throws IOException {
		try (FileChannel channel = directory.newFile(ASIDE)) {
			ByteBuffer bytes = ByteBuffer.wrap(data);
			while (bytes.hasRemaining()) {
				bytes.limit(Math.min(data.length, bytes.position() + SLICE));
				while (bytes.hasRemaining()) {
					channel.write(bytes);
				}
				bytes.limit(data.length);
			}
		}
		catch (IOException | RuntimeException | Error ex) {
			directory.delete(ASIDE);
			throw ex;
		}
		directory.rename(ASIDE, RunDirectory.DATA);
	}

	/**
	 * Read the data.
	 * @return the data, {@code null} if there is no file
	 */
	static byte @Nullable [] read(Path runDirectory) throws IOException {
		try (VerifiedDirectory directory = VerifiedDirectory.open(runDirectory);
				FileChannel channel = directory.file(RunDirectory.DATA, StandardOpenOption.READ)) {
			byte[] data = new byte[(int) channel.size()];
			ByteBuffer bytes = ByteBuffer.wrap(data);
			while (bytes.hasRemaining()) {
				bytes.limit(Math.min(data.length, bytes.position() + SLICE));
				if (channel.read(bytes) < 0) {
					throw new EOFException("The saved user data became shorter");
				}
				bytes.limit(data.length);
			}
			return data;
		}
		catch (NoSuchFileException ex) {
			return null;
		}
	}

	/**
	 * Return the size of the data.
	 * @return the size in bytes, -1 if there is no file
	 */
	static long size(Path runDirectory) throws IOException {
		try (VerifiedDirectory directory = VerifiedDirectory.open(runDirectory);
				FileChannel channel = directory.file(RunDirectory.DATA, StandardOpenOption.READ)) {
			return channel.size();
		}
		catch (NoSuchFileException ex) {
			return -1;
		}
	}

}
