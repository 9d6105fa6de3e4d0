package io.github.samboot.watchdog.conformance.scenario;

import io.github.samboot.core.RecoveryPolicy;

/**
 * The health check callback fails on its eleventh call.
 */
public final class EventDriven extends Story {

	private EventDriven() {
	}

	public static void main(String[] args) {
		new EventDriven().begin();
	}

	private byte calls;

	@Override
	void tell() {
		int id = initializeAndRegister(RecoveryPolicy.RESTART);
		if (id == 0) {
			call("callback", () -> this.sam.hcCallbackRegister(this::isHealthy));
			start();
			rest(40);
			event("alive");
			leave(1);
		}
		counted();
		leave(0);
	}

	private boolean isHealthy() {
		this.calls++;
		event("callback " + this.calls);
		this.sam.dataStore(new byte[] { this.calls });
		return this.calls <= 10;
	}

}
