package io.github.samboot.boot.internal.launch;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.function.Predicate;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

import org.jspecify.annotations.Nullable;

/**
 * The configuration files that Spring Boot reads by default and that can be looked at
 * before it does: {@code application*} in the class path root, in {@code ./},
 * {@code ./config} and {@code ./config/*}.
 */
final class ConfigFiles {

	private static final int LONGEST = 1024 * 1024;

	private static final String[] EXTENSIONS = { ".yml", ".yaml", ".properties", ".xml" };

	private static final String[] PLACES = { "", "config/" };

	private final Path directory;

	private final ClassLoader classLoader;

	private final @Nullable String location;

	private ConfigText found = ConfigText.NOTHING;

	/**
	 * Create the set of files.
	 * @param directory the working directory
	 * @param classLoader the class loader of the application
	 * @param location the code source of the application, where files of profiles lie
	 */
	ConfigFiles(Path directory, ClassLoader classLoader, @Nullable String location) {
		this.directory = directory;
		this.classLoader = classLoader;
		this.location = location;
	}

	/**
	 * Look at all files.
	 * @return what they say together
	 */
	ConfigText look() {
		lookAtClassPath();
		if (this.location != null) {
			lookAtProfiles(this.location);
		}
		lookAtDirectory(this.directory, ConfigFiles::isConfigFile);
		Path config = this.directory.resolve("config");
		if (Files.isDirectory(config)) {
			lookAtDirectory(config, ConfigFiles::isConfigFile);
			try (DirectoryStream<Path> children = Files.newDirectoryStream(config, Files::isDirectory)) {
				for (Path child : children) {
					// as Spring Boot does: what a ConfigMap's files are links to
					if (!child.getFileName().toString().startsWith("..")) {
						lookAtDirectory(child, ConfigFiles::isConfigFile);
					}
				}
			}
			catch (IOException | DirectoryIteratorException ex) {
				add(ConfigText.UNREADABLE);
			}
		}
		return this.found;
	}

	private void lookAtClassPath() {
		for (String place : PLACES) {
			for (String extension : EXTENSIONS) {
				String name = place + "application" + extension;
				URL resource = this.classLoader.getResource(name);
				if (resource != null) {
					try (InputStream stream = resource.openStream()) {
						// files of profiles beside it are looked at in one place only
						boolean isAlone = this.location != null && resource.toString().contains(this.location);
						add(isAlone ? name : resource.toString(), stream);
					}
					catch (IOException ex) {
						add(ConfigText.UNREADABLE);
					}
				}
			}
		}
	}

	private void lookAtProfiles(String location) {
		try {
			if (location.startsWith("file:") && location.endsWith("/")) {
				Path classes = Path.of(URI.create(location));
				lookAtDirectory(classes, ConfigFiles::isProfileFile);
				lookAtDirectory(classes.resolve("config"), ConfigFiles::isProfileFile);
			}
			else if (location.startsWith("file:")) {
				lookAtArchive(Path.of(URI.create(location)), "");
			}
			else {
				NestedLocation nested = NestedLocation.parse(location);
				if (nested != null && nested.entry().endsWith("/")) {
					lookAtArchive(nested.archive(), nested.entry());
				}
			}
		}
		catch (IOException | IllegalArgumentException ex) {
			// what cannot be found here is read by Spring Boot in the real instance
		}
	}

	private void lookAtArchive(Path archive, String root) throws IOException {
		try (ZipFile zip = new ZipFile(archive.toFile())) {
			Enumeration<? extends ZipEntry> entries = zip.entries();
			while (entries.hasMoreElements()) {
				ZipEntry entry = entries.nextElement();
				String name = entry.getName();
				if (name.startsWith(root) && isProfileFile(name.substring(root.length()))) {
					try (InputStream stream = zip.getInputStream(entry)) {
						add(name, stream);
					}
				}
			}
		}
	}

	private static boolean isProfileFile(String name) {
		for (String place : PLACES) {
			if (name.startsWith(place + "application-") && name.indexOf('/', place.length()) < 0) {
				return isConfigFile(name.substring(place.length()));
			}
		}
		return false;
	}

	private static boolean isConfigFile(String name) {
		return name.startsWith("application") && Arrays.stream(EXTENSIONS).anyMatch(name::endsWith);
	}

	private void lookAtDirectory(Path directory, Predicate<String> names) {
		if (!Files.isDirectory(directory)) {
			return;
		}
		try (DirectoryStream<Path> files = Files.newDirectoryStream(directory,
				(file) -> names.test(file.getFileName().toString()) && Files.isRegularFile(file))) {
			for (Path file : files) {
				try (InputStream stream = Files.newInputStream(file)) {
					add(file.getFileName().toString(), stream);
				}
			}
		}
		catch (IOException | DirectoryIteratorException ex) {
			add(ConfigText.UNREADABLE);
		}
	}

	private void add(String name, InputStream stream) throws IOException {
		byte[] content = stream.readNBytes(LONGEST);
		add((content.length < LONGEST) ? ConfigText.look(name, new String(content, StandardCharsets.UTF_8))
				: ConfigText.UNREADABLE);
	}

	private void add(ConfigText text) {
		this.found = this.found.and(text);
	}

}
