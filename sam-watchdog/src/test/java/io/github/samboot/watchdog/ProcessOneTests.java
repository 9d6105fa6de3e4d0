package io.github.samboot.watchdog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.github.samboot.test.Await;
import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.JavaProgram;
import io.github.samboot.test.Requirement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The watchdog as process 1 of a container.
 */
@Timeout(180)
class ProcessOneTests {

	private static final List<String> CONTAINER = List.of("unshare", "--pid", "--fork", "--mount-proc", "--kill-child");

	@TempDir
	private Path directory;

	@BeforeEach
	void requireNamespaces() {
		Requirement.command("namespaces of its own",
				Stream.concat(CONTAINER.stream(), Stream.of("true")).toArray(String[]::new));
	}

	@Test
	void orphansShouldBeReapedAndTheExitCodeOfTheApplicationBeKept() throws Exception {
		String output = run("""
				i=0; while [ $i -lt 30 ]; do (/bin/true &); i=$((i+1)); done
				zombies() { grep -l '^State:.Z' /proc/[0-9]*/status 2>/dev/null | wc -l; }
				i=0; while [ "$(zombies)" -lt 30 ] && [ $i -lt 300 ]; do sleep 0.1; i=$((i+1)); done
				echo "zombies $(zombies)"
				i=0; while [ "$(zombies)" -gt 0 ] && [ $i -lt 900 ]; do sleep 0.1; i=$((i+1)); done
				echo "left $(zombies)"
				exit 7
				""", 7);
		assertThat(output).contains("zombies 30", "left 0", "As process 1 the watchdog removes zombies");
	}

	@Test
	void signalsForTheApplicationShouldReachIt() throws Exception {
		String output = run("""
				trap 'echo got USR1; one=1' USR1
				kill -USR2 1
				kill -USR1 1
				i=0; while [ -z "$one" ] && [ $i -lt 300 ]; do sleep 0.1; i=$((i+1)); done
				trap 'echo got USR2; two=1' USR2
				kill -USR2 1
				i=0; while [ -z "$two" ] && [ $i -lt 300 ]; do sleep 0.1; i=$((i+1)); done
				trap 'echo got TERM; exit 9' TERM
				kill -TERM 1
				i=0; while [ $i -lt 300 ]; do sleep 0.1; i=$((i+1)); done
				""", 9);
		assertThat(output).contains("SIGUSR2 is not passed on: the application has no handler for it", "got USR1",
				"got USR2", "got TERM");
	}

	/**
	 * Whose process 1 is another one.
	 */
	@Test
	void stopFromOutsideShouldReachThisWatchdogAndNoOtherProcessOne() throws Exception {
		Process process = start("trap 'exit 9' TERM; while true; do sleep 0.1; done");
		try {
			List<String> stop = List.of(JavaProgram.JAVA, "-cp", WatchdogProcess.classPath(), Main.class.getName(),
					"stop", "--run-directory=" + this.directory);
			Await.until("the socket", () -> !listening().isEmpty());
			BoundedProcess.runSuccessfully(stop.toArray(String[]::new));
			assertThat(BoundedProcess.exitCode(process)).isEqualTo(9);
		}
		finally {
			end(process);
		}
	}

	private List<Path> listening() {
		try (Stream<Path> files = Files.walk(this.directory)) {
			return files.filter((file) -> file.endsWith("s")).toList();
		}
		catch (IOException | UncheckedIOException ex) {
			return List.of();
		}
	}

	private String run(String script, int exitCode) throws Exception {
		Process process = start(script);
		try {
			String output = BoundedProcess.output(process);
			assertThat(BoundedProcess.exitCode(process)).as(output).isEqualTo(exitCode);
			return output;
		}
		finally {
			end(process);
		}
	}

	private Process start(String script) throws Exception {
		Path file = Files.writeString(this.directory.resolve("application.sh"), script);
		List<String> command = new ArrayList<>(CONTAINER);
		command.addAll(List.of(JavaProgram.JAVA, "-Xint", "-XX:+UseSerialGC", "-Xmx8m", "-XX:-UsePerfData", "-cp",
				WatchdogProcess.classPath() + ":" + jna(), Main.class.getName(),
				"--run-directory-parent=" + this.directory, "--", "/bin/sh", file.toString()));
		return new ProcessBuilder(command).redirectErrorStream(true).start();
	}

	private static void end(Process process) {
		process.descendants().forEach(ProcessHandle::destroyForcibly);
		process.destroyForcibly();
	}

	private static Path jna() throws Exception {
		return Path.of(com.sun.jna.Native.class.getProtectionDomain().getCodeSource().getLocation().toURI());
	}

}
