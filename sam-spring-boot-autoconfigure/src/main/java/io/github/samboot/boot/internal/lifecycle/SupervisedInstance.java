package io.github.samboot.boot.internal.lifecycle;

import java.time.Duration;
import java.util.OptionalInt;

import io.github.samboot.boot.SamInstance;
import io.github.samboot.core.SamState;

/**
 * {@link SamInstance} by the supervision of this process. Thread-safe.
 */
public final class SupervisedInstance implements SamInstance {

	private final Supervision supervision;

	public SupervisedInstance(Supervision supervision) {
		this.supervision = supervision;
	}

	@Override
	public OptionalInt instanceId() {
		return isActive() ? OptionalInt.of(this.supervision.sam().instanceId()) : OptionalInt.empty();
	}

	@Override
	public boolean isActive() {
		SamState state = this.supervision.sam().state();
		return state == SamState.REGISTERED || state == SamState.STARTED;
	}

	@Override
	public boolean isStandby() {
		return this.supervision.sam().isSpare();
	}

	@Override
	public void extendStartup(Duration duration) {
		this.supervision.sam().extendStartup(duration);
	}

	@Override
	public boolean isSupervised() {
		return this.supervision.isSupervised();
	}

}
