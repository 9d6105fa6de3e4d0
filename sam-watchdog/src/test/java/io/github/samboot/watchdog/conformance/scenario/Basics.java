package io.github.samboot.watchdog.conformance.scenario;

import io.github.samboot.core.RecoveryPolicy;

/**
 * Beats, silences, stop and start, and every call after finalize.
 */
public final class Basics extends Story {

	private Basics() {
	}

	public static void main(String[] args) {
		new Basics().begin();
	}

	@Override
	void tell() {
		int id = initializeAndRegister(RecoveryPolicy.RESTART);
		if (id < 2) {
			start();
			beat(10);
			if (id == 1) {
				stop();
				rest(1.5);
				event("alive");
				start();
			}
			silent();
		}
		initialize(RecoveryPolicy.RESTART);
		start();
		stop();
		call("finalize", this.sam::finalizeSam);
		call("finalize", this.sam::finalizeSam);
		initialize(RecoveryPolicy.RESTART);
		call("register", this.sam::register);
		start();
		stop();
		call("beat", this.sam::hcSend);
		call("callback", () -> this.sam.hcCallbackRegister(null));
		leave(0);
	}

}
