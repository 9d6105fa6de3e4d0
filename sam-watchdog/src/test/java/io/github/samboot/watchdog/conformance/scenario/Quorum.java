package io.github.samboot.watchdog.conformance.scenario;

import io.github.samboot.core.RecoveryPolicy;

/**
 * On a cluster of one node, whose quorum comes and goes with the votes it expects.
 */
public final class Quorum extends Story {

	private Quorum() {
	}

	public static void main(String[] args) {
		new Quorum().begin();
	}

	private volatile boolean hasStarted;

	@Override
	void tell() {
		// the instance that lost quorum left it so, and this changes nothing then
		votes(2);
		int id = initializeAndRegister(RecoveryPolicy.QUORUM_RESTART);
		on("TERM", (signal) -> {
		});
		new Thread(this::voteLater, "voter").start();
		event("starting");
		start();
		this.hasStarted = true;
		beat(2);
		if (id == 0) {
			event("silent");
			votes(2);
			outlive();
		}
		stop();
		leave(0);
	}

	private void voteLater() {
		rest(2.5);
		if (!this.hasStarted) {
			event("blocked");
		}
		votes(1);
	}

	private void votes(int number) {
		event("votes " + number);
		Cmap.set("quorum.expected_votes", number);
	}

}
