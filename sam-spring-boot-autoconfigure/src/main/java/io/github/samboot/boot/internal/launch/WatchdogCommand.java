package io.github.samboot.boot.internal.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The command line of a watchdog.
 */
final class WatchdogCommand {

	/**
	 * Small (with less than half of that for new objects a JVM may not even start: system
	 * properties count, too; the ratios keep memory that is free out of the heap), asleep
	 * (the intervals), quiet (a JVM warns on stdout, which is the application's), and
	 * able to spawn after its JDK was upgraded (FORK needs no helper program). The
	 * interpreter is fast enough for a few messages a second. If the JVM itself crashes,
	 * its report goes to standard error, not into the user's directory, and must not keep
	 * it from ending.
	 */
	private static final List<String> JVM_OPTIONS = List.of("-Xint", "-XX:+UseSerialGC", "-Xms2m", "-Xmn768k",
			"-XX:MinHeapFreeRatio=5", "-XX:MaxHeapFreeRatio=10", "-Xss256k", "-XX:ReservedCodeCacheSize=4m",
			"-XX:-UsePerfData", "-XX:TieredStopAtLevel=1", "-XX:+UnlockDiagnosticVMOptions",
			"-XX:ArchiveRelocationMode=0", "-XX:AsyncDeflationInterval=0", "-XX:GuaranteedSafepointInterval=0",
			"-Djdk.lang.Process.launchMechanism=FORK", "-Xlog:disable", "-Xlog:all=error:stderr",
			"-XX:ErrorLogTimeout=5", "-XX:-CreateCoredumpOnCrash", "-XX:+ErrorFileToStderr");

	private static final int MEBIBYTE = 1024 * 1024;

	private static final int HEAP_MEBIBYTES = 8;

	/** What the heap of that size has to spare for the environment. */
	private static final int USUAL_ENVIRONMENT = MEBIBYTE / 4;

	/** What the JDK makes of each variable: strings, arrays, entries of two maps. */
	private static final int BYTES_PER_VARIABLE = 512;

	/** How often the JDK holds the bytes of the environment while it starts a process. */
	private static final int COPIES_OF_ENVIRONMENT = 6;

	/** From here on a JVM warns about native access that was not announced. */
	private static final int NATIVE_ACCESS_FEATURE = 22;

	private WatchdogCommand() {
	}

	/**
	 * Return the {@code java} of the runtime of this process.
	 * @return its path, whether it exists or not
	 */
	static Path java() {
		return Path.of(System.getProperty("java.home"), "bin", "java");
	}

	/**
	 * Return the command with the options of the watchdog that every mode needs.
	 * @param settings what the user has configured
	 * @param jar the watchdog
	 * @param runDirectory takes a copy of the jar if there is none on disk
	 * @return the command
	 * @throws IOException if there is no watchdog, or it cannot be copied
	 */
	static List<String> of(LaunchSettings settings, WatchdogJar jar, Path runDirectory) throws IOException {
		List<String> command = of(settings.javaOptions(), jar.classPath(runDirectory));
		String jna = jar.jna();
		if (jna != null) {
			command.add("--jna=" + jna);
		}
		return command;
	}

	/**
	 * Return the command without options of the watchdog itself.
	 * @param javaOptions further options of the watchdog's JVM
	 * @param classPath where the watchdog lies
	 * @return the command
	 */
	static List<String> of(List<String> javaOptions, String classPath) {
		List<String> command = new ArrayList<>(32);
		command.add(java().toString());
		command.addAll(JVM_OPTIONS);
		command.add("-Xmx" + heapMebibytes(System.getenv()) + "m");
		if (Runtime.version().feature() >= NATIVE_ACCESS_FEATURE) {
			command.add("--enable-native-access=ALL-UNNAMED");
		}
		javaOptions.stream().filter((option) -> !option.isBlank()).forEach(command::add);
		command.addAll(List.of("-cp", classPath, WatchdogJar.MAIN_CLASS));
		return command;
	}

	/**
	 * Return how large the watchdog's heap has to be: it passes the environment on to
	 * each instance, and the JDK decodes all of it for that.
	 * @param environment the environment of this process
	 * @return the size in MiB
	 */
	static long heapMebibytes(Map<String, String> environment) {
		long bytes = 0;
		for (Map.Entry<String, String> variable : environment.entrySet()) {
			bytes += BYTES_PER_VARIABLE
					+ (long) COPIES_OF_ENVIRONMENT * (variable.getKey().length() + variable.getValue().length());
		}
		return HEAP_MEBIBYTES + ((bytes > USUAL_ENVIRONMENT) ? (bytes + MEBIBYTE - 1) / MEBIBYTE : 0);
	}

}
