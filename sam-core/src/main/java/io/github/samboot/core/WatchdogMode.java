package io.github.samboot.core;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * How an application comes by its watchdog: the values of {@code sam.watchdog.mode}.
 */
public enum WatchdogMode {

	/** Parent where that works, else sidecar, else inert with one line that says why. */
	AUTO,

	/**
	 * The launched process becomes the watchdog and starts the application as its child.
	 */
	PARENT,

	/** The application starts the watchdog beside itself. */
	SIDECAR,

	/** The user starts the watchdog, and the watchdog starts the application. */
	EXTERNAL,

	/** No watchdog. */
	OFF;

	/**
	 * Return the mode that a text means, the way Spring Boot reads an enum.
	 * @param text the text
	 * @return the mode, {@code null} if the text is none
	 */
	public static @Nullable WatchdogMode parse(String text) {
		String name = text.trim().toUpperCase(Locale.ROOT);
		try {
			// YAML turns a bare "off" into false
			return name.equals("FALSE") ? OFF : valueOf(name);
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

}
