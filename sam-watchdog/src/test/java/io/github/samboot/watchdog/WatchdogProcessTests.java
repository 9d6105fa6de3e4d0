package io.github.samboot.watchdog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

import io.github.samboot.test.Await;
import io.github.samboot.test.ProcessTable;
import io.github.samboot.test.Requirement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Stories of real processes that fail, or want to end.
 */
class WatchdogProcessTests {

	@Test
	void everyWayToDieShouldBeRecovered() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running()) {
			long first = watchdog.applicationPid();
			ProcessTable.signal("KILL", first);
			long second = watchdog.awaitStarted(1);
			assertThat(second).isNotEqualTo(first);
			assertThat(ProcessTable.isGone(first)).isTrue();
			ProcessTable.signal("SEGV", second);
			watchdog.awaitStarted(2);
			watchdog.saying("halt 7").awaitStarted(3);
			watchdog.saying("exit 1").awaitStarted(4);
			watchdog.saying("status");
			assertThat(watchdog.awaitLine("status")).contains("RUNNING instance 4")
				.contains("watchdog " + watchdog.pid())
				.contains("recoveries 4");
			assertThat(watchdog.awaitLine("incident")).contains("process-exit exit code 1");
			assertThat(watchdog.output()).contains("ended with SIGKILL (process-exit)")
				.contains("ended with exit code 7 (process-exit)");
		}
	}

	@Test
	void frozenApplicationShouldBeKilledAfterIntervalAndGracePeriod() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("interval=500", "grace=300")) {
			long pid = watchdog.applicationPid();
			ProcessTable.signal("STOP", pid);
			watchdog.awaitStarted(1);
			assertThat(ProcessTable.isGone(pid)).isTrue();
			assertThat(watchdog.output()).contains("the process is stopped by a signal").contains("missed-heartbeat");
		}
	}

	/**
	 * At the pace of the real heartbeat: a thread that is parked nearly all the time
	 * hears of its fault late.
	 */
	@Test
	@Tag("long")
	void heartbeatPageThatIsCutShortShouldNotEndTheApplication() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("interval=4000", "pause=1000")) {
			Path page = watchdog.runDirectory().resolve("beat-0");
			Requirement.that("a tmpfs", Files.exists(page));
			for (int i = 0; i < 2; i++) {
				Files.write(page, new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
				watchdog.awaitLine("The heartbeat page was cut short");
				assertThat(page).hasSize(4096);
			}
			// for more than an interval; a request would be a sign of life too
			Await.passing(Duration.ofSeconds(6));
			watchdog.doing("status");
			assertThat(watchdog.output()).contains("status RUNNING instance 0").doesNotContain("no heartbeat");
		}
	}

	@Test
	void hungApplicationThatObeysTheWarnSignalShouldBeRecovered() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("interval=300", "grace=20000")) {
			watchdog.doing("hang").awaitStarted(1);
			assertThat(watchdog.output()).contains("ended with exit code 143 after missed-heartbeat (no heartbeat for");
		}
	}

	@Test
	void unhealthyApplicationShouldBeRecoveredAtOnce() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("interval=60000")) {
			watchdog.saying("unhealthy orders is DOWN").awaitStarted(1);
			assertThat(watchdog.output()).contains("after unhealthy (orders is DOWN)");
		}
	}

	@Test
	void requestedRecoveryShouldReplaceTheApplication() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("interval=60000")) {
			watchdog.saying("recover because I say so").awaitStarted(1);
			assertThat(watchdog.output()).contains("after requested (because I say so)");
		}
	}

	@ParameterizedTest
	@CsvSource({ "halt 0, 0", "exit 0, 0", "halt 143, 143" })
	void cleanExitShouldEndBoth(String command, int code) throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running()) {
			watchdog.saying(command);
			assertThat(watchdog.awaitExit()).isEqualTo(code);
			assertThat(watchdog.leavesNothing()).isTrue();
		}
	}

	@ParameterizedTest
	@CsvSource({ "TERM, 143", "INT, 130", "HUP, 129" })
	void signalToTheApplicationShouldEndBoth(String signal, int code) throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running()) {
			ProcessTable.signal(signal, watchdog.applicationPid());
			assertThat(watchdog.awaitExit()).isEqualTo(code);
			assertThat(watchdog.leavesNothing()).isTrue();
		}
	}

	@ParameterizedTest
	@CsvSource({ "TERM, 143", "INT, 130", "HUP, 129" })
	void signalToTheWatchdogShouldEndBoth(String signal, int code) throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running()) {
			ProcessTable.signal(signal, watchdog.pid());
			assertThat(watchdog.awaitExit()).isEqualTo(code);
			assertThat(ProcessTable.isGone(watchdog.applicationPid())).isTrue();
			assertThat(watchdog.leavesNothing()).isTrue();
		}
	}

	@Test
	void signalsThatCannotBeCaughtShouldBeNamed() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.of(List.of("-Xrs"), WatchdogProcess.classPath())) {
			assertThat(watchdog.awaitLine("-Xrs")).contains("WARN",
					"SIGTERM, SIGINT and SIGHUP end this watchdog at once");
			watchdog.awaitStarted(0);
			assertThat(watchdog.output()).doesNotContain("jdk.unsupported");
		}
	}

	@Test
	void policyQuitShouldEndWithAFailureAndLeaveItsReport(@TempDir Path reports) throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("policy=QUIT", "incidents=" + reports)) {
			watchdog.saying("halt 3");
			assertThat(watchdog.awaitExit()).isEqualTo(3);
			assertThat(watchdog.leavesNothing()).isTrue();
			try (var files = Files.list(reports)) {
				assertThat(files).hasSize(2)
					.allSatisfy((file) -> assertThat(file).content().contains("the process ended with exit code 3"));
			}
		}
	}

	@Test
	void tooManyRestartsShouldEndWithAFailure() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("max-restarts=2", "crash=true")) {
			assertThat(watchdog.awaitExit()).isEqualTo(11);
			assertThat(watchdog.output()).contains("Restart limit reached: 2 restarts").doesNotContain("started 3");
		}
	}

	@Test
	void firstInstanceThatFailsBeforeStartShouldNotBeRestarted() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.starting("crash-early=0")) {
			assertThat(watchdog.awaitExit()).isEqualTo(9);
			assertThat(watchdog.output()).contains("before start-up finished. No instance has been up yet");
		}
	}

	@Test
	void laterInstanceThatFailsBeforeStartShouldBeReplaced() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("crash-early=1")) {
			watchdog.saying("halt 1").awaitStarted(2);
			assertThat(watchdog.output()).contains("startup-failed");
		}
	}

	@Test
	void stoppedApplicationShouldBeLeftAloneUntilItStartsAgain() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("interval=2000", "grace=500")) {
			watchdog.doing("hang").awaitStarted(1);
			watchdog.doing("stop").doing("hang").doing("status");
			long pid = watchdog.applicationPid();
			// start resets the clock: it is killed for the silence after it, not before
			watchdog.saying("start").awaitStarted(2);
			assertThat(watchdog.output()).contains("status STOPPED instance 1 pid " + pid);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "stop", "finalize" })
	void endAfterStopOrFinalizeShouldEndTheWatchdogWithTheSameCode(String call) throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running()) {
			watchdog.doing(call).saying("halt 5");
			assertThat(watchdog.awaitExit()).isEqualTo(5);
		}
	}

	@Test
	void warnSignalShouldBeTheOneOfTheInstance() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("interval=1000", "grace=3000")) {
			watchdog.doing("warn-signal SIGUSR1").doing("hang");
			watchdog.awaitLine("received SIGUSR1");
			watchdog.awaitStarted(1);
			assertThat(watchdog.output()).contains("imminent missed-heartbeat 3000");
			watchdog.doing("warn-signal SIGKILL").doing("hang").awaitStarted(2);
			assertThat(watchdog.output().split("received", -1)).hasSize(2);
		}
	}

	@Test
	void beatsThatResumeShouldWithdrawTheKill() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("interval=2000", "grace=30000")) {
			watchdog.doing("warn-signal SIGUSR2").doing("hang");
			watchdog.awaitLine("received SIGUSR2");
			watchdog.saying("beat").awaitLine("sends heartbeats again");
			watchdog.doing("status");
			assertThat(watchdog.output()).contains("status RUNNING instance 0");
		}
	}

	@Test
	void eventDrivenCheckingShouldEndWithTheCallback() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("interval=200")) {
			watchdog.saying("callback 11");
			assertThat(watchdog.awaitLine("restored")).endsWith("restored 11");
		}
	}

	@Test
	void programThatDoesNotExistShouldEndTheWatchdog() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.of(java.util.List.of("/does/not/exist"), java.util.Map.of())) {
			assertThat(watchdog.awaitExit()).isEqualTo(127);
			assertThat(watchdog.output()).contains("could not be started");
			assertThat(watchdog.leavesNothing()).isTrue();
		}
	}

	@Test
	void whatAFailedInstanceHasLeftShouldBeNamed() throws Exception {
		try (WatchdogProcess watchdog = WatchdogProcess.running()) {
			long left = Long.parseLong(watchdog.saying("leave sleep 600").awaitLine(" left ").split(" left ")[1]);
			try {
				watchdog.saying("halt 1");
				watchdog.awaitStarted(1);
				// said beside the start
				Await.until("the names", watchdog::output,
						() -> watchdog.output().contains("The last instance has left: process " + left + " (sleep)"));
				assertThat(ProcessTable.isGone(left)).isFalse();
			}
			finally {
				ProcessTable.signal("KILL", left);
			}
		}
	}

	@Test
	void whatAFailedInstanceHasLeftShouldBeEndedBeforeTheNextOneIfThatIsWanted() throws Exception {
		try (WatchdogProcess watchdog = WatchdogProcess.running("end-descendants=true")) {
			long left = Long.parseLong(watchdog.saying("leave sleep 600").awaitLine(" left ").split(" left ")[1]);
			try {
				watchdog.saying("halt 1");
				String line = watchdog
					.awaitLine("Ended what the last instance had left: process " + left + " (sleep).");
				assertThat(ProcessTable.isGone(left)).as(line).isTrue();
				watchdog.awaitStarted(1);
				assertThat(watchdog.output()).doesNotContain("The last instance has left");
			}
			finally {
				ProcessTable.signal("KILL", left);
			}
		}
	}

}
