package io.github.samboot.boot.internal.standby;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.github.samboot.core.internal.client.ProcessSam;
import io.github.samboot.core.internal.rundir.RunDirectory;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.config.ConfigDataLocation;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.Resource;

/**
 * What this application was configured from: the files that it has read, wherever they
 * are, mounted trees and imports, too; and the places where it has looked for files. A
 * spare that was started before they changed is replaced.
 */
public final class ConfigurationFiles {

	private static final Log logger = LogFactory.getLog(ConfigurationFiles.class);

	/** Where Spring Boot looks by default, as far as that is no class path. */
	private static final List<String> LOCATIONS = List.of("./", "./config/", "./config/*/");

	private static final String[] EXTENSIONS = { ".yml", ".yaml", ".properties", ".xml" };

	private final Set<String> paths = new TreeSet<>();

	private final List<String> names;

	private ConfigurationFiles(ConfigurableEnvironment environment) {
		Binder binder = Binder.get(environment);
		this.names = strings(binder, "spring.config.name", List.of("application"));
		addFiles(environment);
		addLocations(strings(binder, "spring.config.location", LOCATIONS));
		addLocations(strings(binder, "spring.config.additional-location", List.of()));
		PropertySourcesPlaceholdersResolver resolver = new PropertySourcesPlaceholdersResolver(environment);
		for (ConfigurationPropertySource source : ConfigurationPropertySources.from(environment.getPropertySources())) {
			addLocations(strings(new Binder(List.of(source), resolver), "spring.config.import", List.of()));
		}
	}

	/**
	 * Tell the watchdog about them.
	 * @param environment the environment of the application
	 */
	public static void record(ConfigurableEnvironment environment) {
		try {
			RunDirectoryFile.write(file(), lines(environment));
		}
		catch (IOException | RuntimeException ex) {
			logger.warn("Changes of configuration files do not replace a spare: " + ex.getMessage());
		}
	}

	/**
	 * Return whether the watchdog was told of the same by the active instance.
	 * @param environment the environment of a spare
	 * @return whether there is nothing to record
	 */
	public static boolean isRecorded(ConfigurableEnvironment environment) {
		try {
			return RunDirectoryFile.read(file()).equals(lines(environment));
		}
		catch (IOException | RuntimeException ex) {
			return false;
		}
	}

	private static Path file() {
		return ProcessSam.get().runDirectory().resolve(RunDirectory.CONFIGURATION_FILES);
	}

	private static List<String> lines(ConfigurableEnvironment environment) {
		return in(environment).stream().filter((path) -> path.indexOf('\n') < 0).toList();
	}

	/**
	 * Return what the properties of an environment come from, or could come from.
	 * @param environment the environment
	 * @return absolute paths of files; names of files that may come and go have a
	 * {@code *} in them
	 */
	static Set<String> in(ConfigurableEnvironment environment) {
		return new ConfigurationFiles(environment).paths;
	}

	private static List<String> strings(Binder binder, String name, List<String> otherwise) {
		return binder.bind(name, Bindable.listOf(String.class)).orElse(otherwise);
	}

	private void addLocations(List<String> locations) {
		for (String text : locations) {
			ConfigDataLocation location = ConfigDataLocation.of(text);
			if (location != null) {
				for (ConfigDataLocation part : location.split()) {
					addLocation(part.hasPrefix("file:") ? part.getNonPrefixedValue("file:") : part.getValue());
				}
			}
		}
	}

	private void addLocation(String location) {
		if (location.isEmpty() || location.indexOf(':') >= 0) {
			// no file
			return;
		}
		if (location.endsWith("/*/")) {
			addChildren(Path.of(location.substring(0, location.length() - "*/".length())));
		}
		else if (location.endsWith("/")) {
			addDirectory(Path.of(location));
		}
		else {
			int hint = location.lastIndexOf('[');
			addFile(Path.of((hint > 0) ? location.substring(0, hint) : location));
		}
	}

	private void addChildren(Path directory) {
		try (DirectoryStream<Path> children = Files.newDirectoryStream(directory, Files::isDirectory)) {
			children.forEach(this::addDirectory);
		}
		catch (IOException ex) {
			// there is none
		}
	}

	private void addDirectory(Path directory) {
		for (String name : this.names) {
			for (String extension : EXTENSIONS) {
				addFile(directory.resolve(name + "*" + extension));
			}
		}
	}

	private void addFile(Path file) {
		this.paths.add(file.toAbsolutePath().normalize().toString());
	}

	private void addFiles(ConfigurableEnvironment environment) {
		for (PropertySource<?> source : environment.getPropertySources()) {
			if (source instanceof EnumerablePropertySource<?> enumerable && source instanceof OriginLookup) {
				for (String name : enumerable.getPropertyNames()) {
					addFile(OriginLookup.getOrigin(source, name));
				}
			}
		}
	}

	private void addFile(@Nullable Origin origin) {
		Resource resource = (origin instanceof TextResourceOrigin text) ? text.getResource() : null;
		try {
			if (resource != null && resource.isFile()) {
				addFile(resource.getFile().toPath());
			}
		}
		catch (IOException | UncheckedIOException ex) {
			// it says that it is a file, and is none
		}
	}

}
