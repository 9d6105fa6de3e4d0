package io.github.samboot.boot.internal.faststart;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * When the application does so little that a preparation beside it does not matter. One
 * that is never quiet is prepared all the same, later.
 *
 * @param delay how long it has been up when it is looked at for the first time
 */
record QuietRule(Duration delay) {

	/** How long the application is looked at. */
	static final Duration PERIOD = Duration.ofSeconds(5);

	private static final int MOST_DELAYS = 10;

	private static final int PART_OF_A_CORE = 2;

	/**
	 * Return when there is a quiet period, or no more patience.
	 * @param upTime says how long the application has been up
	 * @param processorTime says how much processor time it has used
	 * @param pause lets a period pass
	 */
	void await(Supplier<Duration> upTime, Supplier<Duration> processorTime, Pause pause) throws InterruptedException {
		Duration begin = upTime.get();
		while (!isPatienceOver(begin)) {
			Duration used = processorTime.get();
			pause.pass();
			Duration end = upTime.get();
			if (isQuiet(processorTime.get().minus(used), end.minus(begin))) {
				return;
			}
			begin = end;
		}
	}

	boolean isPatienceOver(Duration upTime) {
		return upTime.compareTo(this.delay.multipliedBy(MOST_DELAYS)) >= 0;
	}

	boolean isQuiet(Duration processorTime, Duration period) {
		return processorTime.multipliedBy(PART_OF_A_CORE).compareTo(period) < 0;
	}

	interface Pause {

		void pass() throws InterruptedException;

	}

}
