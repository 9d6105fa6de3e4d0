package io.github.samboot.watchdog.conformance.scenario;

import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamOptions;

/**
 * The keys in cmap under the policy quit: first an orderly life, then a failure.
 */
public final class CmapQuit extends Story {

	private CmapQuit() {
	}

	public static void main(String[] args) {
		new CmapQuit().begin();
	}

	@Override
	void tell() {
		initializeAndRegister(RecoveryPolicy.QUIT);
		Cmap cmap = new Cmap(this.sam.status().watchdogPid());
		event("cmap recovery=" + cmap.read("recovery", "quit"));
		event("cmap poll_period=" + cmap.read("poll_period", Long.toString(this.interval.toMillis())));
		event("cmap state=" + cmap.read("state", "stopped"));
		start();
		event("cmap state=" + cmap.read("state", "running"));
		if (Boolean.getBoolean("sam.scenario.second-part")) {
			silent();
		}
		stop();
		event("cmap state=" + cmap.read("state", "stopped"));
		rest(2.5);
		event("alive");
		event("cmap state=" + cmap.read("state", "stopped"));
		start();
		long first = beatSeenIn(cmap);
		rest(0.25);
		long second = beatSeenIn(cmap);
		event("cmap last_updated moved " + (second - first) / 1_000_000);
		stop();
		event("cmap state=" + cmap.read("state", "stopped"));
		leave(0);
	}

	/**
	 * Beat, and wait until cmap tells of that very beat.
	 */
	private long beatSeenIn(Cmap cmap) {
		long before = System.nanoTime();
		call("beat", this.sam::hcSend);
		return cmap.readBetween("last_updated", before, System.nanoTime());
	}

	@Override
	protected SamOptions.Builder options(RecoveryPolicy policy) {
		return super.options(policy).cmap(true);
	}

}
