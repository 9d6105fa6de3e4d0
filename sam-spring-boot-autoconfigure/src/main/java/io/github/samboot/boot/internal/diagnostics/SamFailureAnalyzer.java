package io.github.samboot.boot.internal.diagnostics;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Tells what to do when SAM itself refuses or cannot work.
 */
class SamFailureAnalyzer extends AbstractFailureAnalyzer<SamException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, SamException cause) {
		if (cause instanceof SamClusterException clusterFailure) {
			return analyze(clusterFailure);
		}
		StringBuilder description = new StringBuilder("SAM failed: ").append(cause.getMessage());
		for (Throwable deeper = cause.getCause(); deeper != null; deeper = deeper.getCause()) {
			description.append(String.format("%n    Caused by: %s", deeper));
		}
		return new FailureAnalysis(description.toString(), remedy(cause.error()), cause);
	}

	/**
	 * Tells what to install or to start where there is no cluster, or how to do without.
	 */
	private static FailureAnalysis analyze(SamClusterException cause) {
		String description = "SAM cannot use the cluster that " + String.join(" and ", cause.causes()) + " asks for: "
				+ cause.getMessage();
		String action = (cause.error() == CsError.INVALID_PARAM) ? "Correct the value that the message names."
				: String.format("Do what the message says on this machine, then start the application again.%n"
						+ "If the service may come up later than the application, set sam.quorum.await-daemon=true: "
						+ "the application then waits for it.");
		return new FailureAnalysis(description, String
			.format("%s%nWithout a cluster use sam.recovery-policy=restart or quit, and leave sam.cmap out.", action),
				cause);
	}

	private static String remedy(CsError error) {
		return switch (error) {
			case LIBRARY, INIT ->
				"Look at the messages of the watchdog, above or on its standard error. If it, or the quorum service "
						+ "that it needs under a quorum policy, is not running, start that first. To run without "
						+ "supervision set sam.enabled=false.";
			case VERSION -> "Use the same version of sam-watchdog.jar and of the starter.";
			case TIMEOUT, TRY_AGAIN, BUSY, QUEUE_FULL, QUEUE_NOT_AVAILABLE ->
				"The service was busy or is just starting: start the application again in a moment.";
			case INVALID_PARAM, BAD_FLAGS -> "Correct the value that the message names.";
			case ACCESS, SECURITY ->
				"Let the user that runs the application use the service, or run the application as another user. For "
						+ "Corosync that is a file in /etc/corosync/uidgid.d.";
			case NOT_EXIST, NAME_NOT_FOUND, NOT_SUPPORTED ->
				"Install or switch on what the message names, or use sam.recovery-policy=restart with sam.cmap=false, "
						+ "which need no cluster.";
			case NO_MEMORY, NO_SPACE, NO_RESOURCES ->
				"Free some of the resource that the message names, or let sam.watchdog.run-directory point to a "
						+ "directory with more room.";
			case TOO_BIG -> "Keep the data in a file or database and store in SAM where it is.";
			case BAD_HANDLE ->
				"Call SAM in its order: the starter itself calls initialize, register and start, an application must "
						+ "not. Sam.state() says what is allowed.";
			case INTERRUPT -> "Nothing: the application was asked to stop while it waited.";
			default -> "Look at the messages of the watchdog, above or on its standard error.";
		};
	}

}
