package io.github.samboot.boot.internal.diagnostics;

import io.github.samboot.core.CsError;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Tells what to install or to start where there is no cluster, or how to do without. Goes
 * before the analyzer of all other {@code SamException}s.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class SamClusterFailureAnalyzer extends AbstractFailureAnalyzer<SamClusterException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, SamClusterException cause) {
		String description = "SAM cannot use the cluster that " + String.join(" and ", cause.causes()) + " asks for: "
				+ cause.getMessage();
		StringBuilder action = new StringBuilder();
		if (cause.error() == CsError.INVALID_PARAM) {
			action.append("Correct the value that the message names.");
		}
		else {
			action.append("Do what the message says on this machine, then start the application again.");
			action.append(String
				.format("%nIf the service may come up later than the application, set sam.quorum.await-daemon=true: "
						+ "the application then waits for it."));
		}
		action.append(
				String.format("%nWithout a cluster use sam.recovery-policy=restart or quit, and leave sam.cmap out."));
		return new FailureAnalysis(description, action.toString(), cause);
	}

}
