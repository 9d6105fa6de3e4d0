package io.github.samboot.core.internal.client;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamState;
import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.test.Await;
import io.github.samboot.test.BoundedProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

	@ParameterizedTest
	@ValueSource(strings = { "INITIALIZE", "REGISTER", "STAND_BY", "DECLINE" })
	void processWhoseWatchdogDiesDuringACallBeforeItIsRegisteredShouldEnd(String call) throws Exception {
		Process watchdog = startWatchdog("dies=" + call);
		try {
			Outcome outcome = run(starter(watchdog), List.of(), call);
			assertThat(outcome.code()).as(outcome.output()).isEqualTo(ProcessSam.EXIT_WATCHDOG_LOST);
			assertThat(outcome.output()).containsOnlyOnce(ENDS).doesNotContain("went on");
		}
		finally {
			watchdog.destroyForcibly();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "HELLO", "DECLINE" })
	void processThatDeclinesToALostWatchdogShouldEnd(String message) throws Exception {
		Process watchdog = startWatchdog("dies=" + message);
		try {
			Outcome outcome = run(starter(watchdog), List.of(), "DECLINE");
			assertThat(outcome.code()).as(outcome.output()).isEqualTo(ProcessSam.EXIT_WATCHDOG_LOST);
			assertThat(outcome.output()).containsOnlyOnce(ENDS).doesNotContain("went on");
		}
		finally {
			watchdog.destroyForcibly();
		}
	}

	@Test
	void processThatInheritedTheEnvironmentShouldGoOnWhenItDeclines() throws Exception {
		Outcome outcome = run(lostWatchdog(), List.of("/bin/sh", "-c", "\"$@\"; exit $?", "sh"), "DECLINE");
		assertThat(outcome.code()).as(outcome.output()).isZero();
		assertThat(outcome.output()).contains("went on").doesNotContain(ENDS);
	}

	@Test
	void processWhoseWatchdogDiesBetweenInitializeAndRegisterShouldEnd() throws Exception {
		Outcome outcome = runAndLose("INITIALIZE");
		assertThat(outcome.code()).as(outcome.output()).isEqualTo(ProcessSam.EXIT_WATCHDOG_LOST);
		assertThat(outcome.output()).containsOnlyOnce(ENDS);
	}

	@ParameterizedTest
	@ValueSource(strings = { "DECLINE", "INITIALIZE,DECLINE" })
	void processThatHasDeclinedShouldGoOnWithoutItsWatchdog(String calls) throws Exception {
		Outcome outcome = runAndLose(calls);
		assertThat(outcome.code()).as(outcome.output()).isZero();
		assertThat(outcome.output()).contains("lost its connection").doesNotContain(ENDS);
	}

	@Test
	void processThatHasDeclinedShouldEndWhenItRegistersWithoutItsWatchdog() throws Exception {
		Outcome outcome = runAndLose("INITIALIZE,DECLINE", "REGISTER");
		assertThat(outcome.code()).as(outcome.output()).isEqualTo(ProcessSam.EXIT_WATCHDOG_LOST);
		assertThat(outcome.output()).contains("lost its connection").containsOnlyOnce(ENDS);
	}

	/**
	 * Kill the watchdog between the calls of a process.
	 */
	private Outcome runAndLose(String callsBefore, String... callsAfter) throws IOException, InterruptedException {
		Process watchdog = startWatchdog();
		try {
			List<String> calls = new ArrayList<>(List.of(callsBefore.split(",")));
			calls.add("LOSE " + watchdog.pid());
			calls.addAll(List.of(callsAfter));
			return run(starter(watchdog), List.of(), calls.toArray(String[]::new));
		}
		finally {
			watchdog.destroyForcibly();
		}
	}

	private Process startWatchdog(String... script) throws IOException {
		List<String> command = new ArrayList<>(ScriptedWatchdog.command(script));
		command.add("--run-directory=" + this.directory);
		command.add("--adopt=" + ProcessHandle.current().pid());
		Process watchdog = new ProcessBuilder(command).inheritIO().start();
		try {
			Await.until("a watchdog that listens", () -> listens(watchdog));
			return watchdog;
		}
		catch (RuntimeException | Error ex) {
			watchdog.destroyForcibly();
			throw ex;
		}
	}

	private boolean listens(Process watchdog) {
		assertThat(watchdog.isAlive()).as("the watchdog is alive").isTrue();
		try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
			return channel.connect(UnixDomainSocketAddress.of(this.directory.resolve(RunDirectory.SOCKET)));
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static String starter(Process watchdog) {
		return KnownProcess.of(watchdog.pid()).format();
	}

	private static String lostWatchdog() throws IOException, InterruptedException {
		Process process = new ProcessBuilder("/bin/sh", "-c", "exit 0").start();
		BoundedProcess.exitCode(process);
		// no process was started that early, should the number be used again
		return process.pid() + "-1";
	}

	private Outcome run(String starter, List<String> prefix, String... calls) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(prefix);
		List<String> scripted = ScriptedWatchdog.command();
		command.addAll(scripted.subList(0, scripted.size() - 1));
		command.add(Connecting.class.getName());
		command.addAll((calls.length > 0) ? List.of(calls) : List.of("INITIALIZE"));
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
		builder.environment().put("SAMBOOT_WATCHDOG", "nonce-" + System.nanoTime() + ":" + this.directory);
		builder.environment().put("SAMBOOT_STARTER", starter);
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

		private static final long CONSEQUENCE_MILLIS = 2500;

		private Connecting() {
		}

		public static void main(String[] calls) throws Exception {
			// a process that ends waits a second for its log, which takes longer to load
			System.getLogger(ProcessSam.class.getName()).log(System.Logger.Level.INFO, "begins");
			try {
				for (String call : calls) {
					call(ProcessSam.get(), call);
				}
			}
			catch (SamException ex) {
				System.out.println("went on: " + ex.getMessage());
			}
		}

		private static void call(ProcessSam sam, String call) throws Exception {
			switch (call) {
				case "INITIALIZE" -> sam.initialize(Duration.ofSeconds(1), RecoveryPolicy.RESTART);
				case "REGISTER" -> {
					if (sam.state() == SamState.NOT_INITIALIZED) {
						sam.initialize(Duration.ofSeconds(1), RecoveryPolicy.RESTART);
					}
					sam.register();
				}
				case "STAND_BY" -> sam.standBy();
				case "DECLINE" -> sam.decline("it is a test");
				default -> lose(sam, Long.parseLong(call.substring("LOSE ".length())));
			}
		}

		/**
		 * Kill the watchdog, and go on when its end has been noticed.
		 */
		private static void lose(ProcessSam sam, long watchdog) throws Exception {
			ProcessHandle.of(watchdog).orElseThrow().destroyForcibly();
			Await.until("the end of the connection", () -> sam.connection() == WatchdogConnection.NONE);
			System.out.println("lost its connection");
			// an end that follows it, follows soon
			Thread.sleep(CONSEQUENCE_MILLIS);
		}

	}

}
