package io.github.samboot.boot.internal.health;

import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.util.StringUtils;

/**
 * Writes about health checks, on a thread of its own: an appender may block, and then
 * lines are lost rather than time.
 */
final class HealthLog {

	private static final Log logger = LogFactory.getLog(HealthLog.class);

	private final SideThread thread = new SideThread("sam-health-log");

	void error(String line) {
		this.thread.run(() -> logger.error(line));
	}

	void warn(String line, Throwable cause) {
		this.thread.run(() -> logger.warn(line, cause));
	}

	void warn(List<String> sentences) {
		sentences.forEach((sentence) -> this.thread.run(() -> logger.warn(StringUtils.capitalize(sentence))));
	}

	void end() {
		this.thread.end();
	}

}
