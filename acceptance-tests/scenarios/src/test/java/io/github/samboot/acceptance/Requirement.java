package io.github.samboot.acceptance;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.opentest4j.TestAbortedException;

/**
 * What a test needs of the machine. Where everything is required
 * ({@code SAM_TEST_REQUIRE_ALL=true}) a test does not go away silently.
 */
final class Requirement {

	private Requirement() {
	}

	/**
	 * Check that a command works here.
	 * @param what what is needed, in words
	 * @param command a command that exits with 0 if it is there
	 */
	static void command(String what, String... command) {
		if (!succeeds(List.of(command))) {
			String message = "This test needs " + what + ": '" + String.join(" ", command) + "' does not work here";
			if (Boolean.parseBoolean(System.getenv("SAM_TEST_REQUIRE_ALL"))) {
				throw new AssertionError(message);
			}
			throw new TestAbortedException(message);
		}
	}

	static boolean succeeds(List<String> command) {
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start();
			return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
		}
		catch (IOException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
