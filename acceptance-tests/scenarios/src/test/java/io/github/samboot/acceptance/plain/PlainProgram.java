package io.github.samboot.acceptance.plain;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.Sam;
import io.github.samboot.core.SamException;

/**
 * Tells a story, one chapter per instance, with nothing but the Java SAM API.
 */
public final class PlainProgram {

	private static final Duration INTERVAL = Duration.ofMillis(500);

	private PlainProgram() {
	}

	/**
	 * Run the chapter of this instance.
	 * @param args not used
	 */
	public static void main(String[] args) {
		Sam sam = Sam.ofProcess();
		sam.initialize(INTERVAL, RecoveryPolicy.RESTART);
		int id = sam.register();
		System.out
			.println("chapter " + id + " with data [" + new String(sam.dataRestore(), StandardCharsets.UTF_8) + "]");
		sam.dataStore(("from chapter " + id).getBytes(StandardCharsets.UTF_8));
		switch (id) {
			case 0 -> {
				sam.start();
				beat(sam, 6);
				// silence
				rest(Duration.ofMinutes(5));
			}
			case 1 -> {
				sam.start();
				sam.stop();
				// silence is allowed now, for longer than warning and kill would take
				rest(INTERVAL.multipliedBy(4));
				sam.start();
				Runtime.getRuntime().halt(3);
			}
			default -> {
				sam.start();
				sam.finalizeSam();
				try {
					sam.hcSend();
				}
				catch (SamException ex) {
					System.out.println("after finalize: " + ex.error());
				}
			}
		}
	}

	private static void beat(Sam sam, int times) {
		for (int i = 0; i < times; i++) {
			sam.hcSend();
			rest(INTERVAL.dividedBy(4));
		}
		System.out.println("silence");
	}

	private static void rest(Duration time) {
		long until = System.nanoTime() + time.toNanos();
		for (long left = time.toNanos(); left > 0; left = until - System.nanoTime()) {
			LockSupport.parkNanos(left);
		}
	}

}
