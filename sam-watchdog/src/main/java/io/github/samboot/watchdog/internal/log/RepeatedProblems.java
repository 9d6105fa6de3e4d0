package io.github.samboot.watchdog.internal.log;

import java.util.LinkedHashMap;
import java.util.Map;
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

	private static final int WRITTEN = 0;

	private static final int REPEATS = 1;

	/**
	 * When each was written, and how often it was not since then. The one that was
	 * written last comes last. (Arrays, as a class of ours could not be loaded while file
	 * descriptors are lacking, which is such a problem.)
	 */
	private final Map<String, long[]> problems = new LinkedHashMap<>();

	/**
	 * Return what to write about a problem.
	 * @param text the problem
	 * @param now the time on the monotonic clock
	 * @return the text, with the number of its repeats; {@code null} if it was written
	 * less than 30 seconds ago
	 */
	synchronized @Nullable String toWrite(String text, long now) {
		long[] before = this.problems.get(text);
		if (before != null && now - before[WRITTEN] < PAUSE) {
			before[REPEATS]++;
			return null;
		}
		this.problems.remove(text);
		if (this.problems.size() == REMEMBERED) {
			this.problems.remove(this.problems.keySet().iterator().next());
		}
		this.problems.put(text, new long[] { now, 0 });
		return (before == null) ? text : text + " (" + (before[REPEATS] + 1) + " times since this was last written)";
	}

}
