package io.github.samboot.watchdog.conformance.scenario;

import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.Signal;

/**
 * Another warn signal, and none.
 */
public final class WarnSignal extends Story {

	private WarnSignal() {
	}

	public static void main(String[] args) {
		new WarnSignal().begin();
	}

	private byte delivered;

	@Override
	void tell() {
		int id = initializeAndRegister(RecoveryPolicy.RESTART);
		if (id < 2) {
			call("warn-signal", () -> this.sam.warnSignalSet((id == 0) ? Signal.SIGUSR1 : Signal.SIGKILL));
			on("USR1", (signal) -> {
				this.delivered++;
				this.sam.dataStore(new byte[] { this.delivered });
			});
			start();
			beat(1);
			silent();
		}
		counted();
		leave(0);
	}

}
