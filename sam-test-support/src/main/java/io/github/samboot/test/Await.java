package io.github.samboot.test;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Waits for a condition, and not for ever.
 */
public final class Await {

	/**
	 * Long enough for a loaded machine: a test that passes never waits that long.
	 */
	public static final Duration PATIENCE = Duration.ofMinutes(2);

	private static final long LONGEST_PAUSE_MILLIS = 25;

	private Await() {
	}

	/**
	 * Wait until something is so.
	 * @param what what is awaited, for the message if it never happens
	 * @param condition whether it is so; it may throw an error to end the wait
	 */
	public static void until(String what, BooleanSupplier condition) {
		until(what, () -> "", condition);
	}

	/**
	 * Wait until something is so.
	 * @param what what is awaited, for the message if it never happens
	 * @param state what there is instead, for that message
	 * @param condition whether it is so; it may throw an error to end the wait
	 */
	public static void until(String what, Supplier<String> state, BooleanSupplier condition) {
		until(what, PATIENCE, state, condition);
	}

	/**
	 * Wait until something is so.
	 * @param what what is awaited, for the message if it never happens
	 * @param patience how long to wait at most
	 * @param state what there is instead, for that message
	 * @param condition whether it is so; it may throw an error to end the wait
	 */
	public static void until(String what, Duration patience, Supplier<String> state, BooleanSupplier condition) {
		long deadline = System.nanoTime() + patience.toNanos();
		for (long pause = 1; !condition.getAsBoolean(); pause = Math.min(pause + 1, LONGEST_PAUSE_MILLIS)) {
			if (System.nanoTime() - deadline > 0) {
				throw new AssertionError(("Not within " + patience.toSeconds() + " s: " + what + "\n" + state.get()));
			}
			sleep(pause);
		}
	}

	/**
	 * Let time pass in which nothing is to happen.
	 * @param time how much
	 */
	public static void passing(Duration time) {
		sleep(time.toMillis());
	}

	private static void sleep(long millis) {
		try {
			TimeUnit.MILLISECONDS.sleep(millis);
		}
		catch (InterruptedException ex) {
			// the time of the whole test is over
			Thread.currentThread().interrupt();
			throw new AssertionError("Interrupted while waiting", ex);
		}
	}

}
