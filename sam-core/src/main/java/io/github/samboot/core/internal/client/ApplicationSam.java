package io.github.samboot.core.internal.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;

import io.github.samboot.core.Sam;
import io.github.samboot.core.SamException;

/**
 * A {@link Sam} with what is called for an application by the framework that runs it.
 * Without a watchdog there is nothing to do.
 */
public interface ApplicationSam extends Sam {

	/**
	 * Return whether this process has a watchdog, or has one again soon.
	 * @return whether calls can succeed
	 */
	default boolean isSupervised() {
		return false;
	}

	/**
	 * Return how this process stands with its watchdog.
	 * @return the state of the connection
	 */
	default WatchdogConnection connection() {
		return WatchdogConnection.NONE;
	}

	/**
	 * Return whether this process is a spare, and not promoted yet.
	 * @return whether it is a spare; known from {@link #initialize} on
	 */
	default boolean isSpare() {
		return false;
	}

	/**
	 * Return whether this process was a spare and is the active instance now.
	 * @return whether it was promoted
	 */
	default boolean isPromoted() {
		return false;
	}

	/**
	 * Tell the watchdog that this process does not want to be supervised: it then only
	 * passes signals and the exit status on. After {@link #initialize} the process can
	 * still register later, and is supervised from then on.
	 * @param reason one sentence for its log
	 */
	default void decline(String reason) {
	}

	/**
	 * As {@link #start()}, for an application that goes on starting up after it.
	 * @param startupContinues whether heartbeats are expected only from {@link #ready()}
	 * on; until then the start-up timeout guards the process
	 */
	default void start(boolean startupContinues) {
		start();
	}

	/**
	 * Start-up is over: heartbeats are expected from now on. Does nothing unless started
	 * with {@link #start(boolean) start(true)}.
	 */
	default void ready() {
	}

	/**
	 * An application that was closing down starts again in this process: the start-up
	 * timeout guards it from now on, no longer the shutdown timeout. Does nothing
	 * otherwise.
	 */
	default void startAgain() {
	}

	/**
	 * The application is closing down as it was asked to: heartbeats are not expected any
	 * more, and a clean exit is no failure. The watchdog makes sure that it ends.
	 */
	default void stopping() {
	}

	/**
	 * The application has closed down, and its process may end at any moment. If another
	 * instance is to follow and the watchdog is gone, waits until there is another one.
	 */
	default void closed() {
	}

	/**
	 * What the application runs has failed: that it closes down now is no requested stop,
	 * and neither is its end, unless a signal asks for it.
	 */
	default void runFailed() {
	}

	/**
	 * Let the socket that the watchdog holds listen. It is file descriptor 0 of this
	 * process.
	 * @param address where
	 * @param backlog how many connections may wait
	 * @return its port, 0 if the watchdog holds none for this process
	 * @throws IOException if the address is taken, or not allowed
	 */
	default int listen(InetSocketAddress address, int backlog) throws IOException {
		return 0;
	}

	/**
	 * Write a line into the log of the watchdog, which may be read where the
	 * application's is not.
	 * @param notice a complete sentence
	 */
	default void notice(String notice) {
	}

	/**
	 * Stop using the heartbeat page. For a thread that was ended by a fault on it: a JVM
	 * may raise that fault outside of any {@code try}.
	 * @param fault what happened
	 * @return whether it may be a fault of the page, which was used until now
	 */
	default boolean heartbeatPageLost(Throwable fault) {
		return false;
	}

	/**
	 * Return the private directory that is shared with the watchdog.
	 * @return the run directory
	 * @throws SamException LIBRARY if this process has no watchdog
	 */
	default Path runDirectory() {
		throw WatchdogLink.noWatchdog();
	}

}
