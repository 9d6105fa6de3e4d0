package io.github.samboot.watchdog.internal.prepare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The Java runtime that is going to run the application, which need not be the one that
 * runs this program. An archive fits one runtime only.
 *
 * @param java its {@code java}, by the path that no later change of {@code PATH} changes
 * @param feature its version, such as 17
 */
record JavaRuntime(Path java, int feature) {

	private static final int OLDEST = 17;

	/** From here on the JVM makes an AOT cache in one step, see JEP 514. */
	private static final int AOT_CACHE = 25;

	/**
	 * Ask a {@code java} which one it is.
	 * @param java the command
	 * @param programs runs it
	 * @return the runtime
	 * @throws IOException if it cannot be used
	 */
	static JavaRuntime of(String java, Programs programs) throws IOException {
		Programs.Result result = programs.run(List.of(java, "-XshowSettings:properties", "-version"));
		String home = setting(result, "java.home");
		String version = setting(result, "java.specification.version");
		int feature;
		try {
			feature = Integer.parseInt(version);
		}
		catch (NumberFormatException ex) {
			// such as 1.8
			feature = 0;
		}
		if (result.code() != 0 || home.isEmpty() || feature < OLDEST) {
			throw new IOException("'" + java + "' is no Java " + OLDEST + " or later, but that of the application must"
					+ " be: name another one behind --. It says:\n" + result.lastLines());
		}
		return new JavaRuntime(Path.of(home, "bin", "java"), feature);
	}

	private static String setting(Programs.Result result, String name) {
		for (String line : result.lines()) {
			String setting = line.strip();
			if (setting.startsWith(name + " = ")) {
				return setting.substring(name.length() + 3);
			}
		}
		return "";
	}

	/**
	 * Check that classes of a jar can be used from an archive. Before the AOT cache the
	 * JVM compares the path of a jar with its URL.
	 * @param jar the jar
	 * @throws IOException if an archive would be ignored
	 */
	void checkPath(Path jar) throws IOException {
		if (this.feature < AOT_CACHE && !jar.toUri().getRawPath().equals(jar.toString())) {
			throw new LeftAloneException("Java " + this.feature + " uses no archive for " + jar
					+ ", because of a character in" + " that path: without blanks and letters beyond ASCII it works.");
		}
	}

	/**
	 * Return whether it can link the classes of an archive when it writes it, see JEP
	 * 483. From Java 26 on no {@code URLClassLoader} is parallel capable with such an
	 * archive, and from 28 on only an AOT cache has linked classes.
	 */
	boolean linksClasses() {
		return this.feature == AOT_CACHE;
	}

	/**
	 * Return whether an archive is made for certain modules: a start with others says so
	 * on the console.
	 */
	boolean knowsModules() {
		return this.feature >= AOT_CACHE;
	}

	String archiveName() {
		return (this.feature >= AOT_CACHE) ? "application.aot" : "application.jsa";
	}

	List<String> makes(Path archive) {
		String makes = ((this.feature >= AOT_CACHE) ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + archive;
		return (this.feature > AOT_CACHE) ? List.of(makes, "-XX:-AOTClassLinking") : List.of(makes);
	}

	String uses(Path archive) {
		return ((this.feature >= AOT_CACHE) ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + archive;
	}

	/**
	 * Return what makes an archive that does not fit an error, where the JVM would start
	 * without it.
	 * @return the option
	 */
	String insists() {
		return (this.feature >= AOT_CACHE) ? "-XX:AOTMode=on" : "-Xshare:on";
	}

}
