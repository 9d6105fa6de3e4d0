package io.github.samboot.autoconfigure;

import java.time.Duration;
import java.util.OptionalInt;

import io.github.samboot.core.SamException;
import io.github.samboot.core.SamState;

/**
 * Which instance of the application this process is. Thread-safe.
 */
public final class SamInstance {

	private final Supervision supervision;

	SamInstance(Supervision supervision) {
		this.supervision = supervision;
	}

	/**
	 * Return the instance id: 0, and one more after each recovery.
	 * @return the id, empty before this process is the active instance
	 */
	public OptionalInt instanceId() {
		return isActive() ? OptionalInt.of(this.supervision.sam().instanceId()) : OptionalInt.empty();
	}

	/**
	 * Return whether this process may do what only one instance may do at a time.
	 * @return {@code false} before it is registered, which a spare is only when promoted
	 */
	public boolean isActive() {
		SamState state = this.supervision.sam().state();
		return state == SamState.REGISTERED || state == SamState.STARTED;
	}

	/**
	 * Return whether this process is a spare that waits, or is being started, to take
	 * over from the active instance.
	 * @return whether it is a spare; {@code false} from its promotion on
	 */
	public boolean isStandby() {
		return this.supervision.isSpare();
	}

	/**
	 * Say that start-up makes progress: it may take that long from now on, if that is
	 * longer than {@code sam.restart.startup-timeout} leaves. For a long migration, again
	 * and again.
	 * @param duration how long start-up may take from now on at least
	 * @throws SamException BAD_HANDLE once SAM is finalized; INVALID_PARAM unless the
	 * duration is above zero
	 */
	public void extendStartup(Duration duration) {
		this.supervision.sam().extendStartup(duration);
	}

	/**
	 * Return whether this process has a watchdog.
	 * @return whether it is supervised
	 */
	public boolean isSupervised() {
		return this.supervision.isSupervised();
	}

}
