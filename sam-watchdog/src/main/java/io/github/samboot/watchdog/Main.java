package io.github.samboot.watchdog;

import java.io.IOException;

import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.watchdog.internal.command.Command;
import io.github.samboot.watchdog.internal.log.Log;
import io.github.samboot.watchdog.internal.loop.Watchdog;
import io.github.samboot.watchdog.internal.loop.WatchdogOptions;
import io.github.samboot.watchdog.internal.prepare.EntryPreparation;
import io.github.samboot.watchdog.internal.prepare.Preparation;

/**
 * Starts the watchdog.
 */
public final class Main {

	/** For a command line that makes no sense, as {@code EX_USAGE} in sysexits.h. */
	private static final int EXIT_USAGE = 64;

	/** For a run directory that cannot be made, as {@code EX_CANTCREAT} in sysexits.h. */
	private static final int EXIT_CANNOT_CREATE = 73;

	private Main() {
	}

	/**
	 * Run the watchdog until the application has ended for good.
	 * @param args see {@link WatchdogOptions#USAGE}
	 */
	public static void main(String[] args) {
		if (args.length == 1 && args[0].equals("--help")) {
			System.out.print(WatchdogOptions.USAGE);
			return;
		}
		if (args.length == 1 && args[0].equals("--version")) {
			System.out.println("sam-watchdog " + version());
			return;
		}
		if (args.length > 0 && Command.isWanted(args[0])) {
			Runtime.getRuntime().halt(Command.main(args));
		}
		if (Preparation.isWanted(args)) {
			Runtime.getRuntime().halt(Preparation.main(args));
		}
		if (args.length > 0 && args[0].equals(EntryPreparation.OPTION)) {
			Runtime.getRuntime().halt(EntryPreparation.main(args));
		}
		int code;
		try {
			StartPreloading.begin();
			WatchdogOptions options = WatchdogOptions.parse(args);
			Log log = new Log();
			log.info("SAM watchdog " + version() + ", Java " + System.getProperty("java.version") + ".");
			try {
				String foreign = KnownProcess.findForeignProc();
				if (foreign != null) {
					throw new IOException(foreign);
				}
				code = new Watchdog(options, log).run();
			}
			catch (IOException ex) {
				log.warn("The watchdog cannot start: " + ex.getMessage());
				code = EXIT_CANNOT_CREATE;
			}
			log.flush();
		}
		catch (IllegalArgumentException ex) {
			System.err.println(ex.getMessage());
			code = EXIT_USAGE;
		}
		Runtime.getRuntime().halt(code);
	}

	/**
	 * The version in the manifest, which the class loader has read in any case.
	 */
	private static String version() {
		String version = Main.class.getPackage().getImplementationVersion();
		return (version != null) ? version : "(unpackaged)";
	}

}
