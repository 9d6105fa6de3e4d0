package io.github.samboot.boot.internal.evidence;

import java.beans.PropertyChangeEvent;
import java.beans.PropertyChangeListener;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.jspecify.annotations.Nullable;

/**
 * Notes what goes through Log4j's root logger, beside the appenders of the application.
 */
final class Log4jLines extends AbstractAppender implements PropertyChangeListener {

	private final LogLine.Target target;

	private final LoggerContext context;

	private Log4jLines(LogLine.Target target, LoggerContext context) {
		super("sam-incidents", null, null, true, Property.EMPTY_ARRAY);
		this.target = target;
		this.context = context;
	}

	static @Nullable Runnable into(LogLine.Target target) {
		return (LogManager.getContext(false) instanceof LoggerContext context) ? into(target, context) : null;
	}

	/**
	 * Begin to note.
	 * @return ends that
	 */
	static Runnable into(LogLine.Target target, LoggerContext context) {
		Log4jLines lines = new Log4jLines(target, context);
		lines.attach();
		context.addPropertyChangeListener(lines);
		return lines::end;
	}

	/**
	 * The context may have another configuration, without this appender.
	 */
	@Override
	public void propertyChange(PropertyChangeEvent event) {
		attach();
	}

	private void attach() {
		LoggerConfig root = this.context.getConfiguration().getRootLogger();
		if (!root.getAppenders().containsKey(getName())) {
			start();
			root.addAppender(this, null, null);
			this.context.updateLoggers();
		}
	}

	private void end() {
		this.context.removePropertyChangeListener(this);
		this.context.getConfiguration().getRootLogger().removeAppender(getName());
		this.context.updateLoggers();
		stop();
	}

	@Override
	public void append(LogEvent event) {
		try {
			this.target.log(LogLine.of(event.getTimeMillis(), event.getLevel(), event.getThreadName(),
					event.getLoggerName(), event.getMessage().getFormattedMessage(), trace(event.getThrown())));
		}
		catch (IOException ex) {
			// the run directory is full: its log goes elsewhere as before
			end();
		}
	}

	private static @Nullable String trace(@Nullable Throwable thrown) {
		if (thrown == null) {
			return null;
		}
		StringWriter text = new StringWriter();
		thrown.printStackTrace(new PrintWriter(text));
		return text.toString();
	}

}
