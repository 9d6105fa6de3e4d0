package io.github.samboot.boot.internal.health;

import java.util.Map;

/**
 * How one member of the health group is.
 *
 * @param status its status, such as {@code UP}
 * @param detail what it says about a bad status, in few words; may be empty
 */
public record HealthAnswer(String status, String detail) {

	private static final int LONGEST_DETAIL = 200;

	/**
	 * Shorten the detail to what a log line can bear.
	 * @param status its status
	 * @param detail what it says about a bad status; may be empty
	 */
	public HealthAnswer {
		detail = detail.strip().replaceAll("\\s+", " ");
		if (detail.length() > LONGEST_DETAIL) {
			detail = detail.substring(0, LONGEST_DETAIL) + "...";
		}
	}

	/**
	 * Return a good answer.
	 * @return the answer
	 */
	public static HealthAnswer up() {
		return new HealthAnswer("UP", "");
	}

	/**
	 * Return a bad answer.
	 * @param detail what is wrong
	 * @return the answer
	 */
	public static HealthAnswer down(String detail) {
		return new HealthAnswer("DOWN", detail);
	}

	/**
	 * Return the answer that a status with details gives. Details are only looked at if
	 * the status is bad: they are the application's objects, and may throw or block.
	 * @param status the status
	 * @param details the details
	 * @return the answer
	 */
	public static HealthAnswer of(String status, Map<String, ?> details) {
		return new HealthAnswer(status, isBad(status) ? text(details) : "");
	}

	private static String text(Map<String, ?> details) {
		try {
			Object error = details.get("error");
			return (error != null) ? error.toString() : withoutBraces(details.toString());
		}
		catch (Throwable ex) {
			return "its details cannot be shown: " + ex.getClass().getName();
		}
	}

	private static String withoutBraces(String text) {
		return text.substring(1, text.length() - 1);
	}

	/**
	 * Return whether the member is in trouble. An unknown status is none.
	 * @return whether the status is DOWN or OUT_OF_SERVICE
	 */
	public boolean isBad() {
		return isBad(this.status);
	}

	private static boolean isBad(String status) {
		return "DOWN".equals(status) || "OUT_OF_SERVICE".equals(status);
	}

}
