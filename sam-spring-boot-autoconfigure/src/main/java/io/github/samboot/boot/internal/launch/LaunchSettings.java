package io.github.samboot.boot.internal.launch;

import java.nio.file.Path;
import java.util.List;

import io.github.samboot.core.WatchdogMode;
import org.jspecify.annotations.Nullable;

/**
 * The few properties that have to be known before there is a watchdog.
 *
 * @param enabled {@code sam.enabled}
 * @param mode {@code sam.watchdog.mode}
 * @param javaOptions {@code sam.watchdog.java-options}
 * @param runDirectory {@code sam.watchdog.run-directory}, {@code null} if not set
 * @param hold whether the watchdog keeps the socket of the main web server
 * @param fastStart where prepared starts are kept, {@code null} if there are none
 */
record LaunchSettings(boolean enabled, WatchdogMode mode, List<String> javaOptions, @Nullable Path runDirectory,
		boolean hold, @Nullable Path fastStart) {

	static final LaunchSettings DEFAULTS = new LaunchSettings(true, WatchdogMode.AUTO, List.of(), null, false, null);

}
