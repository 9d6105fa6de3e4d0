package io.github.samboot.boot.internal.lifecycle;

import java.time.Duration;
import java.util.OptionalInt;

import io.github.samboot.boot.SamInstance;

/**
 * {@link SamInstance} by the supervision of this process. Thread-safe.
 *
 * @param supervision how this process is supervised
 */
public record SupervisedInstance(Supervision supervision) implements SamInstance {

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
