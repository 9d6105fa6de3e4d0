package io.github.samboot.watchdog.conformance.scenario;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.RestartLimits;
import io.github.samboot.core.SamListener;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamState;
import sun.misc.Signal;

/**
 * An application that only works while its node is quorate: it waits in start, beats, and
 * is gone at the first warning, unless it is stubborn. It hands its life's number on as
 * user data.
 */
public final class ClusterMember extends Story implements SamListener {

	private static final int DATA_SIZE = 4096;

	private static final long BETWEEN_BEATS = TimeUnit.MILLISECONDS.toNanos(50);

	private ClusterMember() {
	}

	public static void main(String[] args) {
		new ClusterMember().begin();
	}

	@Override
	void tell() {
		this.sam.addListener(this);
		initialize(RecoveryPolicy.valueOf(System.getProperty("sam.scenario.policy", "QUORUM_RESTART")));
		if (this.sam.state() != SamState.INITIALIZED) {
			leave(1);
		}
		int id = register();
		Signal.handle(new Signal("TERM"), (signal) -> {
			event("warned ns " + System.nanoTime());
			if (!Boolean.getBoolean("sam.scenario.stubborn")) {
				// all that a writer may do now is to stop writing
				Runtime.getRuntime().halt(1);
			}
		});
		event("data " + lives() + " of " + id);
		this.sam.dataStore(ByteBuffer.allocate(DATA_SIZE).putInt(id + 1).array());
		event("starting");
		this.sam.start();
		event("started ns " + System.nanoTime());
		while (true) {
			this.sam.hcSend();
			LockSupport.parkNanos(BETWEEN_BEATS);
		}
	}

	private int lives() {
		byte[] data = this.sam.dataRestore();
		return (data.length == DATA_SIZE) ? ByteBuffer.wrap(data).getInt() : 0;
	}

	@Override
	protected SamOptions.Builder options(RecoveryPolicy policy) {
		Duration delay = Duration.ofMillis(Integer.getInteger("sam.scenario.delay", 0));
		return super.options(policy).cmap(true)
			.restartLimits(new RestartLimits(-1, Duration.ofMinutes(10), delay, delay.multipliedBy(2)))
			.awaitDaemon(Boolean.getBoolean("sam.scenario.await"))
			.gracePeriod(Duration.ofMillis(Integer.getInteger("sam.scenario.grace", 1000)));
	}

	@Override
	public void watchdogReplaced(long watchdogPid) {
		event("watchdog " + watchdogPid);
	}

	@Override
	public void quorumChanged(boolean quorate, List<Long> members) {
		event("quorum " + (quorate ? "yes" : "no"));
	}

}
