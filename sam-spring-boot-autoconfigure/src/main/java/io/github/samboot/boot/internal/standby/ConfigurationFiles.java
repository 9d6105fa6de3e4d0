package io.github.samboot.boot.internal.standby;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

import io.github.samboot.core.SamException;
import io.github.samboot.core.internal.client.ProcessSam;
import io.github.samboot.core.internal.rundir.RunDirectory;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.Resource;

/**
 * The configuration files that this application has read, wherever they are: mounted
 * trees and imports, too. A spare that has read them before they changed is replaced.
 */
public final class ConfigurationFiles {

	private static final Log logger = LogFactory.getLog(ConfigurationFiles.class);

	private ConfigurationFiles() {
	}

	/**
	 * Tell the watchdog about them.
	 * @param environment the environment of the application
	 */
	public static void record(ConfigurableEnvironment environment) {
		try {
			RunDirectoryFile.write(RunDirectory.configurationFiles(ProcessSam.get().runDirectory()),
					in(environment).stream().map(Path::toString).filter((path) -> path.indexOf('\n') < 0).toList());
		}
		catch (IOException | SamException ex) {
			logger.warn("Changes of configuration files that are not on the command line do not replace a spare: "
					+ ex.getMessage());
		}
	}

	/**
	 * Return the files that the properties of an environment come from.
	 * @param environment the environment
	 * @return absolute paths
	 */
	static Set<Path> in(ConfigurableEnvironment environment) {
		Set<Path> files = new TreeSet<>();
		for (PropertySource<?> source : environment.getPropertySources()) {
			if (source instanceof EnumerablePropertySource<?> enumerable && source instanceof OriginLookup) {
				for (String name : enumerable.getPropertyNames()) {
					add(files, OriginLookup.getOrigin(source, name));
				}
			}
		}
		return files;
	}

	private static void add(Set<Path> files, Origin origin) {
		Resource resource = (origin instanceof TextResourceOrigin text) ? text.getResource() : null;
		try {
			if (resource != null && resource.isFile()) {
				files.add(resource.getFile().toPath().toAbsolutePath().normalize());
			}
		}
		catch (IOException | UncheckedIOException ex) {
			// it says that it is a file, and is none
		}
	}

}
