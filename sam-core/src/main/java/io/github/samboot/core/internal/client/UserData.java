package io.github.samboot.core.internal.client;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.rundir.VerifiedDirectory;
import org.jspecify.annotations.Nullable;

/**
 * The saved user data in the run directory.
 */
final class UserData {

	private UserData() {
	}

	static void write(Path runDirectory, byte[] data) throws IOException {
		try (VerifiedDirectory directory = VerifiedDirectory.open(runDirectory)) {
			directory.replace(RunDirectory.DATA, data);
		}
	}

	/**
	 * Read the data.
	 * @return the data, {@code null} if there is no file
	 */
	static byte @Nullable [] read(Path runDirectory) throws IOException {
		try (VerifiedDirectory directory = VerifiedDirectory.open(runDirectory)) {
			return directory.read(RunDirectory.DATA);
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
