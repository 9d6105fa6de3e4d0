package io.github.samboot.watchdog.conformance.scenario;

import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamOptions;

/**
 * The keys in cmap under the policy restart, until an instance marks itself as failed.
 */
public final class CmapRestart extends Story {

	private CmapRestart() {
	}

	public static void main(String[] args) {
		new CmapRestart().begin();
	}

	@Override
	void tell() {
		int id = initializeAndRegister(RecoveryPolicy.RESTART);
		Cmap cmap = new Cmap(this.sam.status().watchdogPid());
		event("cmap recovery=" + cmap.read("recovery", "restart"));
		event("cmap state=" + cmap.read("state", "stopped"));
		if (id < 3) {
			start();
			event("cmap state=" + cmap.read("state", "running"));
			silent();
		}
		call("mark-failed", this.sam::markFailed);
		silent();
	}

	@Override
	protected SamOptions.Builder options(RecoveryPolicy policy) {
		return super.options(policy).cmap(true);
	}

}
