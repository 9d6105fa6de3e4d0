package io.github.samboot.boot.internal.launch;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

import io.github.samboot.core.SamOptions;
import io.github.samboot.core.WatchdogMode;
import org.jspecify.annotations.Nullable;

/**
 * The properties that have to be known before there is a watchdog, as far as they can be
 * told before Spring Boot reads its configuration files: from arguments, system
 * properties and environment variables.
 */
final class EarlyProperties {

	private static final String[] CONFIG_LOCATIONS = { "springconfiglocation", "springconfigadditionallocation",
			"springconfigname" };

	private static final String ENABLED = "samenabled";

	private static final String MODE = "samwatchdogmode";

	private static final String JAVA_OPTIONS = "samwatchdogjavaoptions";

	private static final String HOLD = "samconnectionshold";

	private static final String FAST_START = "samfaststartenabled";

	private static final String FAST_START_DIRECTORY = "samfaststartdirectory";

	/** Of the names of all that is read here. */
	private static final String[] BEGINNINGS = { "samenabled", "samwatchdog", "samconnections", "samfaststart",
			"springconfig", "springapplicationjson" };

	/** What is set, by plain names. */
	private final Map<String, String> values = new HashMap<>();

	private @Nullable Path runDirectory;

	/** Something is set to what only Spring Boot can read. */
	private boolean unclear;

	private ConfigText text = ConfigText.NOTHING;

	/**
	 * Read the properties.
	 * @param arguments the arguments of the application
	 * @param properties the system properties
	 * @param environment the environment
	 * @param environmentPrefix the prefix of the application's own variables
	 */
	EarlyProperties(String[] arguments, Map<String, String> properties, Map<String, String> environment,
			@Nullable String environmentPrefix) {
		// from low to high precedence
		String prefix = (environmentPrefix != null) ? plain(environmentPrefix) : "";
		environment.forEach((name, value) -> read(plain(name), prefix, value));
		properties.forEach((name, value) -> read(plain(name), "", value));
		for (String argument : arguments) {
			if (argument.startsWith("--")) {
				int equals = argument.indexOf('=');
				String name = (equals >= 0) ? argument.substring(2, equals) : argument.substring(2);
				read(plain(name), "", (equals >= 0) ? argument.substring(equals + 1) : "");
			}
		}
	}

	/**
	 * Return what is set.
	 * @return the settings, with defaults where nothing is set
	 */
	LaunchSettings settings() {
		WatchdogMode mode = mode();
		String options = this.values.get(JAVA_OPTIONS);
		return new LaunchSettings(isEnabled(), (mode != null) ? mode : WatchdogMode.AUTO,
				(options != null) ? List.of(options.split("\\s*,\\s*")) : List.of(), this.runDirectory,
				Boolean.TRUE.equals(flag(HOLD)), Boolean.TRUE.equals(flag(FAST_START))
						? SamOptions.fastStartDirectory(this.values.get(FAST_START_DIRECTORY)) : null);
	}

	private boolean isEnabled() {
		return !Boolean.FALSE.equals(flag(ENABLED));
	}

	private @Nullable WatchdogMode mode() {
		return WatchdogMode.parse(this.values.getOrDefault(MODE, ""));
	}

	private @Nullable Boolean flag(String name) {
		return switch (this.values.getOrDefault(name, "").toLowerCase(Locale.ROOT)) {
			case "true", "on", "yes", "1" -> true;
			case "false", "off", "no", "0" -> false;
			default -> null;
		};
	}

	boolean hasMode() {
		return mode() != null;
	}

	/**
	 * Return whether the settings are those that Spring Boot would find too.
	 * @param files looks at the configuration files, called only if they count
	 * @return whether nothing else can set them
	 */
	boolean areComplete(Supplier<ConfigText> files) {
		boolean off = !isEnabled() || mode() == WatchdogMode.OFF;
		if (off && !this.text.concernsLaunch() && !this.unclear) {
			return true;
		}
		ConfigText all = this.text.remoteImport() ? this.text : this.text.and(files.get());
		if (!this.unclear && !all.concernsLaunch()) {
			// of all that is read, files come last
			all.switchedOn().forEach((name) -> this.values.putIfAbsent(plain(name), "true"));
		}
		// remote configuration is fetched once, by the real instance: secrets may be for
		// single use
		return all.remoteImport() || !(this.unclear || all.concernsLaunch() || all.localImport());
	}

	private void read(String name, String prefix, String value) {
		if (!name.startsWith(prefix)) {
			return;
		}
		name = name.substring(prefix.length());
		// as Spring Boot does
		value = value.strip();
		this.values.put(name, value);
		switch (name) {
			case ENABLED, HOLD, FAST_START -> this.unclear |= flag(name) == null;
			case MODE -> this.unclear |= mode() == null;
			case JAVA_OPTIONS, FAST_START_DIRECTORY -> this.unclear |= value.contains("${");
			case "samwatchdogrundirectory" -> readRunDirectory(value);
			case "springapplicationjson" -> this.text = this.text.and(ConfigText.lookAtFlow(value));
			default -> {
				if (name.startsWith("springconfigimport")) {
					this.text = this.text.and(ConfigText.lookAtImport(value));
				}
				this.unclear |= name.startsWith(JAVA_OPTIONS)
						|| Arrays.stream(CONFIG_LOCATIONS).anyMatch(name::startsWith);
			}
		}
	}

	private void readRunDirectory(String value) {
		try {
			this.runDirectory = value.isBlank() ? null : Path.of(value);
			this.unclear |= value.contains("${") || value.startsWith("file:");
		}
		catch (InvalidPathException ex) {
			this.unclear = true;
		}
	}

	/**
	 * Return whether a variable would count for an application with a prefix.
	 * @param environment the environment
	 * @return {@code true} if the prefix has to be known
	 */
	static boolean mayHavePrefix(Map<String, String> environment) {
		return environment.keySet()
			.stream()
			.map(EarlyProperties::plain)
			.anyMatch((name) -> Arrays.stream(BEGINNINGS).anyMatch((beginning) -> name.indexOf(beginning) > 0));
	}

	/** Relaxed binding: case, dots, dashes and underscores do not matter. */
	private static String plain(String name) {
		return name.replace(".", "").replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
	}

}
