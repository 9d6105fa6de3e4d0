package io.github.samboot.watchdog.conformance.scenario;

import io.github.samboot.core.RecoveryPolicy;

/**
 * Handles SIGTERM and goes on being silent.
 */
public final class WarnedAndKilled extends Story {

	private WarnedAndKilled() {
	}

	public static void main(String[] args) {
		new WarnedAndKilled().begin();
	}

	@Override
	void tell() {
		initializeAndRegister(RecoveryPolicy.QUIT);
		on("TERM", (signal) -> {
		});
		start();
		beat(1);
		silent();
	}

}
