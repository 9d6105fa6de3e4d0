package io.github.samboot.boot;

import java.time.Duration;
import java.util.OptionalInt;

import io.github.samboot.core.SamException;

/**
 * Which instance of the application this process is. Thread-safe.
 */
public interface SamInstance {

	/**
	 * Return the instance id: 0, and one more after each recovery or planned replacement.
	 * @return the id, empty before this process is the active instance
	 */
	OptionalInt instanceId();

	/**
	 * Return whether this process may do what only one instance may do at a time.
	 * @return {@code false} before it is registered, which a spare is only when promoted
	 */
	boolean isActive();

	/**
	 * Return whether this process is a spare that waits, or is being started, to take
	 * over from the active instance.
	 * @return whether it is a spare; {@code false} from its promotion on
	 */
	boolean isStandby();

	/**
	 * Say that start-up makes progress: it may take that long from now on, if that is
	 * longer than {@code sam.restart.startup-timeout} leaves. For a long migration, again
	 * and again.
	 * @param duration how long start-up may take from now on at least
	 * @throws SamException BAD_HANDLE once SAM is finalized; INVALID_PARAM unless the
	 * duration is above zero
	 */
	void extendStartup(Duration duration);

	/**
	 * Return whether this process has a watchdog.
	 * @return whether it is supervised
	 */
	boolean isSupervised();

}
