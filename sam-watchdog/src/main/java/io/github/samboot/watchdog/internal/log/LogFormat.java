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

	static void append(StringBuilder line, String format, long time, boolean isWarning, long pid, String text) {
		OffsetDateTime now = OffsetDateTime.ofInstant(Instant.ofEpochMilli(time), ZoneId.systemDefault());
		String level = isWarning ? "WARN" : "INFO";
		switch (format) {
			case "ecs" -> {
				appendTime(line.append("{\"@timestamp\":\""), now);
				line.append("\",\"log\":{\"level\":\"").append(level).append("\",\"logger\":\"" + LOGGER);
				line.append("\"},\"process\":{\"pid\":").append(pid);
				line.append(",\"thread\":{\"name\":\"" + THREAD + "\"}},\"message\":\"");
				appendJson(line, text).append("\",\"ecs\":{\"version\":\"8.11\"}}");
			}
			case "logstash" -> {
				appendTime(line.append("{\"@timestamp\":\""), now);
				appendJson(line.append("\",\"@version\":\"1\",\"message\":\""), text);
				line.append("\",\"logger_name\":\"" + LOGGER + "\",\"thread_name\":\"" + THREAD + "\",\"level\":\"");
				line.append(level).append("\",\"level_value\":").append(isWarning ? 30000 : 20000).append('}');
			}
			case "gelf" -> {
				appendJson(line.append("{\"version\":\"1.1\",\"short_message\":\""), text);
				line.append("\",\"timestamp\":").append(now.toEpochSecond()).append('.');
				append(line, now.getNano() / 1_000_000, 3).append(",\"level\":").append(isWarning ? 4 : 6);
				line.append(",\"_level_name\":\"").append(level).append("\",\"_process_pid\":").append(pid);
				line.append(
						",\"_process_thread_name\":\"" + THREAD + "\",\"host\":\"" + THREAD + "\",\"_log_logger\":\"");
				line.append(LOGGER + "\"}");
			}
			default -> {
				appendTime(line, now);
				line.append(isWarning ? "  WARN " : "  INFO ").append(pid);
				line.append(" --- [   " + THREAD + "] " + LOGGER + "               : ").append(text);
			}
		}
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
			json.append("\\u00")
				.append(Character.forDigit(character >> 4, 16))
				.append(Character.forDigit(character & 0xf, 16));
		}
		else {
			json.append(character);
		}
	}

	/**
	 * As Boot's {@code yyyy-MM-dd'T'HH:mm:ss.SSSXXX}; a formatter would cost the watchdog
	 * more memory than all its log lines.
	 */
	private static void appendTime(StringBuilder line, OffsetDateTime now) {
		append(line, now.getYear(), 4).append('-');
		append(line, now.getMonthValue(), 2).append('-');
		append(line, now.getDayOfMonth(), 2).append('T');
		append(line, now.getHour(), 2).append(':');
		append(line, now.getMinute(), 2).append(':');
		append(line, now.getSecond(), 2).append('.');
		append(line, now.getNano() / 1_000_000, 3).append(now.getOffset().getId());
	}

	private static StringBuilder append(StringBuilder line, int number, int digits) {
		String text = Integer.toString(number);
		for (int i = text.length(); i < digits; i++) {
			line.append('0');
		}
		return line.append(text);
	}

}
