package io.github.samboot.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.RestartLimits;
import io.github.samboot.core.Sam;
import io.github.samboot.core.SamOptions;
import sun.misc.Signal;

/**
 * Falls silent after its last heartbeat, in one instance after the other, and notes
 * when the warn signal arrives. The story of {@code libsam-stories.c}; see
 * {@code peers.py}.
 */
public final class SilentProgram {

	private static volatile long sent;

	private static volatile boolean isRehearsal = true;

	private SilentProgram() {
	}

	/**
	 * Run one instance.
	 * @param args interval in milliseconds, number of instances, file to append to
	 * @throws InterruptedException never
	 */
	public static void main(String[] args) throws InterruptedException {
		Path file = Path.of(args[2]);
		Sam sam = Sam.ofProcess();
		sam.initialize(SamOptions.builder(Duration.ofMillis(Long.parseLong(args[0])), RecoveryPolicy.RESTART)
			.restartLimits(RestartLimits.NONE)
			.build());
		if (sam.register() >= Integer.parseInt(args[1])) {
			sam.finalizeSam();
			return;
		}
		Signal.handle(new Signal("TERM"), (signal) -> warned(System.nanoTime(), file));
		Signal.raise(new Signal("TERM"));
		while (isRehearsal) {
			Thread.sleep(1);
		}
		sam.start();
		for (int i = 0; i < 10; i++) {
			sam.hcSend();
		}
		sent = System.nanoTime();
		sam.hcSend();
		Thread.sleep(Long.MAX_VALUE);
	}

	private static void warned(long at, Path file) {
		if (isRehearsal) {
			// the first signal loads classes
			isRehearsal = false;
			return;
		}
		try {
			Files.writeString(file, sent + " " + at + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		Runtime.getRuntime().halt(0);
	}

}
