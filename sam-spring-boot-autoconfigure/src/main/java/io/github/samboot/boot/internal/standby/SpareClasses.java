package io.github.samboot.boot.internal.standby;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import io.github.samboot.core.SamException;
import io.github.samboot.core.internal.client.ProcessSam;
import io.github.samboot.core.internal.process.DaemonThread;

/**
 * The classes that the active instance has needed, for its spares: those load them while
 * they wait, so that neither the rest of the start-up nor the first request has to.
 */
public final class SpareClasses implements AutoCloseable {

	/** In the run directory, written by an active instance. */
	private static final String FILE = "classes";

	/** A spare may be there before the active instance has written it. */
	private static final long LOOK_MILLIS = 1000;

	private volatile boolean waits = true;

	private SpareClasses() {
	}

	/**
	 * Begin to load them in this spare, on a thread of its own.
	 * @param loader the class loader of the application
	 * @param afterwards what it does then, told when to go on with it
	 * @return to be closed when the spare waits no longer
	 */
	public static SpareClasses load(ClassLoader loader, Consumer<BooleanSupplier> afterwards) {
		SpareClasses classes = new SpareClasses();
		DaemonThread.start("sam-class-loading", () -> classes.loadAll(loader, afterwards));
		return classes;
	}

	private void loadAll(ClassLoader loader, Consumer<BooleanSupplier> afterwards) {
		try {
			Path file = ProcessSam.get().runDirectory().resolve(FILE);
			while (this.waits && !Files.exists(file)) {
				Thread.sleep(LOOK_MILLIS);
			}
			if (this.waits) {
				ClassList.preload(file, loader, () -> this.waits);
			}
			if (this.waits) {
				afterwards.accept(() -> this.waits);
			}
			if (this.waits) {
				SpareMemory.release(() -> this.waits);
			}
		}
		catch (InterruptedException ex) {
			// nothing interrupts this thread
		}
		catch (IOException | SamException ex) {
			logger().log(Level.WARNING, "This spare waits without loading classes ahead: {0}", ex.getMessage());
		}
	}

	/**
	 * An instance that has to start now does not wait for classes.
	 */
	@Override
	public void close() {
		this.waits = false;
	}

	/**
	 * Write down the classes of this active instance.
	 * @param delay when: the longer it has worked, the more it has needed
	 */
	public static void record(Duration delay) {
		DaemonThread.start("sam-class-list", () -> {
			try {
				Thread.sleep(delay.toMillis());
				ClassList.record(ProcessSam.get().runDirectory().resolve(FILE), false);
			}
			catch (IOException | SamException ex) {
				logger().log(Level.INFO, "Spares wait without loading classes ahead: {0}", ex.getMessage());
			}
			catch (InterruptedException ex) {
				// nothing interrupts this thread
			}
		});
	}

	private static Logger logger() {
		return System.getLogger(SpareClasses.class.getName());
	}

}
