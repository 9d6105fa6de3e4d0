package io.github.samboot.boot.internal.evidence;

import java.io.IOException;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.github.samboot.core.internal.rundir.EvidenceFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Notes what goes through Logback's root logger, beside the appenders of the application.
 */
final class LogbackLines extends UnsynchronizedAppenderBase<ILoggingEvent> {

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

	@Override
	protected void append(ILoggingEvent event) {
		IThrowableProxy thrown = event.getThrowableProxy();
		try {
			this.file
				.log(LogLine.of(event.getTimeStamp(), event.getLevel(), event.getThreadName(), event.getLoggerName(),
						event.getFormattedMessage(), (thrown != null) ? ThrowableProxyUtil.asString(thrown) : null));
		}
		catch (IOException ex) {
			// the run directory is full: its log goes elsewhere as before
			stop();
		}
	}

}
