package io.github.samboot.watchdog.internal.loop;

import java.util.concurrent.CountDownLatch;

import io.github.samboot.core.Signal;
import io.github.samboot.watchdog.internal.log.Log;

/**
 * The signals that ask the watchdog to stop, and those that are for the application.
 */
final class StopSignals {

	/**
	 * Asks for a planned replacement: a signal that does no harm where there is no
	 * handler for it (yet).
	 */
	static final String REPLACE = "URG";

	private StopSignals() {
	}

	/**
	 * Hears of signals, on a thread of the JVM.
	 */
	interface Listener {

		/**
		 * A signal was sent to this process.
		 * @param name without SIG
		 */
		void received(String name);

	}

	/**
	 * Handle the signals from now on, or say why they cannot be told from each other.
	 */
	static void handle(Listener listener, CountDownLatch ended, Log log) {
		try {
			Handlers.install(listener);
		}
		catch (NoClassDefFoundError ex) {
			Runtime.getRuntime().addShutdownHook(new Thread(null, () -> stop(listener, ended), "sam-shutdown", 0));
			log.info("This Java runtime has no module jdk.unsupported: every stop is forwarded as SIGTERM.");
		}
		catch (IllegalArgumentException ex) {
			log.warn(
					"SIGTERM, SIGINT and SIGHUP end this watchdog at once, and not the application, as its JVM does not"
							+ " catch them (" + ex.getMessage()
							+ "). Remove -Xrs from its options: sam.watchdog.java-options, JAVA_TOOL_OPTIONS or its command line.");
		}
	}

	/**
	 * Ask the loop to stop, and keep the JVM until it has.
	 */
	private static void stop(Listener listener, CountDownLatch ended) {
		listener.received(Signal.SIGTERM.shortName());
		try {
			ended.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * In a class of its own because the module jdk.unsupported may be missing.
	 */
	private record Handlers(Listener listener) implements sun.misc.SignalHandler {

		static void install(Listener listener) {
			Handlers handler = new Handlers(listener);
			install(REPLACE, handler);
			for (Signal signal : new Signal[] { Signal.SIGUSR1, Signal.SIGUSR2 }) {
				try {
					install(signal.shortName(), handler);
				}
				catch (IllegalArgumentException ex) {
					// this JVM needs it itself, as each does with SIGQUIT
				}
			}
			// last: with -Xrs these are the ones that no JVM catches
			for (Signal signal : new Signal[] { Signal.SIGTERM, Signal.SIGINT, Signal.SIGHUP }) {
				install(signal.shortName(), handler);
			}
		}

		private static void install(String signal, Handlers handler) {
			sun.misc.Signal name = new sun.misc.Signal(signal);
			sun.misc.SignalHandler before = sun.misc.Signal.handle(name, handler);
			if (before == sun.misc.SignalHandler.SIG_IGN) {
				// nohup, or a background job: it stays ignored
				sun.misc.Signal.handle(name, before);
			}
		}

		@Override
		public void handle(sun.misc.Signal signal) {
			this.listener.received(signal.getName());
		}

	}

}
