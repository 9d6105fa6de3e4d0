package io.github.samboot.autoconfigure.launch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of a watchdog.
 */
final class WatchdogCommand {

	/**
	 * Small, asleep (the intervals), quiet (a JVM warns on stdout, which is the
	 * application's), and able to spawn after its JDK was upgraded (FORK needs no helper
	 * program). The interpreter is fast enough for a few messages a second.
	 */
	private static final List<String> JVM_OPTIONS = List.of("-Xint", "-XX:+UseSerialGC", "-Xms2m", "-Xmx8m", "-Xss256k",
			"-XX:ReservedCodeCacheSize=4m", "-XX:-UsePerfData", "-XX:TieredStopAtLevel=1",
			"-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0", "-XX:AsyncDeflationInterval=0",
			"-XX:GuaranteedSafepointInterval=0", "-Djdk.lang.Process.launchMechanism=FORK", "-Xlog:disable",
			"-Xlog:all=error:stderr");

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
	 * Return the command without options of the watchdog itself.
	 * @param javaOptions further options of the watchdog's JVM
	 * @param classPath where the watchdog lies
	 * @return the command
	 */
	static List<String> of(List<String> javaOptions, String classPath) {
		List<String> command = new ArrayList<>(32);
		command.add(java().toString());
		command.addAll(JVM_OPTIONS);
		if (Runtime.version().feature() >= NATIVE_ACCESS_FEATURE) {
			command.add("--enable-native-access=ALL-UNNAMED");
		}
		for (String option : javaOptions) {
			if (!option.isBlank()) {
				command.add(option);
			}
		}
		command.add("-cp");
		command.add(classPath);
		command.add(WatchdogJar.MAIN_CLASS);
		return command;
	}

}
