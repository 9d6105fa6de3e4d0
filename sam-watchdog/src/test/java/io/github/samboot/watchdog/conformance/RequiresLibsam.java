package io.github.samboot.watchdog.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The test runs {@link Libsam} beside the Java program. Without it the test is reported
 * as skipped, with the reason, or fails if {@code SAM_TEST_REQUIRE_ALL} (system property
 * or environment) is {@code true}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(RequiresLibsam.Condition.class)
@interface RequiresLibsam {

	/**
	 * Looks for the reference program.
	 */
	class Condition implements ExecutionCondition {

		private static final String REQUIRE_ALL = "SAM_TEST_REQUIRE_ALL";

		@Override
		public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
			String problem = Libsam.problem();
			if (problem.isEmpty()) {
				return ConditionEvaluationResult.enabled("libsam is there");
			}
			String reason = "No comparison with libsam: " + problem;
			if (Boolean.getBoolean(REQUIRE_ALL) || Boolean.parseBoolean(System.getenv(REQUIRE_ALL))) {
				throw new AssertionError(reason);
			}
			return ConditionEvaluationResult.disabled(reason);
		}

	}

}
