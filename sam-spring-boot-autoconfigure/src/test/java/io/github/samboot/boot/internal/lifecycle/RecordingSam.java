package io.github.samboot.boot.internal.lifecycle;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.samboot.core.CsError;
import io.github.samboot.core.HealthCheck;
import io.github.samboot.core.Sam;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamListener;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamState;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.Signal;
import io.github.samboot.core.internal.client.UnsupervisedSam;
import org.jspecify.annotations.Nullable;

/**
 * Follows the rules of SAM and remembers what it was asked for.
 */
public class RecordingSam implements Sam {

	private final UnsupervisedSam rules = new UnsupervisedSam();

	private final List<String> calls = new CopyOnWriteArrayList<>();

	private final List<String> unhealthy = new CopyOnWriteArrayList<>();

	private final List<SamListener> listeners = new CopyOnWriteArrayList<>();

	private final AtomicInteger beats = new AtomicInteger();

	private final AtomicInteger questions = new AtomicInteger();

	private volatile @Nullable SamStatus status;

	private volatile Runnable onRegister = () -> {
	};

	public List<String> calls() {
		return new ArrayList<>(this.calls);
	}

	public List<String> unhealthyMessages() {
		return this.unhealthy;
	}

	public int beats() {
		return this.beats.get();
	}

	/**
	 * How often the status was asked for.
	 */
	public int questions() {
		return this.questions.get();
	}

	public List<SamListener> listeners() {
		return this.listeners;
	}

	public void status(@Nullable SamStatus status) {
		this.status = status;
	}

	void call(String name) {
		this.calls.add(name);
	}

	@Override
	public SamState state() {
		return this.rules.state();
	}

	@Override
	public void initialize(SamOptions options) {
		this.rules.initialize(options);
		call("initialize");
	}

	public void onRegister(Runnable action) {
		this.onRegister = action;
	}

	@Override
	public int register() {
		this.onRegister.run();
		call("register");
		return this.rules.register();
	}

	@Override
	public int instanceId() {
		return this.rules.instanceId();
	}

	@Override
	public void start() {
		this.rules.start();
		call("start");
	}

	/**
	 * What {@code ProcessSam.start(true)} does.
	 */
	void startDuringStartup() {
		this.rules.start();
		call("start(true)");
	}

	@Override
	public void stop() {
		this.rules.stop();
		call("stop");
	}

	@Override
	public void hcSend() {
		this.rules.hcSend();
		this.beats.incrementAndGet();
	}

	@Override
	public void hcCallbackRegister(@Nullable HealthCheck callback) {
		this.rules.hcCallbackRegister(callback);
	}

	@Override
	public void warnSignalSet(Signal signal) {
		this.rules.warnSignalSet(signal);
	}

	@Override
	public void dataStore(byte @Nullable [] data) {
		this.rules.dataStore(data);
	}

	@Override
	public int dataSize() {
		return this.rules.dataSize();
	}

	@Override
	public byte[] dataRestore() {
		return this.rules.dataRestore();
	}

	@Override
	public void markFailed() {
		this.rules.markFailed();
	}

	@Override
	public void unhealthy(String message) {
		this.unhealthy.add(message);
	}

	@Override
	public void recover(String message) {
		if (state() != SamState.STARTED) {
			throw new SamException(CsError.BAD_HANDLE, "Not allowed in state " + state());
		}
		call("recover: " + message);
	}

	@Override
	public void extendStartup(Duration duration) {
		this.rules.extendStartup(duration);
		call("extend: " + duration);
	}

	@Override
	public void finalizeSam() {
		this.rules.finalizeSam();
	}

	@Override
	public @Nullable SamStatus status() {
		this.questions.incrementAndGet();
		return this.status;
	}

	@Override
	public void addListener(SamListener listener) {
		this.listeners.add(listener);
	}

	@Override
	public void removeListener(SamListener listener) {
		this.listeners.remove(listener);
	}

}
