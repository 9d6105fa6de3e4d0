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

	/** The one that was written last comes last. */
	private final Map<String, Written> problems = new LinkedHashMap<>();

	/**
	 * Return what to write about a problem.
	 * @param text the problem
	 * @param now the time on the monotonic clock
	 * @return the text, with the number of its repeats; {@code null} if it was written
	 * less than 30 seconds ago
	 */
	synchronized @Nullable String toWrite(String text, long now) {
		Written before = this.problems.get(text);
		if (before != null && now - before.at < PAUSE) {
			before.repeats++;
			return null;
		}
		this.problems.remove(text);
		if (this.problems.size() == REMEMBERED) {
			this.problems.remove(this.problems.keySet().iterator().next());
		}
		this.problems.put(text, new Written(now));
		return (before == null) ? text : text + " (" + before.repeats + " times since this was last written)";
	}

	private static final class Written {

		private final long at;

		/** With the one that makes it be written again. */
		private int repeats = 1;

		Written(long at) {
			this.at = at;
		}

	}

}
