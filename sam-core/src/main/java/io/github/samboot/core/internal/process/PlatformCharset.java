package io.github.samboot.core.internal.process;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * How this JVM turns the bytes of the system into characters, and back: file names,
 * arguments, the environment.
 */
public final class PlatformCharset {

	private PlatformCharset() {
	}

	/**
	 * Return the charset, which follows the locale.
	 * @return the charset; ASCII if the JVM does not tell
	 */
	public static Charset get() {
		String name = System.getProperty("sun.jnu.encoding", "US-ASCII");
		return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.US_ASCII;
	}

}
