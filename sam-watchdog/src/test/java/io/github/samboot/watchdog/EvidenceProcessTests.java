package io.github.samboot.watchdog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.samboot.test.Await;
import io.github.samboot.test.ProcessTable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The report of an incident names what is wrong with an application that does not tell by
 * itself, within the first lines, and in time.
 */
class EvidenceProcessTests {

	/** As many lines as are seen at once. */
	private static final int FIRST_SCREEN = 25;

	private static final String[] STUBBORN = { "hang-at-exit=true", "grace=10000" };

	@TempDir
	private Path reports;

	private WatchdogProcess watchdog(List<String> javaOptions, String... settings) throws IOException {
		List<String> command = new ArrayList<>(WatchdogProcess.command(settings));
		command.add("incidents=" + this.reports);
		command.addAll(1, javaOptions);
		WatchdogProcess watchdog = WatchdogProcess.of(command, Map.of());
		watchdog.awaitStarted(0);
		return watchdog;
	}

	private String report() {
		Await.until("a complete report", () -> read().contains("Recovered:"));
		return read();
	}

	private String read() {
		try (Stream<Path> files = Files.list(this.reports)) {
			Path text = files.filter((file) -> file.toString().endsWith(".txt")).findFirst().orElse(null);
			return (text != null) ? Files.readString(text) : "";
		}
		catch (IOException ex) {
			return "";
		}
	}

	private static String firstScreen(String report) {
		return String.join("\n", report.lines().limit(FIRST_SCREEN).toList());
	}

	@Test
	void stoppedProcessShouldBeNamed() throws IOException {
		try (WatchdogProcess watchdog = watchdog(List.of(), "grace=3000")) {
			ProcessTable.signal("STOP", watchdog.applicationPid());
			watchdog.awaitStarted(1);
			String report = report();
			assertThat(firstScreen(report)).contains("Culprit:   the process was stopped", "State:     T (stopped)",
					"Memory:    resident ", " open of at most ");
			assertThat(report).containsPattern("\\d+  0 ms  T  java");
			try (Stream<Path> left = Files.list(Path.of("/tmp"))) {
				assertThat(left).noneMatch((file) -> file.endsWith(".attach_pid" + watchdog.applicationPid()));
			}
		}
	}

	@Test
	void jvmShouldBeAskedIfTheApplicationDoesNotTell() throws IOException {
		try (WatchdogProcess watchdog = watchdog(List.of(), STUBBORN)) {
			// of somebody who was ended while asking
			Path request = Files.createFile(Path.of("/tmp/.attach_pid" + watchdog.applicationPid()));
			request.toFile().deleteOnExit();
			watchdog.doing("hang").awaitStarted(1);
			String report = report();
			assertThat(firstScreen(report)).contains("SIGTERM sent", "SIGKILL sent", "as far as the JVM tells",
					TalkingApplication.class.getName() + ".readLine");
			assertThat(report).contains("\"heart\" #").doesNotContain("Silent:");
			assertThat(Files.readString(firstJson())).contains("\"evidence\": \"Culprit:   as far as", "\\u000a");
		}
	}

	private Path firstJson() throws IOException {
		try (Stream<Path> files = Files.list(this.reports)) {
			return files.filter((file) -> file.toString().endsWith(".json")).findFirst().orElseThrow();
		}
	}

	@Test
	@Tag("long")
	void jvmThatCannotBeAskedShouldBeShownAsTheKernelSeesIt() throws IOException {
		try (WatchdogProcess watchdog = watchdog(List.of("-XX:+DisableAttachMechanism"), STUBBORN)) {
			watchdog.doing("hang").awaitStarted(1);
			String report = report();
			assertThat(firstScreen(report)).contains("Silent:", "-XX:+DisableAttachMechanism");
			assertThat(report).containsPattern("\\d+  \\d+ ms  S  java");
		}
	}

	@Test
	void killFromOutsideShouldBeNamed() throws IOException {
		try (WatchdogProcess watchdog = watchdog(List.of())) {
			ProcessTable.signal("KILL", watchdog.applicationPid());
			watchdog.awaitStarted(1);
			assertThat(firstScreen(report())).contains("Culprit:   SIGKILL that SAM has not sent");
		}
	}

	@Test
	void crashOfTheJvmShouldBeNamed() throws IOException {
		try (WatchdogProcess watchdog = watchdog(List.of())) {
			long pid = watchdog.applicationPid();
			ProcessTable.signal("SEGV", pid);
			watchdog.awaitStarted(1);
			String report = report();
			Files.deleteIfExists(Path.of("hs_err_pid" + pid + ".log"));
			assertThat(firstScreen(report)).contains("Culprit:   the JVM crashed:  SIGSEGV", " Problematic frame: ",
					"hs_err_pid" + pid + ".log");
		}
	}

	@Test
	void stormShouldNotBeLookedAtForEver() throws IOException {
		try (WatchdogProcess watchdog = watchdog(List.of(), "grace=300")) {
			for (int i = 1; i <= 8; i++) {
				watchdog.saying("unhealthy so it says " + i).awaitStarted(i);
			}
			Await.until("all reports", () -> {
				try (Stream<Path> files = Files.list(this.reports)) {
					return files.filter((file) -> file.toString().endsWith(".txt")).count() == 8;
				}
				catch (IOException ex) {
					return false;
				}
			});
		}
	}

}
