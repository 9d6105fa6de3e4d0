package io.github.samboot.boot.internal.lifecycle;

import io.github.samboot.core.Sam;
import io.github.samboot.core.internal.client.WatchdogConnection;
import org.jspecify.annotations.Nullable;

/**
 * How this process is supervised: its {@link Sam} and what a Spring application adds to
 * it.
 */
public interface Supervision {

	/**
	 * Return the SAM of this process.
	 * @return the SAM; without supervision one that does nothing
	 */
	Sam sam();

	/**
	 * Return whether there is, or soon will be again, a watchdog.
	 * @return whether this process is supervised
	 */
	boolean isSupervised();

	/**
	 * Return how the watchdog came to this process.
	 * @return {@code parent}, {@code sidecar}, {@code external} or {@code off}
	 */
	String mode();

	/**
	 * Return why this process is not supervised.
	 * @return one sentence, {@code null} if it is supervised
	 */
	@Nullable String reason();

	/**
	 * Return how this process stands with its watchdog.
	 * @return the state of the connection
	 */
	WatchdogConnection connection();

	/**
	 * Return whether this process is a spare, and not promoted yet.
	 * @return whether it is a spare
	 */
	boolean isSpare();

	/**
	 * Return whether this process was a spare.
	 * @return whether it was promoted
	 */
	boolean isPromoted();

	/**
	 * Make one context of this process the one that registers, starts and stops.
	 * @param owner the life cycle of that context
	 * @return whether it is the one; {@code false} if another is
	 */
	boolean acquire(Object owner);

	/**
	 * Let another context take over from a closed one.
	 * @param owner the life cycle of the closed context
	 */
	void release(Object owner);

	/**
	 * As {@link Sam#start()}, but start-up goes on until {@link #ready()}.
	 */
	void start();

	/**
	 * Start-up is over. Never throws.
	 */
	void ready();

	/**
	 * The application is closing down because it wants to. Never throws.
	 */
	void stopping();

	/**
	 * Stop using the shared page for heartbeats.
	 * @param fault what ended the thread that wrote to it
	 */
	void heartbeatPageLost(Throwable fault);

}
