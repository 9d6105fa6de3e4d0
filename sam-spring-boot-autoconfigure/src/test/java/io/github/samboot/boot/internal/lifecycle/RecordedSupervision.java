package io.github.samboot.boot.internal.lifecycle;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import io.github.samboot.core.Incident;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.SupervisionState;
import io.github.samboot.core.internal.client.WatchdogConnection;
import org.jspecify.annotations.Nullable;

/**
 * Supervision as with a watchdog, that remembers what it was asked for.
 */
public class RecordedSupervision implements Supervision {

	private final RecordingSam sam = new RecordingSam();

	private final AtomicReference<@Nullable Object> owner = new AtomicReference<>();

	private volatile WatchdogConnection connection = WatchdogConnection.CONNECTED;

	private volatile boolean supervised = true;

	private volatile boolean spare;

	private volatile boolean promoted;

	public RecordedSupervision() {
		this.sam.initialize(SamOptions.of(Duration.ofSeconds(10), RecoveryPolicy.RESTART));
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
				standby, 128, 2, Map.of(IncidentReason.MISSED_HEARTBEAT, 2), Duration.ofMillis(360), List.of(incident));
	}

	public RecordedSupervision inState(SupervisionState state) {
		this.sam.status(status(state, null, null));
		return this;
	}

	public RecordedSupervision withConnection(WatchdogConnection connection) {
		this.connection = connection;
		return this;
	}

	/**
	 * This process is a spare until it is registered.
	 */
	public RecordedSupervision asSpare() {
		this.spare = true;
		this.sam.onRegister(() -> {
			this.spare = false;
			this.promoted = true;
		});
		return this;
	}

	public RecordedSupervision unsupervised() {
		this.supervised = false;
		this.connection = WatchdogConnection.NONE;
		return this;
	}

	@Override
	public RecordingSam sam() {
		return this.sam;
	}

	@Override
	public boolean isSupervised() {
		return this.supervised;
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
	public String mode() {
		return this.supervised ? "parent" : "off";
	}

	@Override
	public @Nullable String reason() {
		return this.supervised ? null : "This is a test.";
	}

	@Override
	public WatchdogConnection connection() {
		return this.connection;
	}

	@Override
	public boolean acquire(Object owner) {
		return this.owner.compareAndSet(null, owner);
	}

	@Override
	public void release(Object owner) {
		this.owner.compareAndSet(owner, null);
	}

	@Override
	public void start() {
		this.sam.startDuringStartup();
	}

	@Override
	public void ready() {
		this.sam.call("ready");
	}

	@Override
	public void stopping() {
		this.sam.call("stopping");
	}

	@Override
	public void heartbeatPageLost(Throwable fault) {
		this.sam.call("heartbeatPageLost");
	}

}
