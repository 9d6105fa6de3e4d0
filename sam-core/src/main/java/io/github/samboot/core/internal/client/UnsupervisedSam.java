package io.github.samboot.core.internal.client;

import java.time.Duration;
import java.util.Arrays;

import io.github.samboot.core.CsError;
import io.github.samboot.core.HealthCheck;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamListener;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamState;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.Signal;
import org.jspecify.annotations.Nullable;

/**
 * A SAM without a watchdog, for tests and for runs in which supervision is off: calls
 * follow the same rules, user data is kept in memory, and nobody is ever killed.
 * Thread-safe.
 */
public final class UnsupervisedSam implements ApplicationSam {

	private SamState state = SamState.NOT_INITIALIZED;

	private byte[] data = new byte[0];

	private boolean cmap;

	private boolean interval;

	private boolean callback;

	@Override
	public synchronized SamState state() {
		return this.state;
	}

	@Override
	public synchronized void initialize(SamOptions options) {
		require(SamState.NOT_INITIALIZED);
		this.cmap = options.cmap();
		this.interval = !options.timeInterval().isZero();
		this.state = SamState.INITIALIZED;
	}

	@Override
	public synchronized int register() {
		require(SamState.INITIALIZED);
		this.state = SamState.REGISTERED;
		return 0;
	}

	@Override
	public synchronized int instanceId() {
		require(SamState.REGISTERED, SamState.STARTED);
		return 0;
	}

	@Override
	public synchronized void start() {
		require(SamState.REGISTERED);
		this.state = SamState.STARTED;
	}

	@Override
	public synchronized void stop() {
		require(SamState.STARTED);
		this.state = SamState.REGISTERED;
	}

	@Override
	public synchronized void hcSend() {
		require(SamState.STARTED);
	}

	@Override
	public synchronized void hcCallbackRegister(@Nullable HealthCheck callback) {
		require(SamState.REGISTERED);
		if (!this.interval || (callback == null && !this.callback)) {
			throw new SamException(CsError.INVALID_PARAM,
					"Event-driven checking needs a time interval above zero and a callback");
		}
		this.callback = callback != null;
	}

	@Override
	public synchronized void warnSignalSet(Signal signal) {
		requireUsable();
	}

	@Override
	public synchronized void dataStore(byte @Nullable [] data) {
		requireUsable();
		if (data != null && data.length > MAX_DATA_SIZE) {
			throw new SamException(CsError.TOO_BIG,
					"User data of " + data.length + " bytes is more than " + MAX_DATA_SIZE);
		}
		this.data = (data != null) ? data.clone() : new byte[0];
	}

	@Override
	public synchronized int dataSize() {
		requireUsable();
		return this.data.length;
	}

	@Override
	public synchronized byte[] dataRestore() {
		requireUsable();
		return this.data.clone();
	}

	@Override
	public synchronized void markFailed() {
		require(SamState.REGISTERED, SamState.STARTED);
		if (!this.cmap) {
			throw new SamException(CsError.INVALID_PARAM, "Marking as failed needs the CMAP flag");
		}
	}

	@Override
	public void unhealthy(String message) {
	}

	@Override
	public void recover(String message) {
		throw new SamException(CsError.NOT_SUPPORTED, "There is no watchdog that could replace this process");
	}

	@Override
	public synchronized void extendStartup(Duration duration) {
		requireUsable();
		ProcessSam.requirePositive(duration);
	}

	@Override
	public synchronized void finalizeSam() {
		requireUsable();
		this.state = SamState.FINALIZED;
	}

	@Override
	public @Nullable SamStatus status() {
		return null;
	}

	@Override
	public void addListener(SamListener listener) {
	}

	@Override
	public void removeListener(SamListener listener) {
	}

	private void requireUsable() {
		require(SamState.INITIALIZED, SamState.REGISTERED, SamState.STARTED);
	}

	private void require(SamState... allowed) {
		if (!Arrays.asList(allowed).contains(this.state)) {
			throw new SamException(CsError.BAD_HANDLE,
					"Not allowed in state " + this.state + ", only in " + Arrays.toString(allowed));
		}
	}

}
