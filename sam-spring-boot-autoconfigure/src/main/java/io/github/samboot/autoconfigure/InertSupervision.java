package io.github.samboot.autoconfigure;

import io.github.samboot.core.Sam;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.client.UnsupervisedSam;
import io.github.samboot.core.client.WatchdogConnection;

/**
 * No supervision: tests, training runs, and whoever switched it off. The {@link Sam} goes
 * through the same states, so that code which uses it behaves the same.
 */
final class InertSupervision implements Supervision {

	private final UnsupervisedSam sam = new UnsupervisedSam();

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
		return true;
	}

	@Override
	public void release(Object owner) {
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
