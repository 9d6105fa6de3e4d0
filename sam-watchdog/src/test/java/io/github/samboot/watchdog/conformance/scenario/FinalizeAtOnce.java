package io.github.samboot.watchdog.conformance.scenario;

import io.github.samboot.core.RecoveryPolicy;

/**
 * Finalize right after start.
 */
public final class FinalizeAtOnce extends Story {

	private FinalizeAtOnce() {
	}

	public static void main(String[] args) {
		new FinalizeAtOnce().begin();
	}

	@Override
	void tell() {
		initializeAndRegister(RecoveryPolicy.RESTART);
		start();
		call("finalize", this.sam::finalizeSam);
		leave(0);
	}

}
