package io.github.samboot.watchdog.internal.prepare;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import io.github.samboot.watchdog.internal.faststart.FileStamp;

/**
 * Reads all of a file, for that its stamp says later whether it is still the same.
 */
final class FileContent {

	/** A file may change twice within one tick of the clock of its file system. */
	private static final long COARSEST_CLOCK_MILLIS = 2000;

	private FileContent() {
	}

	/**
	 * Read a file while it does not change.
	 */
	static FileStamp stamped(Path file) throws IOException {
		long changed = ((FileTime) Files.getAttribute(file, "unix:ctime")).toMillis();
		long settled = changed + COARSEST_CLOCK_MILLIS - System.currentTimeMillis();
		if (settled > 0 && settled <= COARSEST_CLOCK_MILLIS) {
			try {
				Thread.sleep(settled);
			}
			catch (InterruptedException ex) {
				throw new IOException("interrupted", ex);
			}
		}
		String stamp = FileStamp.of(file);
		String digest = digest(file);
		if (!FileStamp.of(file).equals(stamp)) {
			throw new IOException(file + " changed while it was read");
		}
		return new FileStamp(file, stamp, digest);
	}

	/**
	 * Look at what only the JVM reads, at a directory, or at what is not there.
	 */
	static FileStamp unread(Path file) throws IOException {
		return new FileStamp(file, Files.exists(file) ? FileStamp.of(file) : FileStamp.ABSENT, FileStamp.NO_DIGEST);
	}

	private static String digest(Path file) throws IOException {
		MessageDigest digest = sha256();
		try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
			in.transferTo(OutputStream.nullOutputStream());
		}
		return HexFormat.of().formatHex(digest.digest());
	}

	static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
