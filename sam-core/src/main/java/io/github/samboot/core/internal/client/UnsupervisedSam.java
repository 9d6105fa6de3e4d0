package io.github.samboot.core.internal.client;

import java.time.Duration;

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
 * follow the same rules, user data is kept in memory, and no process is ever killed.
 * Thread-safe.
 */
public class UnsupervisedSam implements ApplicationSam {

	private ClientState state = ClientState.INITIAL;

	private byte[] data = new byte[0];

	private @Nullable HealthCheck callback;

	@Override
	public synchronized SamState state() {
		return this.state.sam();
	}

	@Override
	public synchronized void initialize(SamOptions options) {
		this.state = this.state.initialized(options);
	}

	@Override
	public int register() {
		return registerAs(0);
	}

	/**
	 * Become the active instance.
	 * @param instanceId the instance id
	 * @return the instance id
	 */
	protected final synchronized int registerAs(int instanceId) {
		this.state = this.state.registered(instanceId);
		return instanceId;
	}

	@Override
	public synchronized int instanceId() {
		this.state.require(SamState.REGISTERED, SamState.STARTED);
		return this.state.instanceId();
	}

	@Override
	public synchronized void start() {
		this.state = this.state.started(false, this.state.closing().count());
	}

	@Override
	public synchronized void stop() {
		this.state = this.state.stopped();
	}

	@Override
	public synchronized void hcSend() {
		this.state.require(SamState.STARTED);
	}

	@Override
	public synchronized void hcCallbackRegister(@Nullable HealthCheck callback) {
		this.state.requireCallback(callback, this.callback);
		this.callback = callback;
	}

	@Override
	public synchronized void warnSignalSet(Signal signal) {
		this.state.requireUsable();
	}

	@Override
	public synchronized void dataStore(byte @Nullable [] data) {
		this.state.requireUsable();
		byte[] copy = (data != null) ? data.clone() : new byte[0];
		SavedData.requireSize(copy);
		this.data = copy;
	}

	@Override
	public synchronized int dataSize() {
		this.state.requireUsable();
		return this.data.length;
	}

	@Override
	public synchronized byte[] dataRestore() {
		this.state.requireUsable();
		return this.data.clone();
	}

	@Override
	public synchronized void markFailed() {
		this.state.requireCmap();
	}

	@Override
	public void unhealthy(String message) {
	}

	@Override
	public void recover(String message) {
		throw new SamException(CsError.NOT_SUPPORTED, "There is no watchdog that could replace this process");
	}

	@Override
	public void replace(String message) {
		recover(message);
	}

	@Override
	public synchronized void extendStartup(Duration duration) {
		this.state.requireUsable();
		ProcessSam.requirePositive(duration);
	}

	@Override
	public synchronized void finalizeSam() {
		this.state = this.state.finalized();
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

}
