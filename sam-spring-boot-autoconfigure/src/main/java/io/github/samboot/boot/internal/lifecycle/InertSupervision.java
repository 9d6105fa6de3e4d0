package io.github.samboot.boot.internal.lifecycle;

import java.util.concurrent.atomic.AtomicReference;

import io.github.samboot.core.Sam;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.internal.client.UnsupervisedSam;
import io.github.samboot.core.internal.client.WatchdogConnection;
import org.jspecify.annotations.Nullable;

/**
 * No supervision: tests, training runs, and whoever switched it off. The {@link Sam} goes
 * through the same states, so that code which uses it behaves the same.
 */
final class InertSupervision implements Supervision {

	private final UnsupervisedSam sam = new UnsupervisedSam();

	/** A parent context and its children share this. */
	private final AtomicReference<@Nullable Object> owner = new AtomicReference<>();

	private final String reason;

	InertSupervision(SamOptions options, String reason) {
		this.sam.initialize(options);
		this.reason = reason;
	}

	@Override
	public Sam sam() {
		return this.sam;
	}

	@Override
	public boolean isSupervised() {
		return false;
	}

	@Override
	public String mode() {
		return "off";
	}

	@Override
	public String reason() {
		return this.reason;
	}

	@Override
	public WatchdogConnection connection() {
		return WatchdogConnection.NONE;
	}

	@Override
	public boolean isSpare() {
		return false;
	}

	@Override
	public boolean isPromoted() {
		return false;
	}

	@Override
	public boolean acquire(Object owner) {
		return this.owner.compareAndSet(null, owner) || this.owner.get() == owner;
	}

	@Override
	public void release(Object owner) {
		this.owner.compareAndSet(owner, null);
	}

	@Override
	public void start() {
		this.sam.start();
	}

	@Override
	public void ready() {
	}

	@Override
	public void stopping() {
	}

	@Override
	public void heartbeatPageLost(Throwable fault) {
	}

}
