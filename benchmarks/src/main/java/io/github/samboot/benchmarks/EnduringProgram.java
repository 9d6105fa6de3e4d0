package io.github.samboot.benchmarks;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.RestartLimits;
import io.github.samboot.core.Sam;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamStatus;

/**
 * Waits to be killed, in one instance after the other, and notes what it does. Nobody
 * else may hold the lock when an instance has registered; see {@code peers.py endure}.
 */
public final class EnduringProgram {

	private EnduringProgram() {
	}

	/**
	 * Run one instance.
	 * @param args standby mode, directory of the notes and the lock
	 * @throws IOException if it cannot write there
	 * @throws InterruptedException never
	 */
	public static void main(String[] args) throws IOException, InterruptedException {
		Path directory = Path.of(args[1]);
		Sam sam = Sam.ofProcess();
		sam.initialize(SamOptions.builder(Duration.ofSeconds(1), RecoveryPolicy.RESTART)
			.restartLimits(RestartLimits.NONE)
			.standby(args[0])
			.standbyDelay(Duration.ZERO)
			.onLoss(SamOptions.WatchdogLoss.EXIT)
			.build());
		sam.register();
		long registered = System.nanoTime();
		// the kernel frees it with the last thread of this process, not earlier
		FileChannel lock = FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE);
		note(directory, (lock.tryLock() != null) ? "registered" : "overlap", registered);
		sam.hcCallbackRegister(() -> true);
		sam.start();
		while (!isReady(sam)) {
			Thread.sleep(5);
		}
		note(directory, "ready", System.nanoTime());
		Thread.sleep(Long.MAX_VALUE);
	}

	private static boolean isReady(Sam sam) {
		SamStatus status = sam.status();
		SamStatus.Standby standby = (status != null) ? status.standby() : null;
		return status != null && (standby == null || standby.state().equals("ready"));
	}

	private static void note(Path directory, String what, long nanos) throws IOException {
		Files.writeString(directory.resolve("notes"), what + " " + ProcessHandle.current().pid() + " " + nanos + "\n",
				StandardOpenOption.CREATE, StandardOpenOption.APPEND);
	}

}
