package io.github.samboot.boot.internal.launch;

import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Finds requests to stop that this JVM has noted but not yet acted upon. It hands signals
 * to Java one after the other, smaller numbers first: once a signal of our own with a
 * greater number arrives, everything from before has a thread that deals with it.
 */
final class CaughtSignals {

	/** Greater than all that stop a JVM, and by default ignored. */
	private static final String MARKER = "URG";

	private static final Set<String> HANDLERS = Set.of("SIGTERM handler", "SIGINT handler", "SIGHUP handler");

	private static final long PATIENCE_MILLIS = 1000;

	private CaughtSignals() {
	}

	/**
	 * Wait until all signals from before have been handed over.
	 * @return whether one of them stops this JVM
	 */
	static boolean stopThisJvm() {
		try {
			awaitHandOver();
		}
		catch (LinkageError | IllegalArgumentException ex) {
			// a runtime without jdk.unsupported, or a JVM that does not catch signals
			LockSupport.parkNanos(10_000_000);
		}
		return isStopping();
	}

	private static void awaitHandOver() {
		CountDownLatch handedOver = new CountDownLatch(1);
		// full names, as javadoc warns of an import from sun.misc
		sun.misc.Signal marker = new sun.misc.Signal(MARKER);
		sun.misc.SignalHandler previous = sun.misc.Signal.handle(marker, (signal) -> handedOver.countDown());
		try {
			sun.misc.Signal.raise(marker);
			handedOver.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			sun.misc.Signal.handle(marker, previous);
		}
	}

	private static boolean isStopping() {
		return Thread.getAllStackTraces().keySet().stream().anyMatch((thread) -> HANDLERS.contains(thread.getName()));
	}

}
