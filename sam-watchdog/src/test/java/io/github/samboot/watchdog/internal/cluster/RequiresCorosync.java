package io.github.samboot.watchdog.internal.cluster;

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
 * The test starts a {@link CorosyncCluster}. Where Corosync or the right to make
 * namespaces is missing it is reported as skipped, with the reason, or fails if
 * {@code SAM_TEST_REQUIRE_ALL} (system property or environment) is {@code true}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(RequiresCorosync.Condition.class)
public @interface RequiresCorosync {

	/**
	 * A condition rather than an assumption in {@code @BeforeAll}: Surefire does not
	 * report what that skips.
	 */
	class Condition implements ExecutionCondition {

		private static final String REQUIRE_ALL = "SAM_TEST_REQUIRE_ALL";

		@Override
		public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
			if (context.getTestMethod().isPresent()) {
				return ConditionEvaluationResult.enabled("decided for the class");
			}
			String problem = CorosyncCluster.problem();
			if (problem == null) {
				return ConditionEvaluationResult.enabled("Corosync and namespaces are there");
			}
			String reason = "No Corosync cluster for this test: " + problem;
			if (Boolean.getBoolean(REQUIRE_ALL) || Boolean.parseBoolean(System.getenv(REQUIRE_ALL))) {
				throw new AssertionError(reason);
			}
			return ConditionEvaluationResult.disabled(reason);
		}

	}

}
