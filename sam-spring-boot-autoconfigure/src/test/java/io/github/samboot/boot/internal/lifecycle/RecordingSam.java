package io.github.samboot.boot.internal.lifecycle;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.samboot.boot.internal.launch.LaunchState;
import io.github.samboot.core.CsError;
import io.github.samboot.core.HealthCheck;
import io.github.samboot.core.Incident;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamListener;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamState;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.Signal;
import io.github.samboot.core.SupervisionState;
import io.github.samboot.core.WatchdogMode;
import io.github.samboot.core.internal.client.ApplicationSam;
import io.github.samboot.core.internal.client.UnsupervisedSam;
import io.github.samboot.core.internal.client.WatchdogConnection;
import org.jspecify.annotations.Nullable;

/**
 * Follows the rules of SAM and remembers what it was asked for.
 */
public class RecordingSam implements ApplicationSam {

	private @Nullable Path runDirectory;

	private final UnsupervisedSam rules = new UnsupervisedSam();

	private final List<String> calls = new CopyOnWriteArrayList<>();

	private final List<String> unhealthy = new CopyOnWriteArrayList<>();

	private final List<SamListener> listeners = new CopyOnWriteArrayList<>();

	private final AtomicInteger beats = new AtomicInteger();

	private final AtomicInteger questions = new AtomicInteger();

	private volatile @Nullable SamStatus status;

	private volatile Runnable onInitialize = () -> {
	};

	private volatile Runnable onRegister = () -> {
	};

	private volatile Runnable onStart = () -> {
	};

	private volatile WatchdogConnection connection = WatchdogConnection.CONNECTED;

	private volatile LaunchState launch = LaunchState.supervised(WatchdogMode.PARENT, "");

	private volatile boolean spare;

	private volatile boolean promoted;

	private volatile @Nullable SamOptions options;

	/**
	 * One that knows its options, as when the context is made.
	 */
	public static RecordingSam initialized() {
		RecordingSam sam = new RecordingSam();
		sam.initialize(SamOptions.of(Duration.ofSeconds(10), RecoveryPolicy.RESTART));
		return sam;
	}

	/**
	 * A status as the watchdog of a running application gives it.
	 */
	public static SamStatus status(SupervisionState state, SamStatus.@Nullable Quorum quorum,
			SamStatus.@Nullable Standby standby) {
		Incident incident = new Incident(1, 4650, IncidentReason.MISSED_HEARTBEAT, "no heartbeat for 2 s",
				Instant.parse("2026-01-02T03:04:05Z"), Instant.parse("2026-01-02T03:04:05.180Z"),
				Duration.ofMillis(180), "SIGKILL");
		return new SamStatus(state, 2, 4712, 4711, "parent", RecoveryPolicy.RESTART, Duration.ofSeconds(2), quorum,
				standby, null, new SamStatus.Connections("accepting", 8080, Instant.EPOCH, 3, 1), 128, 2,
				Map.of(IncidentReason.MISSED_HEARTBEAT, 2), Duration.ofMillis(360), List.of(incident));
	}

	/**
	 * The supervision of a process with this SAM.
	 */
	public Supervision supervision() {
		return new Supervision(() -> this, () -> this.launch);
	}

	public void runDirectory(Path directory) {
		this.runDirectory = directory;
	}

	@Override
	public Path runDirectory() {
		Path directory = this.runDirectory;
		return (directory != null) ? directory : ApplicationSam.super.runDirectory();
	}

	public RecordingSam inState(SupervisionState state) {
		status(status(state, null, null));
		return this;
	}

	public RecordingSam withConnection(WatchdogConnection connection) {
		this.connection = connection;
		return this;
	}

	/**
	 * This process is a spare until it is registered.
	 */
	public RecordingSam asSpare() {
		this.spare = true;
		this.onRegister = () -> {
			this.spare = false;
			this.promoted = true;
		};
		return this;
	}

	public RecordingSam unsupervised() {
		return launched(LaunchState.inert("This is a test."));
	}

	RecordingSam launched(LaunchState launch) {
		this.launch = launch;
		this.connection = launch.isSupervised() ? WatchdogConnection.CONNECTED : WatchdogConnection.NONE;
		return this;
	}

	public @Nullable SamOptions options() {
		return this.options;
	}

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
		this.onInitialize.run();
		this.rules.initialize(options);
		this.options = options;
		call("initialize");
	}

	void onInitialize(Runnable action) {
		this.onInitialize = action;
	}

	void onStart(Runnable action) {
		this.onStart = action;
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

	@Override
	public void start(boolean startupContinues) {
		this.onStart.run();
		this.rules.start();
		call("start(" + startupContinues + ")");
	}

	@Override
	public boolean isSupervised() {
		return this.connection != WatchdogConnection.NONE;
	}

	@Override
	public WatchdogConnection connection() {
		return this.connection;
	}

	@Override
	public boolean isSpare() {
		return this.spare;
	}

	@Override
	public boolean isPromoted() {
		return this.promoted;
	}

	@Override
	public void decline(String reason) {
		call("decline " + reason);
	}

	@Override
	public void ready() {
		call("ready");
	}

	@Override
	public void startAgain() {
		call("start again");
	}

	@Override
	public void stopping() {
		call("stopping");
	}

	@Override
	public void runFailed() {
		call("failed");
	}

	@Override
	public boolean heartbeatPageLost(Throwable fault) {
		call("heartbeatPageLost");
		return true;
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
	public void replace(String message) {
		if (this.calls.contains("replace: " + message)) {
			throw new SamException(CsError.EXIST, "a replacement is in progress");
		}
		call("replace: " + message);
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
