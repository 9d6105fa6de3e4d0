package io.github.samboot.core.internal.client;

import java.io.IOException;
import java.util.List;

/**
 * Knows how to start a watchdog.
 */
@FunctionalInterface
public interface WatchdogLauncher {

	/**
	 * Return the command of a watchdog: JVM, its options, class path and main class, but
	 * none of the watchdog's own options.
	 * @return the command
	 * @throws IOException if the watchdog's jar cannot be provided
	 */
	List<String> command() throws IOException;

}
