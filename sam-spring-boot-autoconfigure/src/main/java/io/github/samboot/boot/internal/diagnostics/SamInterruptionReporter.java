package io.github.samboot.boot.internal.diagnostics;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * An application that is stopped while it waits for its turn did not fail: says so in one
 * line instead of a failure report.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class SamInterruptionReporter implements SpringBootExceptionReporter {

	private static final Log logger = LogFactory.getLog(SamInterruptionReporter.class);

	@Override
	public boolean reportException(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof SamException samException && samException.error() == CsError.INTERRUPT) {
				logger.info("The application was asked to stop before it was started: " + samException.getMessage());
				return true;
			}
		}
		return false;
	}

}
