package io.github.samboot.boot.internal.launch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.JavaProgram;
import io.github.samboot.test.ProcessTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WatchdogCommand}.
 */
class WatchdogCommandTests {

	@Test
	void heapShouldGrowOnlyWithALargeEnvironment() {
		assertThat(WatchdogCommand.heapMebibytes(Map.of())).isEqualTo(8);
		assertThat(WatchdogCommand.heapMebibytes(environment(200))).isEqualTo(8);
		assertThat(WatchdogCommand.heapMebibytes(environment(1_000))).isEqualTo(9);
		assertThat(WatchdogCommand.heapMebibytes(environment(20_000))).isBetween(20L, 40L);
	}

	@Test
	void optionsOfTheUserShouldComeLast() {
		assertThat(WatchdogCommand.of(List.of("-Xmx32m"), "path")).containsSubsequence("-Xmx8m", "-Xmx32m", "-cp",
				"path");
	}

	@Test
	void crashShouldBeReportedOnStandardErrorOnly(@TempDir Path directory) throws Exception {
		List<String> command = new ArrayList<>(WatchdogCommand.of(List.of(), JavaProgram.classPath(Sleeper.class)));
		command.set(command.size() - 1, Sleeper.class.getName());
		// a file: how much is written does not matter then
		Path output = directory.resolve("output");
		Path work = Files.createDirectory(directory.resolve("work"));
		Process process = new ProcessBuilder(command).directory(work.toFile()).redirectError(output.toFile()).start();
		try {
			assertThat(process.getInputStream().read()).isEqualTo('.');
			ProcessTable.signal("SEGV", process.pid());
			BoundedProcess.exitCode(process);
		}
		finally {
			process.destroyForcibly();
		}
		assertThat(work).isEmptyDirectory();
		assertThat(Files.readString(output)).contains("SIGSEGV", Sleeper.class.getName());
	}

	/**
	 * As with a full pipe that is not read.
	 */
	@Test
	void crashThatCannotBeReportedShouldEndTheProcess() throws Exception {
		List<String> command = new ArrayList<>(WatchdogCommand.of(List.of(), JavaProgram.classPath(Sleeper.class)));
		command.set(command.size() - 1, Sleeper.class.getName());
		command.add("fill");
		Process process = new ProcessBuilder(command).start();
		try {
			assertThat(process.getInputStream().read()).isEqualTo('.');
			ProcessTable.signal("SEGV", process.pid());
			BoundedProcess.exitCode(process);
		}
		finally {
			process.destroyForcibly();
		}
	}

	/**
	 * Waits for its crash.
	 */
	public static final class Sleeper {

		private Sleeper() {
		}

		public static void main(String[] args) throws Exception {
			if (args.length > 0) {
				// less than a pipe holds, and too much for the report beside it
				System.err.write(new byte[65_000]);
				System.err.flush();
			}
			System.out.write('.');
			System.out.flush();
			Thread.sleep(TimeUnit.MINUTES.toMillis(5));
		}

	}

	private static Map<String, String> environment(int size) {
		Map<String, String> environment = new HashMap<>();
		for (int i = 0; i < size; i++) {
			environment.put("SERVICE_%05d_PORT".formatted(i), "tcp://%040d".formatted(i));
		}
		return environment;
	}

}
