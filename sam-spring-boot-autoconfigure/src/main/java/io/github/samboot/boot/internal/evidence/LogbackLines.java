package io.github.samboot.boot.internal.evidence;

import java.io.IOException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.LoggerContextListener;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Notes what goes through Logback's root logger, beside the appenders of the application.
 */
final class LogbackLines extends UnsynchronizedAppenderBase<ILoggingEvent> implements LoggerContextListener {

	private final LogLine.Target target;

	private LogbackLines(LogLine.Target target) {
		this.target = target;
	}

	static @Nullable LogbackLines into(LogLine.Target target) {
		return (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) ? into(target, context) : null;
	}

	static LogbackLines into(LogLine.Target target, LoggerContext context) {
		LogbackLines lines = new LogbackLines(target);
		lines.setContext(context);
		lines.setName("sam-incidents");
		lines.onReset(context);
		context.addListener(lines);
		return lines;
	}

	/** Logback complains on the console of lines to one that is stopped and attached. */
	void end() {
		stop();
		if (getContext() instanceof LoggerContext context) {
			context.removeListener(this);
			context.getLogger(Logger.ROOT_LOGGER_NAME).detachAppender(this);
		}
	}

	@Override
	public boolean isResetResistant() {
		return true;
	}

	/** As when its configuration has changed: all appenders were removed. */
	@Override
	public void onReset(LoggerContext context) {
		start();
		context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(this);
	}

	@Override
	public void onStart(LoggerContext context) {
	}

	@Override
	public void onStop(LoggerContext context) {
	}

	@Override
	public void onLevelChange(Logger logger, Level level) {
	}

	@Override
	protected void append(ILoggingEvent event) {
		IThrowableProxy thrown = event.getThrowableProxy();
		try {
			this.target
				.log(LogLine.of(event.getTimeStamp(), event.getLevel(), event.getThreadName(), event.getLoggerName(),
						event.getFormattedMessage(), (thrown != null) ? ThrowableProxyUtil.asString(thrown) : null));
		}
		catch (IOException ex) {
			// the run directory is full: its log goes elsewhere as before
			end();
		}
	}

}
