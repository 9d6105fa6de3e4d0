package io.github.samboot.boot.internal.lifecycle;

import java.util.concurrent.atomic.AtomicReference;

import io.github.samboot.core.Sam;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.internal.client.ProcessSam;
import io.github.samboot.core.internal.client.WatchdogConnection;
import org.jspecify.annotations.Nullable;

/**
 * Supervision by a real watchdog.
 */
final class ProcessSupervision implements Supervision {

	/** A process registers once, however many contexts it has. */
	private static final AtomicReference<@Nullable Object> OWNER = new AtomicReference<>();

	private final ProcessSam sam;

	private final String mode;

	ProcessSupervision(ProcessSam sam, String mode) {
		this.sam = sam;
		this.mode = mode;
	}

	@Override
	public Sam sam() {
		return this.sam;
	}

	@Override
	public boolean isSupervised() {
		return true;
	}

	@Override
	public String mode() {
		// the watchdog that started this process knows better how it came to be
		SamStatus status = this.sam.status();
		return (status != null) ? status.mode() : this.mode;
	}

	@Override
	public @Nullable String reason() {
		return null;
	}

	@Override
	public WatchdogConnection connection() {
		return this.sam.connection();
	}

	@Override
	public boolean isSpare() {
		return this.sam.isSpare();
	}

	@Override
	public boolean isPromoted() {
		return this.sam.isPromoted();
	}

	@Override
	public boolean acquire(Object owner) {
		return OWNER.compareAndSet(null, owner) || OWNER.get() == owner;
	}

	@Override
	public void release(Object owner) {
		OWNER.compareAndSet(owner, null);
	}

	@Override
	public void start() {
		this.sam.start(true);
	}

	@Override
	public void ready() {
		this.sam.ready();
	}

	@Override
	public void stopping() {
		this.sam.stopping();
	}

	@Override
	public void heartbeatPageLost(Throwable fault) {
		this.sam.heartbeatPageLost(fault);
	}

}
