package io.github.samboot.watchdog.internal.loop;

import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The command line of the watchdog.
 *
 * @param mode {@code parent}, {@code sidecar} or {@code external}
 * @param runDirectory an existing private directory to use, {@code null} to make one
 * @param runDirectoryParent where to make one, {@code null} for the default places
 * @param adopt the process to adopt, 0 to start one
 * @param instance the instance id of the adopted process
 * @param hold whether the first instance is to have a socket that is held
 * @param fastStart where the first instance finds what was prepared, {@code null} to look
 * nowhere
 * @param jna where JNA is, {@code null} if it is on the class path or not needed
 * @param command the command of the application
 */
public record WatchdogOptions(String mode, @Nullable Path runDirectory, @Nullable Path runDirectoryParent, long adopt,
		int instance, boolean hold, @Nullable Path fastStart, @Nullable String jna, List<String> command) {

	public static final String USAGE = """
			Usage: java -jar sam-watchdog.jar [options] -- command [argument ...]
			       java -jar sam-watchdog.jar --prepare=DIR -- java [option ...] -jar app.jar [argument ...]
			       java -jar sam-watchdog.jar status | stop | recover | replace | incidents | threads | help

			Starts the command, which is to be a program that uses SAM, and replaces it when it fails.

			  --run-directory-parent=DIR  where the private run directory is made (default: /dev/shm,
			                              $XDG_RUNTIME_DIR, the temporary directory)
			  --jna=JAR                   where JNA is, which quorum, held connections and systemd need
			                              (default: its jar beside this one)
			  --hold                      keeps the socket on which the application listens, as
			                              sam.connections.hold does, from the first instance on
			  --fast-start=DIR            lets the first instance start from what sam.fast-start has prepared
			                              in DIR for an earlier one
			  --prepare=DIR               makes DIR, from which the application starts faster, and says how;
			                              it starts once for that, and exits
			  --help                      shows this
			  --version                   shows the version
			""";

	/**
	 * Read the command line.
	 * @param args the arguments
	 * @return the options
	 * @throws IllegalArgumentException if it is wrong; the message says what and what to
	 * do
	 */
	public static WatchdogOptions parse(String[] args) {
		String mode = "external";
		Path runDirectory = null;
		Path runDirectoryParent = null;
		long adopt = 0;
		int instance = 0;
		boolean hold = false;
		Path fastStart = null;
		String jna = null;
		List<String> command = List.of();
		for (int i = 0; i < args.length; i++) {
			String arg = args[i];
			if (arg.equals("--")) {
				command = List.of(args).subList(i + 1, args.length);
				break;
			}
			int equals = arg.indexOf('=');
			String name = (equals > 0) ? arg.substring(0, equals) : arg;
			String value = (equals > 0) ? arg.substring(equals + 1) : "";
			switch (name) {
				case "--mode" -> mode = value;
				case "--run-directory" -> runDirectory = Path.of(value);
				case "--run-directory-parent" -> runDirectoryParent = Path.of(value);
				case "--adopt" -> adopt = number(name, value);
				case "--instance" -> instance = (int) number(name, value);
				case "--hold" -> hold = true;
				case "--fast-start" -> fastStart = Path.of(value).toAbsolutePath().normalize();
				case "--jna" -> jna = value;
				default -> throw new IllegalArgumentException("Option '" + arg
						+ "' is unknown: put the application's command after --, and see --help for the options");
			}
		}
		if (command.isEmpty() && adopt == 0) {
			throw new IllegalArgumentException(
					"There is nothing to start: put the application's command after --, such as -- java -jar app.jar");
		}
		return new WatchdogOptions(mode, runDirectory, runDirectoryParent, adopt, instance, hold, fastStart, jna,
				command);
	}

	private static long number(String name, String value) {
		try {
			return Long.parseLong(value);
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException("Option " + name + " wants a number, not '" + value + "'");
		}
	}

}
