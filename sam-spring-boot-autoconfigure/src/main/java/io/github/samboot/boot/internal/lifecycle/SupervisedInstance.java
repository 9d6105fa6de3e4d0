package io.github.samboot.boot.internal.lifecycle;

import java.time.Duration;
import java.util.OptionalInt;

import io.github.samboot.boot.SamInstance;

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
		return this.supervision.isActive();
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
