package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;
import java.util.Locale;

import io.github.samboot.core.Incident;
import io.github.samboot.core.RecoveryPolicy;

/**
 * Durations, incidents and policies in log lines and reports.
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

	/**
	 * Return a policy as it is written in the configuration.
	 */
	static String of(RecoveryPolicy policy) {
		return policy.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	static String seconds(Duration duration) {
		return seconds(duration.toNanos());
	}

}
