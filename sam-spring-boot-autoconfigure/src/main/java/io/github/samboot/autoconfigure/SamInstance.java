package io.github.samboot.autoconfigure;

import java.util.OptionalInt;

import io.github.samboot.autoconfigure.SamProperties.Standby;
import io.github.samboot.core.SamState;

/**
 * Which instance of the application this process is. Thread-safe.
 */
public final class SamInstance {

	private final Supervision supervision;

	private final Standby standby;

	SamInstance(Supervision supervision, Standby standby) {
		this.supervision = supervision;
		this.standby = standby;
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
	 * Return whether this process may turn out to be a spare.
	 * @return whether there are spares, and this process is not active
	 */
	public boolean isStandby() {
		return this.supervision.isSupervised() && this.standby != Standby.NONE && !isActive();
	}

	/**
	 * Return whether this process has a watchdog.
	 * @return whether it is supervised
	 */
	public boolean isSupervised() {
		return this.supervision.isSupervised();
	}

}
