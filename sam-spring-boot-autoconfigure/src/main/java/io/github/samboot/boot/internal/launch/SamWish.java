package io.github.samboot.boot.internal.launch;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

import io.github.samboot.core.WatchdogMode;
import org.jspecify.annotations.Nullable;

/**
 * What the user says about SAM, as far as it can be told before Spring Boot reads its
 * configuration files.
 *
 * @param settings what was said by argument, system property or environment variable,
 * else the defaults
 * @param explicitMode whether the mode was said there
 * @param complete whether nothing else can say more
 */
record SamWish(LaunchSettings settings, boolean explicitMode, boolean complete) {

	private static final String[] CONFIG_LOCATIONS = { "springconfiglocation", "springconfigadditionallocation",
			"springconfigname" };

	/**
	 * Read the wish.
	 * @param arguments the arguments of the application
	 * @param properties the system properties
	 * @param environment the environment
	 * @param environmentPrefix the prefix of the application's own variables
	 * @param files looks at the configuration files, called only if they count
	 * @return the wish
	 */
	static SamWish read(String[] arguments, Map<String, String> properties, Map<String, String> environment,
			@Nullable String environmentPrefix, Supplier<ConfigText> files) {
		Reader reader = new Reader();
		// from low to high precedence
		String prefix = (environmentPrefix != null) ? plain(environmentPrefix) : "";
		environment.forEach((name, value) -> reader.read(plain(name), prefix, value));
		properties.forEach((name, value) -> reader.read(plain(name), "", value));
		for (String argument : arguments) {
			if (argument.startsWith("--")) {
				int equals = argument.indexOf('=');
				String name = (equals >= 0) ? argument.substring(2, equals) : argument.substring(2);
				reader.read(plain(name), "", (equals >= 0) ? argument.substring(equals + 1) : "");
			}
		}
		return reader.wish(files);
	}

	private static String plain(String name) {
		StringBuilder plain = new StringBuilder(name.length());
		for (int i = 0; i < name.length(); i++) {
			char character = name.charAt(i);
			if (character != '.' && character != '-' && character != '_') {
				plain.append(Character.toLowerCase(character));
			}
		}
		return plain.toString();
	}

	private static final class Reader {

		private @Nullable Boolean enabled;

		private @Nullable WatchdogMode mode;

		private List<String> javaOptions = List.of();

		private @Nullable Path runDirectory;

		/** Something is set to what only Spring Boot can read. */
		private boolean unclear;

		private ConfigText text = ConfigText.NOTHING;

		void read(String name, String prefix, String value) {
			if (!name.startsWith(prefix)) {
				return;
			}
			name = name.substring(prefix.length());
			if (name.startsWith("sam")) {
				readSam(name, value);
			}
			else if (name.startsWith("springconfig")) {
				if (name.startsWith("springconfigimport")) {
					this.text = this.text.and(ConfigText.lookAtImport(value));
				}
				for (String location : CONFIG_LOCATIONS) {
					this.unclear |= name.startsWith(location);
				}
			}
			else if (name.equals("springapplicationjson")) {
				this.text = this.text.and(ConfigText.lookAtFlow(value));
			}
		}

		private void readSam(String name, String value) {
			switch (name) {
				case "samenabled" -> {
					this.enabled = parseBoolean(value);
					this.unclear |= this.enabled == null;
				}
				case "samwatchdogmode" -> {
					this.mode = WatchdogMode.parse(value);
					this.unclear |= this.mode == null;
				}
				case "samwatchdogjavaoptions" -> {
					this.javaOptions = List.of(value.split("\\s*,\\s*"));
					this.unclear |= value.contains("${");
				}
				case "samwatchdogrundirectory" -> readRunDirectory(value);
				default -> this.unclear |= name.startsWith("samwatchdogjavaoptions");
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

		private static @Nullable Boolean parseBoolean(String value) {
			return switch (value.trim().toLowerCase(Locale.ROOT)) {
				case "true", "on", "yes", "1" -> true;
				case "false", "off", "no", "0" -> false;
				default -> null;
			};
		}

		SamWish wish(Supplier<ConfigText> files) {
			boolean on = !Boolean.FALSE.equals(this.enabled);
			LaunchSettings settings = new LaunchSettings(on, (this.mode != null) ? this.mode : WatchdogMode.AUTO,
					this.javaOptions, this.runDirectory);
			return new SamWish(settings, this.mode != null, isComplete(settings, files));
		}

		private boolean isComplete(LaunchSettings settings, Supplier<ConfigText> files) {
			if (!this.text.samWord() && !this.unclear && (!settings.enabled() || settings.mode() == WatchdogMode.OFF)) {
				return true;
			}
			if (!this.text.remoteImport()) {
				this.text = this.text.and(files.get());
			}
			// remote configuration is fetched once, by the real instance: secrets may be
			// for single use
			return this.text.remoteImport() || !(this.unclear || this.text.samWord() || this.text.localImport());
		}

	}

}
