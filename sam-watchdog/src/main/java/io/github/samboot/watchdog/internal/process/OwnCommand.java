package io.github.samboot.watchdog.internal.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * How this watchdog was started, for whoever has to start another one like it.
 */
public final class OwnCommand {

	private OwnCommand() {
	}

	/**
	 * Return the command without the watchdog's own options and the application's
	 * command.
	 * @return JVM, its options, class path and main class; empty if it cannot be read
	 */
	public static List<String> withoutOptions() {
		List<String> command = new ArrayList<>();
		try {
			command.add(System.getProperty("java.home") + "/bin/java");
			List<byte[]> arguments = Proc.commandLine(ProcessHandle.current().pid());
			boolean isJar = false;
			for (int i = 1; i < arguments.size(); i++) {
				String argument = new String(arguments.get(i), StandardCharsets.UTF_8);
				command.add(argument);
				if (isJar || argument.endsWith(".watchdog.Main")) {
					break;
				}
				isJar = argument.equals("-jar");
			}
		}
		catch (IOException ex) {
			command.clear();
		}
		return command;
	}

}
