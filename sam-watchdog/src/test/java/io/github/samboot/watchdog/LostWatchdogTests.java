package io.github.samboot.watchdog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.samboot.core.Sam;
import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.test.Await;
import io.github.samboot.test.CCompiler;
import io.github.samboot.test.ProcessTable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Stories of watchdogs that die.
 */
class LostWatchdogTests {

	static long awaitReplacement(WatchdogProcess watchdog) {
		watchdog.awaitLine(" lost");
		String line = watchdog.awaitLine(" replaced ");
		return Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
	}

	@Test
	void applicationShouldStayUpAndBeRecoveredByTheReplacement() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("interval=2000")) {
			watchdog.doing("store precious").saying("halt 1").awaitStarted(1);
			long pid = watchdog.applicationPid();
			ProcessTable.signal("KILL", watchdog.pid());
			long replacement = awaitReplacement(watchdog);
			assertThat(replacement).isNotEqualTo(watchdog.pid());
			watchdog.doing("status").doing("restore");
			assertThat(watchdog.output()).contains("instance 1 pid " + pid + " watchdog " + replacement + " data 8");
			ProcessTable.signal("KILL", pid);
			assertThat(watchdog.awaitLine("restored")).endsWith("restored precious");
			assertThat(watchdog.awaitStarted(2)).isNotEqualTo(pid);
			// what the first watchdog knew is not forgotten
			watchdog.doing("status");
			assertThat(watchdog.output()).contains("recoveries 2");
			ProcessTable.signal("TERM", replacement);
			Await.until("both to end", () -> ProcessTable.isGone(replacement)
					&& ProcessTable.isGone(watchdog.applicationPid()) && watchdog.leavesNothing());
		}
	}

	@Test
	void replacementShouldBeReplacedToo() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("interval=2000")) {
			ProcessTable.signal("KILL", watchdog.pid());
			long second = awaitReplacement(watchdog);
			ProcessTable.signal("KILL", second);
			long third = awaitReplacement(watchdog);
			watchdog.doing("status");
			assertThat(watchdog.output())
				.contains("RUNNING instance 0 pid " + watchdog.applicationPid() + " watchdog " + third);
		}
	}

	@Test
	void adoptedApplicationThatEndsByItselfShouldNotBeRecovered() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("interval=2000")) {
			long pid = watchdog.applicationPid();
			ProcessTable.signal("KILL", watchdog.pid());
			long replacement = awaitReplacement(watchdog);
			ProcessTable.signal("TERM", pid);
			Await.until("both to end",
					() -> ProcessTable.isGone(replacement) && ProcessTable.isGone(pid) && watchdog.leavesNothing());
			assertThat(watchdog.output()).doesNotContain("registered 1");
		}
	}

	@Test
	void adoptedApplicationThatHangsShouldBeRecovered() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("interval=500", "grace=200")) {
			long pid = watchdog.applicationPid();
			ProcessTable.signal("KILL", watchdog.pid());
			awaitReplacement(watchdog);
			ProcessTable.signal("STOP", pid);
			watchdog.awaitStarted(1);
			assertThat(ProcessTable.isGone(pid)).isTrue();
		}
	}

	/**
	 * As while a thread hangs in the kernel or a large heap is freed: what the kernel
	 * says of the process is then true of its first thread alone.
	 */
	@Test
	void adoptedApplicationShouldNotBeReplacedWhileAThreadOfItLives(@TempDir Path directory) throws Exception {
		Path firstThreadEnds = directory.resolve("first-thread-ends");
		Path library = CCompiler.compile(LostWatchdogTests.class, "first-thread-ends.c",
				directory.resolve("first-thread-ends.so"), "-pthread", "-shared", "-fPIC");
		List<String> command = new ArrayList<>(
				List.of("/usr/bin/env", "LD_PRELOAD=" + library, "FIRST_THREAD_ENDS=" + firstThreadEnds));
		command.addAll(WatchdogProcess.command("interval=3000", "grace=200"));
		try (WatchdogProcess watchdog = WatchdogProcess.of(command, Map.of())) {
			watchdog.awaitLine("started 0");
			long pid = watchdog.applicationPid();
			ProcessTable.signal("KILL", watchdog.pid());
			awaitReplacement(watchdog);
			Files.createFile(firstThreadEnds);
			Await.until("the first thread of " + pid + " has ended", () -> KnownProcess.stat(pid, 3).equals("Z"));
			watchdog.doing("status");
			assertThat(watchdog.output()).contains("RUNNING instance 0 pid " + pid);
			// its end is looked for several times before the interval is over
			ProcessTable.signal("STOP", pid);
			watchdog.awaitLine(" address ");
			assertThat(ProcessTable.isGone(pid)).as("%s is gone when the next one runs:%n%s", pid, watchdog.output())
				.isTrue();
			watchdog.awaitStarted(1);
			assertThat(watchdog.output()).contains("no heartbeat for");
		}
	}

	@Test
	void stoppedApplicationShouldStayStoppedUnderTheReplacement() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("interval=300")) {
			watchdog.doing("stop").doing("hang");
			ProcessTable.signal("KILL", watchdog.pid());
			awaitReplacement(watchdog);
			watchdog.doing("status");
			assertThat(watchdog.output()).contains("status STOPPED instance 0");
			watchdog.doing("beat").doing("start").doing("status");
			assertThat(watchdog.output()).contains("status RUNNING instance 0");
		}
	}

	@Test
	@Tag("long")
	void timeGivenToAStartUpShouldBeKeptByTheReplacement() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("start-continues=true", "startup-timeout=6000")) {
			watchdog.doing("extend 120000");
			ProcessTable.signal("KILL", watchdog.pid());
			awaitReplacement(watchdog);
			Await.passing(Duration.ofSeconds(7));
			watchdog.doing("status").doing("ready").doing("status");
			assertThat(watchdog.output()).contains("status STARTING instance 0", "status RUNNING instance 0")
				.doesNotContain("failed");
		}
	}

	@Test
	void recoveryThatTheLastWatchdogBeganShouldBeCompletedByTheReplacement() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("start-continues=true")) {
			watchdog.doing("ready").saying("halt 1").awaitStarted(1);
			ProcessTable.signal("KILL", watchdog.pid());
			awaitReplacement(watchdog);
			watchdog.doing("status").doing("ready").doing("status");
			assertThat(watchdog.output()).contains("recoveries 0", "recoveries 1");
		}
	}

	@Test
	void applicationShouldExitIfSoConfigured() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("on-loss=EXIT")) {
			long pid = watchdog.applicationPid();
			ProcessTable.signal("KILL", watchdog.pid());
			Await.until("the application to exit", () -> ProcessTable.isGone(pid));
			watchdog.awaitLine("exits with code 70");
			assertThat(watchdog.output()).doesNotContain("replaced");
		}
	}

	@Test
	void exitThatHangsShouldBeCutShort() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("on-loss=EXIT", "hang-at-exit=true",
				"shutdown-timeout=1000")) {
			long pid = watchdog.applicationPid();
			ProcessTable.signal("KILL", watchdog.pid());
			Await.until("the application to exit", () -> ProcessTable.isGone(pid));
		}
	}

	@Test
	void applicationThatIsDoneMeanwhileShouldNotBeStartedAgain() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("interval=2000")) {
			long pid = watchdog.applicationPid();
			ProcessTable.signal("KILL", watchdog.pid());
			watchdog.awaitLine(" lost");
			watchdog.saying("finalize").saying("exit 1");
			Await.until("the application to end", () -> ProcessTable.isGone(pid));
			Await.until("every watchdog to end", () -> watchdogs(watchdog).isEmpty());
			assertThat(watchdog.output()).doesNotContain("registered 1");
		}
	}

	/**
	 * Whose run directory is the one of this test.
	 */
	private static List<ProcessHandle> watchdogs(WatchdogProcess watchdog) {
		return ProcessHandle.allProcesses()
			.filter((process) -> process.info().commandLine().orElse("").contains(watchdog.parent().toString()))
			.filter((process) -> !ProcessTable.isGone(process.pid()))
			.toList();
	}

	/**
	 * As after an upgrade in place, or when a directory of temporary files was cleaned.
	 */
	@Test
	void replacementShouldNotNeedAClassThatWasNotLoadedBefore(@TempDir Path copy) throws Exception {
		Path classes = Path.of(Sam.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		try (Stream<Path> files = Files.walk(classes)) {
			for (Path file : files.toList()) {
				Files.copy(file, copy.resolve(classes.relativize(file).toString()),
						StandardCopyOption.REPLACE_EXISTING);
			}
		}
		List<String> command = new ArrayList<>(WatchdogProcess.command("interval=5000"));
		command.replaceAll((argument) -> argument.replace(classes.toString(), copy.toString()));
		assertThat(command).anyMatch((argument) -> argument.contains(copy.toString()));
		try (WatchdogProcess watchdog = WatchdogProcess.of(command, Map.of())) {
			watchdog.awaitLine("started 0");
			watchdog.doing("store precious").doing("status");
			try (Stream<Path> files = Files.walk(copy)) {
				for (Path file : files.filter((one) -> one.toString().endsWith(".class")).toList()) {
					Files.delete(file);
				}
			}
			ProcessTable.signal("KILL", watchdog.pid());
			long replacement = awaitReplacement(watchdog);
			watchdog.doing("status");
			assertThat(watchdog.output()).contains("watchdog " + replacement + " data 8").doesNotContain("NoClassDef");
			// and to say why it ends, too
			ProcessTable.signal("TERM", watchdog.applicationPid());
			Await.until("the watchdog to end", () -> ProcessTable.isGone(replacement));
		}
	}

}
