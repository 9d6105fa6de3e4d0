package io.github.samboot.watchdog.internal.prepare;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.regex.Pattern;
import java.util.zip.ZipException;

/**
 * Where a JVM finds the classes of an application that it runs from jars as they lie.
 *
 * @param path its elements, absolute
 * @param files all that counts: jars, with those that their manifests name, and
 * directories all of whose jars are meant; some may be absent
 */
record ClassPath(String path, Set<Path> files) {

	private static final String ALL = "*";

	/**
	 * The manifest has URLs, which the JVM does not take for such when it makes an
	 * archive.
	 */
	private static final Pattern NO_PATH = Pattern.compile("^/|[:%#?]");

	/**
	 * Return that of a jar, without what its manifest names.
	 */
	static ClassPath of(Path jar) {
		return new ClassPath(jar.toString(), Set.of(jar));
	}

	/**
	 * Look at all elements of a class path.
	 * @param work the working directory
	 * @param path the class path as it was given
	 */
	static ClassPath of(Path work, String path) throws IOException {
		List<String> elements = new ArrayList<>();
		Set<Path> files = new LinkedHashSet<>();
		for (String element : path.split(":", -1)) {
			boolean isAll = element.equals(ALL) || element.endsWith("/" + ALL);
			Path file = work.resolve(isAll ? element.substring(0, element.length() - 1) : element);
			elements.add(isAll ? file + "/" + ALL : file.toString());
			if (!isAll) {
				add(file, files);
			}
			else if (files.add(file) && Files.isDirectory(file)) {
				try (DirectoryStream<Path> jars = Files.newDirectoryStream(file, "*.{jar,JAR}")) {
					for (Path jar : jars) {
						add(jar, files);
					}
				}
			}
		}
		return new ClassPath(String.join(":", elements), files);
	}

	private static void add(Path file, Set<Path> files) throws IOException {
		if (Files.isDirectory(file)) {
			throw new LeftAloneException(
					"its class path has the directory " + file + ", and a JVM makes archives of jars only");
		}
		if (!files.add(file) || !Files.exists(file)) {
			return;
		}
		try {
			String more = BootJar.attributes(file).getValue(Attributes.Name.CLASS_PATH);
			if (more != null && !file.toRealPath().getParent().equals(file.getParent().toRealPath())) {
				throw new LeftAloneException(file + " is a link into another directory and has a Class-Path, which the"
						+ " JVM takes for that of the one directory or the other");
			}
			for (String name : (more != null) ? more.strip().split("\\s+") : new String[0]) {
				if (NO_PATH.matcher(name).find()) {
					throw new LeftAloneException(file + " has " + name + " in its Class-Path, which is no plain path");
				}
				add(file.resolveSibling(name), files);
			}
		}
		catch (ZipException ex) {
			throw new LeftAloneException("its class path has " + file + ", which is no jar");
		}
	}

	/**
	 * Return what finds the files of the classes, and of those of the JVM.
	 */
	URLClassLoader loader() throws IOException {
		List<URL> urls = new ArrayList<>();
		for (Path file : this.files) {
			urls.add(file.toUri().toURL());
		}
		return new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
	}

}
