package io.github.samboot.boot.internal.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.samboot.core.internal.rundir.WatchdogAddress;

/**
 * The command of the process that prepares later starts of this application.
 */
public final class PreparationCommand {

	/** It has to hash and copy, and no more. */
	private static final List<String> JVM_OPTIONS = List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
			"-XX:-UsePerfData", "-XX:ActiveProcessorCount=1");

	/** Where a program is missing, the other one helps already. */
	private static final String LOWEST = "ionice -c 3 -p $$ >/dev/null 2>&1; renice -n 19 -p $$ >/dev/null 2>&1;"
			+ " exec \"$@\"";

	private PreparationCommand() {
	}

	/**
	 * Return the process that prepares this application, to be started.
	 * @param runDirectory where the watchdog may be copied to, and the process works
	 * @param store where the result goes
	 * @param classes the names of the classes that are loaded
	 * @param startTime how long a plain start took
	 * @param isRefused whether this JVM has refused the archive it was started with
	 * @param flags flags of this JVM on which an archive depends
	 * @return the process
	 * @throws IOException if there is no watchdog, or it cannot be copied
	 */
	public static ProcessBuilder of(Path runDirectory, Path store, Path classes, Duration startTime, boolean isRefused,
			List<String> flags) throws IOException {
		List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", LOWEST, "sh"));
		command.add(WatchdogCommand.java().toString());
		command.addAll(JVM_OPTIONS);
		ClassLoader loader = Thread.currentThread().getContextClassLoader();
		command.addAll(List.of("-cp", new WatchdogJar(loader).classPath(runDirectory), WatchdogJar.MAIN_CLASS,
				"--prepare-later-starts", store.toString(), Long.toString(ProcessHandle.current().pid()),
				classes.toString(), Long.toString(startTime.toMillis()), Boolean.toString(isRefused)));
		command.addAll(flags);
		ProcessBuilder builder = new ProcessBuilder(command).directory(runDirectory.toFile());
		// it is none of this instance, and its JVMs are to be plain
		builder.environment()
			.keySet()
			.removeAll(List.of(WatchdogAddress.ENVIRONMENT, WatchdogAddress.STARTER, WatchdogAddress.SPARE,
					"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
		return builder;
	}

}
