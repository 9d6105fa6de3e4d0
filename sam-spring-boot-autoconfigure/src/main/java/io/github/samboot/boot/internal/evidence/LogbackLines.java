package io.github.samboot.boot.internal.evidence;

import java.io.IOException;
import java.time.Instant;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.github.samboot.core.internal.rundir.EvidenceFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Notes what goes through Logback's root logger, beside the appenders of the application.
 */
final class LogbackLines extends UnsynchronizedAppenderBase<ILoggingEvent> {

	private static final int MOST_FRAMES = 5;

	private final EvidenceFile file;

	private LogbackLines(EvidenceFile file) {
		this.file = file;
	}

	static @Nullable LogbackLines into(EvidenceFile file) {
		if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
			return null;
		}
		LogbackLines lines = new LogbackLines(file);
		lines.setContext(context);
		lines.setName("sam-incidents");
		lines.start();
		context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(lines);
		return lines;
	}

	/** Logback complains on the console of lines to one that is stopped and attached. */
	@Override
	public void stop() {
		super.stop();
		if (getContext() instanceof LoggerContext context) {
			context.getLogger(Logger.ROOT_LOGGER_NAME).detachAppender(this);
		}
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

	@Override
	protected void append(ILoggingEvent event) {
		String text = Instant.ofEpochMilli(event.getTimeStamp()) + " " + event.getLevel() + " [" + event.getThreadName()
				+ "] " + event.getLoggerName() + " : " + event.getFormattedMessage();
		if (event.getThrowableProxy() != null) {
			text += first(ThrowableProxyUtil.asString(event.getThrowableProxy()));
		}
		try {
			this.file.log(text);
		}
		catch (IOException ex) {
			// the run directory is full: its log goes elsewhere as before
			stop();
		}
	}

}
