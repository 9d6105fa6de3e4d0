package io.github.samboot.boot.internal.health;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.Health;

/**
 * What one health indicator said. Whether its status is bad is for its group to say.
 *
 * @param status its status, such as {@code UP}; empty if it said nothing
 * @param details objects of the application, which may throw or block: see
 * {@link #detail()}
 * @param isError whether the indicator threw instead, which fails its group whatever the
 * others say
 */
public record HealthAnswer(String status, Map<String, ?> details, boolean isError) {

	private static final int LONGEST_DETAIL = 200;

	/**
	 * Return the answer of an indicator.
	 * @param health what it said; {@code null} if it said nothing, which the health
	 * endpoint leaves out
	 * @return the answer
	 */
	public static HealthAnswer of(@Nullable Health health) {
		return (health != null) ? new HealthAnswer(health.getStatus().getCode(), health.getDetails(), false)
				: new HealthAnswer("", Map.of(), false);
	}

	/**
	 * Return the answer of an indicator that threw.
	 * @param problem what it threw
	 * @return the answer
	 */
	public static HealthAnswer error(Throwable problem) {
		return new HealthAnswer("DOWN", Map.of("error", problem), true);
	}

	/**
	 * Return what the details say, in as few words as a log line can bear. Calls code of
	 * the application.
	 * @return the error, or else all details; may be empty
	 */
	public String detail() {
		try {
			Object error = this.details.get("error");
			return shorten((error != null) ? error.toString() : all());
		}
		catch (Throwable ex) {
			return "its details cannot be shown: " + ex.getClass().getName();
		}
	}

	private String all() {
		StringBuilder text = new StringBuilder();
		for (Map.Entry<String, ?> detail : this.details.entrySet()) {
			text.append(text.isEmpty() ? "" : ", ").append(detail.getKey()).append('=').append(detail.getValue());
			if (text.length() > LONGEST_DETAIL) {
				break;
			}
		}
		return text.toString();
	}

	private static String shorten(String text) {
		String line = text.substring(0, Math.min(text.length(), 4 * LONGEST_DETAIL)).strip().replaceAll("\\s+", " ");
		return (line.length() > LONGEST_DETAIL) ? line.substring(0, LONGEST_DETAIL) + "..." : line;
	}

}
