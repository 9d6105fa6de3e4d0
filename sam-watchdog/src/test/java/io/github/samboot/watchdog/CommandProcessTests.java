package io.github.samboot.watchdog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.github.samboot.test.Await;
import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.JavaProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Commands of an operator beside a real watchdog.
 */
class CommandProcessTests {

	@TempDir
	private Path directory;

	@Test
	void incidentShouldBeChosenByItsNumber() throws Exception {
		try (WatchdogProcess watchdog = WatchdogProcess.running("incidents=" + this.directory)) {
			watchdog.saying("halt 3").awaitStarted(1);
			Await.until("a complete report", () -> report().contains("Recovered:"));
			// a JVM writes the names of its threads in an UTF-8 of its own
			Files.write(reportFile(), new byte[] { '"', (byte) 0xc0, (byte) 0x80, '"', '\n' });
			assertThat(incidents(watchdog, "1").output()).isEqualTo("\"\ufffd\ufffd\"\n");
			assertThat(incidents(watchdog, "4294967297")).satisfies((result) -> {
				assertThat(result.exitCode()).isEqualTo(2);
				assertThat(result.output()).contains("There is no incident 4294967297: 1 are known");
			});
			assertThat(incidents(watchdog, "abc")).satisfies((result) -> {
				assertThat(result.exitCode()).isEqualTo(64);
				assertThat(result.output()).contains("'abc' is not the number of an incident");
			});
		}
	}

	private static BoundedProcess.Result incidents(WatchdogProcess watchdog, String number) throws IOException {
		return run(List.of("env"), "incidents", number, "--run-directory=" + watchdog.parent());
	}

	private Path reportFile() throws IOException {
		try (Stream<Path> files = Files.list(this.directory)) {
			return files.filter((file) -> file.toString().endsWith(".txt")).findFirst().orElse(this.directory);
		}
	}

	private String report() {
		try {
			return Files.readString(reportFile());
		}
		catch (IOException ex) {
			return "";
		}
	}

	/**
	 * As with {@code su shop -c}, which keeps the variable of root.
	 */
	@Test
	void runtimeDirectoryOfAnotherUserShouldBeLeftOut() throws Exception {
		Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("---------"));
		// those who may read everything must not, too
		List<String> setting = new ArrayList<>();
		if (Files.isReadable(this.directory)) {
			setting.addAll(List.of("setpriv", "--bounding-set", "-dac_override,-dac_read_search"));
		}
		setting.addAll(List.of("env", "XDG_RUNTIME_DIR=" + this.directory));
		try (WatchdogProcess watchdog = WatchdogProcess.running()) {
			setting.add("JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=" + watchdog.parent());
			BoundedProcess.Result found = run(setting, "status", "--pid=" + watchdog.pid());
			assertThat(found.exitCode()).as(found.output()).isZero();
			assertThat(found.output()).contains(String.valueOf(watchdog.applicationPid()));
			BoundedProcess.Result named = run(setting, "status", "--run-directory=" + this.directory);
			assertThat(named.exitCode()).as("what was asked for is refused").isEqualTo(1);
		}
		finally {
			Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwx------"));
		}
	}

	private static BoundedProcess.Result run(List<String> setting, String... words) throws IOException {
		List<String> command = new ArrayList<>(setting);
		command.addAll(List.of(JavaProgram.JAVA, "-Dfile.encoding=UTF-8", "-Dsun.stdout.encoding=UTF-8",
				"-Dstdout.encoding=UTF-8", "-cp", WatchdogProcess.classPath(), Main.class.getName()));
		command.addAll(List.of(words));
		return BoundedProcess.run(command);
	}

}
