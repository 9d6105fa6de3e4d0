package io.github.samboot.test;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * How a test starts a Java program of its own.
 */
public final class JavaProgram {

	/**
	 * The launcher of the Java that runs the tests.
	 */
	public static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

	/**
	 * The options that the documentation recommends for a watchdog.
	 */
	public static final List<String> WATCHDOG_OPTIONS = List.of("-Xint", "-XX:+UseSerialGC", "-Xms2m", "-Xmn768k",
			"-XX:MinHeapFreeRatio=5", "-XX:MaxHeapFreeRatio=10", "-Xmx8m", "-Xss256k", "-XX:ReservedCodeCacheSize=4m",
			"-XX:-UsePerfData", "-XX:TieredStopAtLevel=1", "-XX:+UnlockDiagnosticVMOptions",
			"-XX:ArchiveRelocationMode=0", "-XX:AsyncDeflationInterval=0", "-XX:GuaranteedSafepointInterval=0",
			"-Djdk.lang.Process.launchMechanism=FORK");

	private JavaProgram() {
	}

	/**
	 * Return where a class comes from.
	 * @param type the class
	 * @return a directory or a jar
	 */
	public static Path location(Class<?> type) {
		try {
			return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
		}
		catch (URISyntaxException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	/**
	 * Return a class path.
	 * @param types a class of each directory or jar
	 * @return the class path
	 */
	public static String classPath(Class<?>... types) {
		return String.join(File.pathSeparator,
				Stream.of(types).map(JavaProgram::location).map(Path::toString).distinct().toList());
	}

}
