package io.github.samboot.core.internal.rundir;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;

/**
 * Secrets that cannot be guessed.
 */
public final class Nonce {

	private static final int LENGTH = 16;

	private Nonce() {
	}

	/**
	 * Make a secret. The kernel is asked directly: the security providers of the JDK
	 * would cost the watchdog memory and both sides time at start.
	 * @return 128 random bits as hexadecimal digits
	 */
	public static String create() {
		byte[] random = new byte[LENGTH];
		try (FileInputStream in = new FileInputStream("/dev/urandom")) {
			if (in.readNBytes(random, 0, LENGTH) != LENGTH) {
				throw new IOException("/dev/urandom ended");
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("There is no source of random numbers", ex);
		}
		return HexFormat.of().formatHex(random);
	}

}
