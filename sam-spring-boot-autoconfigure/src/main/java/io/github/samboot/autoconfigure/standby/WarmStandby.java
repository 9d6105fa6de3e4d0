package io.github.samboot.autoconfigure.standby;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.client.ProcessSam;
import io.github.samboot.core.protocol.WatchdogAddress;

/**
 * A spare that has not begun to start the application: it waits at the earliest hook, and
 * loads meanwhile the classes that the active instance has needed.
 */
public final class WarmStandby {

	private static final String MODE = "warm";

	/** In the run directory, written by an active instance. */
	private static final String CLASSES = "classes";

	private static final AtomicBoolean ONCE = new AtomicBoolean();

	private WarmStandby() {
	}

	/**
	 * Wait until promoted, if this process is a warm spare. The waiting thread does
	 * nothing else.
	 * @param loader the class loader of the application
	 * @throws SamException if this process does not become the active instance: it must
	 * not start then
	 */
	public static void await(ClassLoader loader) {
		if (!MODE.equals(System.getenv(WatchdogAddress.SPARE)) || !ONCE.compareAndSet(false, true)) {
			return;
		}
		ProcessSam sam = ProcessSam.get();
		AtomicBoolean waits = new AtomicBoolean(true);
		Thread preloader = new Thread(() -> preload(sam, loader, waits), "sam-class-loading");
		preloader.setDaemon(true);
		preloader.start();
		try {
			sam.standBy();
		}
		catch (SamException ex) {
			if (ex.error() != CsError.ACCESS) {
				throw ex;
			}
			// a descendant of the application, which inherited its environment
		}
		finally {
			waits.set(false);
		}
	}

	private static void preload(ProcessSam sam, ClassLoader loader, AtomicBoolean waits) {
		Path file = sam.runDirectory().resolve(CLASSES);
		try {
			if (Files.exists(file)) {
				ClassList.preload(file, loader, waits::get);
			}
		}
		catch (IOException ex) {
			logger().log(Level.WARNING, "This spare starts without classes loaded ahead: {0}", ex.getMessage());
		}
	}

	/**
	 * Write down the classes of this active instance for its spares, on a thread that has
	 * time.
	 */
	public static void recordClasses() {
		Thread recorder = new Thread(() -> {
			try {
				ClassList.record(ProcessSam.get().runDirectory().resolve(CLASSES));
			}
			catch (IOException | SamException ex) {
				logger().log(Level.INFO, "Spares start without classes loaded ahead: {0}", ex.getMessage());
			}
		}, "sam-class-list");
		recorder.setDaemon(true);
		recorder.setPriority(Thread.MIN_PRIORITY);
		recorder.start();
	}

	private static Logger logger() {
		return System.getLogger(WarmStandby.class.getName());
	}

}
