package io.github.samboot.watchdog.internal.log;

import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Remembers the latest different problems, so that one that lasts does not fill the log.
 * Thread-safe.
 */
final class RepeatedProblems {

	private static final long PAUSE = TimeUnit.SECONDS.toNanos(30);

	/** As many as may alternate. */
	private static final int REMEMBERED = 4;

	private final @Nullable String[] texts = new @Nullable String[REMEMBERED];

	private final long[] written = new long[REMEMBERED];

	private final int[] repeats = new int[REMEMBERED];

	/**
	 * Return what to write about a problem.
	 * @param text the problem
	 * @param now the time on the monotonic clock
	 * @return the text, with the number of its repeats; {@code null} if it was written
	 * less than 30 seconds ago
	 */
	synchronized @Nullable String toWrite(String text, long now) {
		int oldest = 0;
		for (int i = 0; i < REMEMBERED; i++) {
			if (text.equals(this.texts[i])) {
				return repeated(i, text, now);
			}
			if (this.texts[i] == null || (this.texts[oldest] != null && this.written[i] - this.written[oldest] < 0)) {
				oldest = i;
			}
		}
		this.texts[oldest] = text;
		this.written[oldest] = now;
		this.repeats[oldest] = 0;
		return text;
	}

	private @Nullable String repeated(int i, String text, long now) {
		this.repeats[i]++;
		if (now - this.written[i] < PAUSE) {
			return null;
		}
		String line = text + " (" + this.repeats[i] + " times since this was last written)";
		this.written[i] = now;
		this.repeats[i] = 0;
		return line;
	}

}
