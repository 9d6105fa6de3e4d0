package io.github.samboot.boot.test;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamListener;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamState;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.internal.client.UnsupervisedSam;
import io.github.samboot.watchdog.internal.supervision.Effect;
import io.github.samboot.watchdog.internal.supervision.Event;
import io.github.samboot.watchdog.internal.supervision.Lane;

/**
 * What an instance has of its simulated watchdog. Thread-safe.
 */
final class SimulatedSam extends UnsupervisedSam {

	private final SimulatedWatchdog watchdog;

	private final Lane lane;

	private final List<SamListener> listeners = new CopyOnWriteArrayList<>();

	/** Completed when this spare waits in register. */
	private final CompletableFuture<Void> waiting = new CompletableFuture<>();

	/** Whether this spare is promoted, or to end. */
	private final CompletableFuture<Boolean> promotion = new CompletableFuture<>();

	private final byte[] earlierData;

	SimulatedSam(SimulatedWatchdog watchdog, Lane lane, byte[] earlierData) {
		this.watchdog = watchdog;
		this.lane = lane;
		this.earlierData = earlierData;
	}

	@Override
	public void initialize(SamOptions options) {
		super.initialize(options);
		dataStore(this.earlierData);
		this.watchdog.initialize(this.lane, options);
	}

	@Override
	public int register() {
		this.watchdog.register(this.lane);
		if (this.lane == Lane.SPARE) {
			this.waiting.complete(null);
			awaitPromotion();
		}
		this.watchdog.isActive(this);
		return registerAs(this.watchdog.instanceId());
	}

	private void awaitPromotion() {
		try {
			if (!this.promotion.get()) {
				throw new SamException(CsError.INTERRUPT, "The test has ended, and this spare with it");
			}
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new SamException(CsError.INTERRUPT, "Interrupted while waiting for the promotion");
		}
	}

	CompletableFuture<Void> waiting() {
		return this.waiting;
	}

	void promote(byte[] data) {
		dataStore(data);
		this.promotion.complete(true);
	}

	void dismiss() {
		this.promotion.complete(false);
	}

	@Override
	public boolean isSpare() {
		return this.lane == Lane.SPARE && !isPromoted();
	}

	@Override
	public boolean isPromoted() {
		return this.lane == Lane.SPARE && state() != SamState.NOT_INITIALIZED && state() != SamState.INITIALIZED;
	}

	@Override
	public void start() {
		super.start();
		this.watchdog.start();
	}

	@Override
	public void ready() {
		this.watchdog.ready();
	}

	@Override
	public void stop() {
		super.stop();
		this.watchdog.stop();
	}

	@Override
	public void stopping() {
		if (this.watchdog.hears(this)) {
			this.watchdog.happens(new Event.Stopping());
		}
	}

	@Override
	public void unhealthy(String message) {
		if (state() == SamState.STARTED && this.watchdog.hears(this)) {
			this.watchdog.happens(new Event.Unhealthy(message));
		}
	}

	@Override
	public void recover(String message) {
		requireStarted();
		this.watchdog.recover(message);
	}

	@Override
	public void replace(String message) {
		throw new SamException(CsError.NOT_SUPPORTED, "SamTester makes no planned replacements");
	}

	private void requireStarted() {
		if (state() != SamState.STARTED) {
			throw new SamException(CsError.BAD_HANDLE, "Not allowed before start");
		}
	}

	@Override
	public void markFailed() {
		super.markFailed();
		this.watchdog.markFailed();
	}

	@Override
	public void finalizeSam() {
		super.finalizeSam();
		this.watchdog.finish();
	}

	@Override
	public SamStatus status() {
		return this.watchdog.status(dataSize());
	}

	@Override
	public void addListener(SamListener listener) {
		this.listeners.add(listener);
	}

	@Override
	public void removeListener(SamListener listener) {
		this.listeners.remove(listener);
	}

	void recoveryImminent(Effect.AnnounceRecovery news) {
		this.listeners
			.forEach((listener) -> listener.recoveryImminent(news.reason(), news.message(), news.gracePeriod()));
	}

}
