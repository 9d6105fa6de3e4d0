package io.github.samboot.core.internal.client;

import io.github.samboot.core.HealthCheck;
import io.github.samboot.core.SamState;

/**
 * What {@code sam_hc_callback_register(3)} does: four heartbeats per time interval, and
 * one call of the callback, which can end them.
 */
final class EventDrivenChecks {

	private final ProcessSam sam;

	private final HealthCheck callback;

	private final HeartbeatThread thread;

	private int beats;

	EventDrivenChecks(ProcessSam sam, HealthCheck callback, long intervalNanos) {
		this.sam = sam;
		this.callback = callback;
		this.thread = new HeartbeatThread(intervalNanos, this::mayBeat, sam::hcSend, sam::heartbeatPageLost,
				(lateness) -> {
				});
	}

	void start() {
		this.thread.start();
	}

	void end() {
		this.thread.stop();
	}

	private boolean mayBeat() {
		this.beats++;
		if (this.beats % HeartbeatThread.BEATS_PER_INTERVAL == 0 && !isHealthy()) {
			end();
			return false;
		}
		return this.sam.state() == SamState.STARTED && this.sam.connection() != WatchdogConnection.NONE;
	}

	private boolean isHealthy() {
		try {
			return this.callback.isHealthy();
		}
		catch (Throwable ex) {
			// perhaps a fault on the page that comes late: no answer of the callback
			return ex instanceof InternalError && this.sam.heartbeatPageLost(ex);
		}
	}

}
