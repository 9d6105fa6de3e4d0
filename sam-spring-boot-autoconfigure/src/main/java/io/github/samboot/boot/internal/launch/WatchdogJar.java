package io.github.samboot.boot.internal.launch;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

import io.github.samboot.core.internal.rundir.VerifiedDirectory;
import org.jspecify.annotations.Nullable;

/**
 * Finds the watchdog's program on the class path of the application and, where a JVM
 * could not load it from there, copies it to where it can.
 *
 * @param classLoader loads the application
 */
record WatchdogJar(ClassLoader classLoader) {

	static final String MAIN_CLASS = "io.github.samboot.watchdog.Main";

	/** Beside the watchdog's own classes needed where those are class directories. */
	private static final String CORE_CLASS = "io.github.samboot.core.internal.rundir.RunDirectory";

	private static final String COPY = "watchdog.jar";

	private static final String JNA_CLASS = "com.sun.jna.Native";

	/**
	 * Return a class path from which the watchdog can be started.
	 * @param runDirectory takes a copy of the jar if there is none on disk
	 * @return the class path
	 * @throws IOException if there is no watchdog, or it cannot be copied
	 */
	String classPath(Path runDirectory) throws IOException {
		if (hasCopy(runDirectory)) {
			// of the release that runs: the application's own jar may be another one by
			// now, or none
			return runDirectory.resolve(COPY).toString();
		}
		URL main = find(MAIN_CLASS);
		if (main == null) {
			throw new IOException("the watchdog (sam-watchdog.jar) is not on the class path");
		}
		NestedLocation nested = NestedLocation.parse(main.toString());
		if (nested != null) {
			copy(nested, runDirectory);
			return runDirectory.resolve(COPY).toString();
		}
		Path onDisk = onDisk(main, MAIN_CLASS);
		if (onDisk == null) {
			throw new IOException("the watchdog cannot be loaded from " + main);
		}
		Path core = Files.isDirectory(onDisk) ? onDisk(find(CORE_CLASS), CORE_CLASS) : null;
		return (core != null) ? onDisk + File.pathSeparator + core : onDisk.toString();
	}

	/**
	 * Return where JNA lies, for a watchdog that talks to Corosync.
	 * @return the path of its jar, {@code outer.jar!/entry} if that is nested,
	 * {@code null} if there is none
	 */
	@Nullable String jna() {
		URL jna = find(JNA_CLASS);
		NestedLocation nested = NestedLocation.parse(String.valueOf(jna));
		return (nested != null) ? nested.archive() + "!/" + nested.entry()
				: Objects.toString(onDisk(jna, JNA_CLASS), null);
	}

	private @Nullable URL find(String className) {
		return this.classLoader.getResource(className.replace('.', '/') + ".class");
	}

	private static @Nullable Path onDisk(@Nullable URL resource, String className) {
		String url = String.valueOf(resource);
		String suffix = className.replace('.', '/') + ".class";
		if (!url.endsWith(suffix)) {
			return null;
		}
		String root = url.substring(0, url.length() - suffix.length());
		if (root.startsWith("jar:file:") && root.endsWith("!/")) {
			root = root.substring("jar:".length(), root.length() - "!/".length());
		}
		return root.startsWith("file:") ? Path.of(URI.create(root)) : null;
	}

	private static boolean hasCopy(Path runDirectory) {
		try (VerifiedDirectory directory = VerifiedDirectory.open(runDirectory)) {
			return directory.has(COPY);
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static void copy(NestedLocation nested, Path runDirectory) throws IOException {
		try (ZipFile archive = new ZipFile(nested.archive().toFile())) {
			ZipEntry entry = archive.getEntry(nested.entry());
			if (entry == null) {
				throw new IOException(nested.entry() + " is not in " + nested.archive());
			}
			try (VerifiedDirectory directory = VerifiedDirectory.open(runDirectory);
					InputStream content = archive.getInputStream(entry)) {
				// a copy that is there is a whole one
				directory.replace(COPY, content.readAllBytes());
			}
		}
	}

}
