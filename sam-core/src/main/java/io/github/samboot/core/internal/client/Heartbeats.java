package io.github.samboot.core.internal.client;

import io.github.samboot.core.CsError;
import io.github.samboot.core.HealthCheck;
import io.github.samboot.core.SamException;
import org.jspecify.annotations.Nullable;

/**
 * Health checks while supervision is on: how they are sent now, and the thread that asks
 * a callback for them. Changes are made with the lock of {@link ProcessSam} held.
 */
final class Heartbeats {

	/** Not {@code null} exactly while started. */
	private volatile @Nullable HeartbeatSender sender;

	private @Nullable HealthCheck callback;

	private @Nullable EventDrivenChecks checks;

	void callback(@Nullable HealthCheck callback) {
		if (callback == null && this.callback == null) {
			throw new SamException(CsError.INVALID_PARAM,
					"There is no callback to take back: register one before null");
		}
		this.callback = callback;
	}

	void switchOn(HeartbeatSender sender, ProcessSam sam, long intervalNanos) {
		switchOff();
		this.sender = sender;
		if (this.callback != null) {
			this.checks = new EventDrivenChecks(sam, this.callback, intervalNanos);
			this.checks.start();
		}
	}

	/**
	 * Send what follows to another watchdog.
	 */
	void use(HeartbeatSender sender) {
		this.sender = sender;
		beat();
	}

	void switchOff() {
		this.sender = null;
		if (this.checks != null) {
			this.checks.end();
			this.checks = null;
		}
	}

	@Nullable HeartbeatSender sender() {
		return this.sender;
	}

	void beat() {
		HeartbeatSender sender = this.sender;
		if (sender != null) {
			try {
				sender.beat();
			}
			catch (SamException ex) {
				// the end of the connection is noticed elsewhere
			}
		}
	}

}
