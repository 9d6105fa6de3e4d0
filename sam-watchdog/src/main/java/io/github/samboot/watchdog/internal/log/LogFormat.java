package io.github.samboot.watchdog.internal.log;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;

/**
 * Lines as Spring Boot would write them with {@code logging.structured.format.console}.
 */
public final class LogFormat {

	private static final String LOGGER = "io.github.samboot.watchdog";

	private static final String THREAD = "sam-watchdog";

	private LogFormat() {
	}

	static String line(String format, long time, boolean isWarning, long pid, String text) {
		OffsetDateTime now = OffsetDateTime.ofInstant(Instant.ofEpochMilli(time), ZoneId.systemDefault());
		String level = isWarning ? "WARN" : "INFO";
		return switch (format) {
			case "ecs" -> "{\"@timestamp\":\"" + time(now) + "\",\"log\":{\"level\":\"" + level + "\",\"logger\":\""
					+ LOGGER + "\"},\"process\":{\"pid\":" + pid + ",\"thread\":{\"name\":\"" + THREAD
					+ "\"}},\"message\":\"" + appendJson(new StringBuilder(), text)
					+ "\",\"ecs\":{\"version\":\"8.11\"}}";
			case "logstash" -> "{\"@timestamp\":\"" + time(now) + "\",\"@version\":\"1\",\"message\":\""
					+ appendJson(new StringBuilder(), text) + "\",\"logger_name\":\"" + LOGGER + "\",\"thread_name\":\""
					+ THREAD + "\",\"level\":\"" + level + "\",\"level_value\":" + (isWarning ? 30000 : 20000) + '}';
			case "gelf" -> "{\"version\":\"1.1\",\"short_message\":\"" + appendJson(new StringBuilder(), text)
					+ "\",\"timestamp\":" + now.toEpochSecond() + '.' + padded(now.getNano() / 1_000_000, 3)
					+ ",\"level\":" + (isWarning ? 4 : 6) + ",\"_level_name\":\"" + level + "\",\"_process_pid\":" + pid
					+ ",\"_process_thread_name\":\"" + THREAD + "\",\"host\":\"" + THREAD + "\",\"_log_logger\":\""
					+ LOGGER + "\"}";
			default -> time(now) + (isWarning ? "  WARN " : "  INFO ") + pid + " --- [   " + THREAD + "] " + LOGGER
					+ "               : " + text;
		};
	}

	/**
	 * Append text inside of a JSON string.
	 */
	public static StringBuilder appendJson(StringBuilder json, String text) {
		for (int i = 0; i < text.length(); i++) {
			appendJson(json, text.charAt(i));
		}
		return json;
	}

	/**
	 * Append a character of a JSON string.
	 */
	public static void appendJson(StringBuilder json, char character) {
		if (character == '"' || character == '\\') {
			json.append('\\').append(character);
		}
		else if (character < ' ') {
			json.append("\\u00" + Character.forDigit(character >> 4, 16) + Character.forDigit(character & 0xf, 16));
		}
		else {
			json.append(character);
		}
	}

	/**
	 * As Boot's {@code yyyy-MM-dd'T'HH:mm:ss.SSSXXX}; a formatter would cost the watchdog
	 * more memory than all its log lines.
	 */
	private static String time(OffsetDateTime now) {
		return padded(now.getYear(), 4) + '-' + padded(now.getMonthValue(), 2) + '-' + padded(now.getDayOfMonth(), 2)
				+ 'T' + padded(now.getHour(), 2) + ':' + padded(now.getMinute(), 2) + ':' + padded(now.getSecond(), 2)
				+ '.' + padded(now.getNano() / 1_000_000, 3) + now.getOffset().getId();
	}

	private static String padded(int number, int digits) {
		String text = Integer.toString(number);
		return "0".repeat(Math.max(0, digits - text.length())) + text;
	}

}
