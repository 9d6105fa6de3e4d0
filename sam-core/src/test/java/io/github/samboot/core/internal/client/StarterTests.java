package io.github.samboot.core.internal.client;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamException;
import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.test.BoundedProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of processes whose environment names a watchdog that does not accept them.
 */
class StarterTests {

	private static final String ENDS = "ends now with exit code 70";

	@TempDir
	private Path directory;

	@Test
	void processThatTheLostWatchdogStartedShouldEnd() throws Exception {
		Outcome outcome = run(lostWatchdog(), List.of());
		assertThat(outcome.code()).as(outcome.output()).isEqualTo(ProcessSam.EXIT_WATCHDOG_LOST);
		assertThat(outcome.output()).contains(ENDS).doesNotContain("went on");
	}

	@Test
	void processThatInheritedTheEnvironmentShouldGoOn() throws Exception {
		Outcome outcome = run(lostWatchdog(), List.of("/bin/sh", "-c", "\"$@\"; exit $?", "sh"));
		assertThat(outcome.code()).as(outcome.output()).isZero();
		assertThat(outcome.output()).contains("went on").doesNotContain(ENDS);
	}

	@Test
	void processWhoseWatchdogLivesShouldOnlyBeTold() throws Exception {
		Outcome outcome = run(KnownProcess.of(ProcessHandle.current().pid()).format(), List.of());
		assertThat(outcome.code()).as(outcome.output()).isZero();
		assertThat(outcome.output()).contains("went on").doesNotContain(ENDS);
	}

	private static String lostWatchdog() throws IOException, InterruptedException {
		Process process = new ProcessBuilder("/bin/sh", "-c", "exit 0").start();
		BoundedProcess.exitCode(process);
		// no process was started that early, should the number be used again
		return process.pid() + "-1";
	}

	private Outcome run(String starter, List<String> prefix) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(prefix);
		List<String> scripted = ScriptedWatchdog.command();
		command.addAll(scripted.subList(0, scripted.size() - 1));
		command.add(Connecting.class.getName());
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
		builder.environment().put("SAM_WATCHDOG", "nonce-" + System.nanoTime() + ":" + this.directory);
		builder.environment().put("SAM_STARTER", starter);
		Process process = builder.start();
		try {
			String output = BoundedProcess.output(process);
			return new Outcome(BoundedProcess.exitCode(process), output);
		}
		finally {
			process.destroyForcibly();
		}
	}

	private record Outcome(int code, String output) {

	}

	/**
	 * A program that would be supervised if it could.
	 */
	static final class Connecting {

		private Connecting() {
		}

		public static void main(String[] args) {
			try {
				ProcessSam.get().initialize(Duration.ofSeconds(1), RecoveryPolicy.RESTART);
			}
			catch (SamException ex) {
				System.out.println("went on: " + ex.getMessage());
			}
		}

	}

}
