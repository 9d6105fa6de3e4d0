package io.github.samboot.boot.internal.evidence;

import java.io.IOException;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * How a log line is noted, whatever logging system it comes from.
 */
final class LogLine {

	private static final int MOST_FRAMES = 5;

	private LogLine() {
	}

	static String of(long millis, Object level, String thread, String logger, String message, @Nullable String trace) {
		String line = Instant.ofEpochMilli(millis) + " " + level + " [" + thread + "] " + logger + " : " + message;
		return (trace != null) ? line + first(trace) : line;
	}

	/**
	 * Takes lines from the thread that logs.
	 */
	interface Target {

		void log(String line) throws IOException;

	}

	/**
	 * Return what was thrown and why, with a few frames of each: the lines before it are
	 * wanted too.
	 */
	private static String first(String trace) {
		StringBuilder text = new StringBuilder();
		int frames = 0;
		for (String line : trace.split("\\R")) {
			frames = line.startsWith("\t") ? frames + 1 : 0;
			if (frames <= MOST_FRAMES) {
				text.append('\n').append(line);
			}
		}
		return text.toString();
	}

}
