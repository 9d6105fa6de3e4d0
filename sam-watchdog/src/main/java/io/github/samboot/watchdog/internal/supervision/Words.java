package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;

import io.github.samboot.core.Incident;

/**
 * Durations and incidents in log lines and reports.
 */
final class Words {

	private Words() {
	}

	static String seconds(long nanos) {
		long millis = (nanos + 500_000) / 1_000_000;
		if (millis % 1000 == 0) {
			return (millis / 1000) + " s";
		}
		String fraction = Long.toString(1000 + Math.abs(millis % 1000)).substring(1);
		while (fraction.endsWith("0")) {
			fraction = fraction.substring(0, fraction.length() - 1);
		}
		return (millis / 1000) + "." + fraction + " s";
	}

	/**
	 * Return an incident as an operator reads it first.
	 */
	static String incident(Incident incident) {
		return "Last incident: instance " + incident.instanceId() + " (pid " + incident.pid() + "), "
				+ incident.reason().id() + " at " + incident.detectedAt() + ": " + incident.message()
				+ ((incident.exit() != null) ? "; it ended with " + incident.exit() : "") + ".";
	}

	/**
	 * Return words as the beginning of a sentence.
	 */
	static String sentence(String words) {
		return Character.toUpperCase(words.charAt(0)) + words.substring(1);
	}

	static String seconds(Duration duration) {
		return seconds(duration.toNanos());
	}

}
