package io.github.samboot.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.opentest4j.TestAbortedException;

/**
 * What a test needs of the machine. Where it is missing the test is skipped, and says
 * why; where everything is required ({@code SAM_TEST_REQUIRE_ALL=true} in the
 * environment) it fails.
 */
public final class Requirement {

	private Requirement() {
	}

	/**
	 * Check something.
	 * @param what what is needed, in words
	 * @param isMet whether it is there
	 */
	public static void that(String what, boolean isMet) {
		if (!isMet) {
			throw new TestAbortedException(missing("This test needs " + what));
		}
	}

	/**
	 * Check that a command works here.
	 * @param what what is needed, in words
	 * @param command a command that exits with 0 if it is there
	 */
	public static void command(String what, String... command) {
		that(what + ": '" + String.join(" ", command) + "' does not work here", succeeds(List.of(command)));
	}

	/**
	 * Check that this user is root, who may act as other users and mount file systems.
	 */
	public static void root() {
		try {
			that("root", Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0));
		}
		catch (IOException ex) {
			that("root, and /proc to see that: " + ex, false);
		}
	}

	/**
	 * Decide for a whole class. (Surefire does not report what an assumption in
	 * {@code @BeforeAll} skips.)
	 * @param what what is needed, in words
	 * @param problem why it is missing, {@code null} if it is there
	 * @return whether the tests can run
	 */
	public static ConditionEvaluationResult condition(String what, @Nullable String problem) {
		if (problem == null) {
			return ConditionEvaluationResult.enabled(what);
		}
		return ConditionEvaluationResult.disabled(missing("This test needs " + what + ": " + problem));
	}

	private static String missing(String message) {
		if (Boolean.parseBoolean(System.getenv("SAM_TEST_REQUIRE_ALL"))) {
			throw new AssertionError(message);
		}
		return message;
	}

	private static boolean succeeds(List<String> command) {
		try {
			return BoundedProcess.run(command).exitCode() == 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
