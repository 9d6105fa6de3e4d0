package io.github.samboot.core.internal.rundir;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Where an instance finds its watchdog, and what proves that it is the instance.
 *
 * @param nonce the secret of this one instance, used once
 * @param runDirectory the directory that holds socket, heartbeat page and user data
 */
public record WatchdogAddress(String nonce, Path runDirectory) {

	/** The variable that carries the address to the application. */
	public static final String ENVIRONMENT = "SAMBOOT_WATCHDOG";

	/** The variable that tells a process which watchdog started it. */
	public static final String STARTER = "SAMBOOT_STARTER";

	/** The variable that holds the id of a process that has execed already. */
	public static final String EXEC_MARKER = "SAMBOOT_EXEC";

	/** Prefix of variables that are meant for the application, not for the watchdog. */
	public static final String SAVED_PREFIX = "SAMBOOT_APP_";

	/** Variables with a meaning for every JVM, but intended for the application's. */
	public static final List<String> SAVED = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "LC_ALL",
			"MALLOC_ARENA_MAX");

	/**
	 * Variables of the watchdog itself, with their values. File names have to be what
	 * they are in any locale; and its threads come and go, of which glibc would keep what
	 * they leave in an arena for each.
	 */
	public static final Map<String, String> OWN = Map.of("LC_ALL", "C.UTF-8", "MALLOC_ARENA_MAX", "1");

	/** The variable that tells a spare to wait before it does anything. */
	public static final String SPARE = "SAMBOOT_SPARE";

	/** The variable that tells a sidecar the nonce of the process it adopts. */
	public static final String NONCE = "SAMBOOT_NONCE";

	/**
	 * Return the address that the watchdog put into the environment.
	 * @return the address, {@code null} if this process was not started by a watchdog
	 */
	public static @Nullable WatchdogAddress fromEnvironment() {
		String value = System.getenv(ENVIRONMENT);
		return (value != null) ? parse(value) : null;
	}

	static @Nullable WatchdogAddress parse(String value) {
		int colon = value.indexOf(':');
		if (colon <= 0 || colon == value.length() - 1) {
			return null;
		}
		return new WatchdogAddress(value.substring(0, colon), Path.of(value.substring(colon + 1)));
	}

	/**
	 * Return the address as the environment carries it.
	 * @return {@code nonce:directory}
	 */
	public String format() {
		return this.nonce + ":" + this.runDirectory;
	}

	/**
	 * The nonce is a secret: it stays out of logs.
	 */
	@Override
	public String toString() {
		return "watchdog at " + this.runDirectory;
	}

}
