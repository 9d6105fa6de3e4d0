package io.github.samboot.watchdog.conformance.scenario;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamOptions;
import sun.misc.Signal;

/**
 * An application that takes its time in every phase in which it sends no heartbeats:
 * longer than Corosync's watchdog service grants.
 */
public final class WatchdogServiceMember extends Story {

	private static final long BETWEEN_BEATS = TimeUnit.MILLISECONDS.toNanos(50);

	private final RecoveryPolicy policy = RecoveryPolicy.valueOf(System.getProperty("sam.scenario.policy"));

	private final long pause = TimeUnit.MILLISECONDS.toNanos(Long.getLong("sam.scenario.pause", 0));

	private volatile boolean isClosing;

	private WatchdogServiceMember() {
	}

	public static void main(String[] args) {
		new WatchdogServiceMember().begin();
	}

	@Override
	void tell() {
		int id = initializeAndRegister(this.policy);
		Signal.handle(new Signal("TERM"), (signal) -> {
			this.isClosing = true;
			event("closing");
			pause(2);
			leave(0);
		});
		pause(7);
		if (Boolean.getBoolean("sam.scenario.refuses")) {
			leave(5);
		}
		event("starting");
		start();
		beat();
		stop();
		pause(2);
		start();
		event("beating");
		if (this.policy.restarts() && id == 0 && this.pause != 0) {
			// the warn signal is on its way to nobody
			Signal.handle(new Signal("TERM"), (signal) -> event("warned"));
			beat();
			silent();
		}
		if (Boolean.getBoolean("sam.scenario.mark-failed")) {
			call("mark-failed", this.sam::markFailed);
			silent();
		}
		if (Boolean.getBoolean("sam.scenario.crash")) {
			Runtime.getRuntime().halt(3);
		}
		do {
			beat();
		}
		while (!Boolean.getBoolean("sam.scenario.beats-once"));
		rest(1);
	}

	private void beat() {
		long end = System.nanoTime() + this.pause;
		do {
			if (!this.isClosing) {
				this.sam.hcSend();
			}
			LockSupport.parkNanos(BETWEEN_BEATS);
		}
		while (System.nanoTime() - end < 0);
	}

	private void pause(int times) {
		long end = System.nanoTime() + times * this.pause;
		for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
			LockSupport.parkNanos(left);
		}
	}

	@Override
	protected SamOptions.Builder options(RecoveryPolicy policy) {
		return super.options(policy).cmap(true)
			.shutdownTimeout(Duration.ofSeconds(30))
			.gracePeriod(Duration.ofNanos(2 * this.pause + 1));
	}

}
