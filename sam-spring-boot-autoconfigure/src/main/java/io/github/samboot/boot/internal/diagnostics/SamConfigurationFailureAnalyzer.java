package io.github.samboot.boot.internal.diagnostics;

import java.util.List;
import java.util.stream.Collectors;

import io.github.samboot.boot.internal.diagnostics.SamConfigurationException.Problem;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Tells what is wrong with the {@code sam.*} configuration, where, and what to write
 * instead. Goes before Boot's own analyzer of the {@code BindException} inside.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class SamConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<SamConfigurationException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, SamConfigurationException cause) {
		List<Problem> problems = cause.problems();
		StringBuilder description = new StringBuilder("SAM cannot use its configuration:");
		problems.forEach((problem) -> describe(description, problem));
		String action = problems.stream()
			.map((problem) -> problem.property() + ": " + problem.remedy())
			.distinct()
			.collect(Collectors.joining(System.lineSeparator()));
		return new FailureAnalysis(description.toString(), action, cause);
	}

	private static void describe(StringBuilder description, Problem problem) {
		description.append(String.format("%n%n    Property: %s", problem.property()));
		if (problem.value() != null) {
			description.append(String.format("%n    Value: \"%s\"", problem.value()));
		}
		if (problem.origin() != null) {
			description.append(String.format("%n    Origin: %s", problem.origin()));
		}
		description.append(String.format("%n    Reason: %s", problem.reason()));
	}

}
