package io.github.samboot.watchdog.internal.prepare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.github.samboot.test.Await;
import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.Requirement;
import io.github.samboot.watchdog.Main;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Real preparations of a jar that looks like one of Spring Boot and unpacks to itself.
 */
class PreparationTests {

	private static final String JAVA = System.getProperty("java.home") + "/bin/java";

	@TempDir
	private static Path shared;

	private static Path jar;

	@TempDir
	private Path directory;

	@BeforeAll
	static void makeJar() throws IOException {
		jar = shared.resolve("app.jar");
		writeJar(jar, TestJar.LAUNCHER, "BOOT-INF/lib/spring-boot-jarmode-tools-9.jar");
	}

	private static void writeJar(Path jar, String main, String library) throws IOException {
		TestJar.write(jar, main, Map.of(), Map.of(library, ""));
	}

	@Test
	void preparedApplicationShouldStartByTheCommandThatIsPrinted() throws Exception {
		Path prepared = this.directory.resolve("it's");
		Result result = prepare(prepared, jar, "two words");
		assertThat(result.code()).as(result.output()).isZero();
		assertThat(names(prepared)).hasSize(3).contains("start", "app.jar");
		String command = result.output().lines().filter((line) -> line.startsWith("  ")).findFirst().orElseThrow();
		assertThat(run(List.of("/bin/sh", "-c", command))).isEqualTo(new Result(0, "started two words\n"));
		assertThat(run(List.of(prepared.resolve("start").toString(), "a", "b c")))
			.isEqualTo(new Result(0, "started a|b c\n"));
	}

	@Test
	void progressShouldBeShownInPlainLinesAndInOneLineOnATerminal() throws Exception {
		Result plain = prepare(this.directory.resolve("plain"), jar);
		assertThat(plain.output()).doesNotContain("\r")
			.containsPattern("(?m)^Unpacking app\\.jar\n(.*\n)*Unpacking app\\.jar \\([0-9.]+ s, 0 MiB\\)$")
			.containsPattern("(?m)^Training run: .* \\([0-9.]+ s, \\d+ MiB\\)$")
			.containsPattern("(?m)^Trying the archive \\([0-9.]+ s, \\d+ MiB\\)$");
		Requirement.command("script(1)", "script", "-qec", "true", "/dev/null");
		Result terminal = run(List.of("script", "-qec",
				JavaCommand.quoted(command(this.directory.resolve("terminal"), jar)), "/dev/null"));
		assertThat(terminal.code()).as(terminal.output()).isZero();
		assertThat(terminal.output()).contains("Unpacking app.jar\r\u001B[KUnpacking app.jar (")
			.containsPattern("\r\u001B\\[KTraining run: .* \\([0-9.]+ s, \\d+ MiB\\)\r\n");
	}

	@Test
	void failedTrainingRunShouldBeExplainedAndLeaveNothing() throws Exception {
		Path prepared = this.directory.resolve("prepared");
		Result result = prepare(prepared, jar, "fail");
		assertThat(result.code()).isEqualTo(1);
		assertThat(result.output()).contains("exit code 3", "  | no database", "SPRING_FLYWAY_ENABLED=false", " fail\n")
			.doesNotContain("[warning]");
		assertThat(prepared).doesNotExist();
	}

	@Test
	void whatWasPreparedBeforeShouldSurviveAFailureAndBeReplacedBySuccess() throws Exception {
		Path prepared = this.directory.resolve("prepared");
		assertThat(prepare(prepared, jar).code()).isZero();
		Files.writeString(prepared.resolve("witness"), "");
		assertThat(prepare(prepared, jar, "fail").code()).isEqualTo(1);
		assertThat(names(prepared)).hasSize(4).contains("witness");
		assertThat(run(List.of(prepared.resolve("start").toString()))).isEqualTo(new Result(0, "started \n"));
		assertThat(prepare(prepared, jar).code()).isZero();
		assertThat(names(prepared)).hasSize(3).doesNotContain("witness");
	}

	@Test
	void endedPreparationShouldLeaveNothing() throws Exception {
		Path prepared = Files.createDirectory(this.directory.resolve("prepared"));
		Path hangs = this.directory.resolve("hangs");
		Process process = new ProcessBuilder(command(prepared, jar, "hang", hangs.toString())).start();
		try {
			Await.until("the training run", () -> Files.exists(hangs));
			assertThat(names(prepared)).contains("start");
			ProcessHandle training = process.children().findFirst().orElseThrow();
			process.destroy();
			assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
			assertThat(process.exitValue()).isPositive();
			assertThat(training.isAlive()).isFalse();
			assertThat(names(prepared)).isEmpty();
		}
		finally {
			process.descendants().forEach(ProcessHandle::destroyForcibly);
			process.destroyForcibly();
		}
	}

	@Test
	void leftoversOfAKilledPreparationShouldBeUndone() throws Exception {
		Path prepared = this.directory.resolve("prepared");
		assertThat(prepare(prepared, jar).code()).isZero();
		Place killed = new Place(prepared);
		killed.take("false");
		Files.writeString(prepared.resolve("half"), "");
		assertThat(prepare(prepared, jar, "fail").code()).isEqualTo(1);
		assertThat(names(prepared)).hasSize(3).contains("app.jar").doesNotContain("half", ".before");
	}

	@Test
	void filesOfOthersShouldStay() throws Exception {
		Path other = Files.writeString(this.directory.resolve("start"), "#!/bin/sh\n");
		Result result = prepare(this.directory, jar);
		assertThat(result.code()).isEqualTo(1);
		assertThat(result.output()).contains(this.directory.toString(), "name a directory that is empty");
		assertThat(other).hasContent("#!/bin/sh\n");
	}

	@Test
	void unsuitableJarsShouldBeExplained() throws Exception {
		Path prepared = this.directory.resolve("prepared");
		Path other = this.directory.resolve("other.jar");
		assertThat(prepare(prepared, other).output()).contains("There is no file " + other);
		Files.writeString(other, "no jar");
		assertThat(prepare(prepared, other).output()).contains(other + " is no jar");
		writeJar(other, "com.example.Main", "BOOT-INF/lib/spring-boot-jarmode-tools-9.jar");
		assertThat(prepare(prepared, other).output()).contains("no executable jar", "com.example.Main");
		writeJar(other, TestJar.LAUNCHER, "BOOT-INF/lib/spring-boot-jarmode-layertools-3.jar");
		assertThat(prepare(prepared, other).output()).contains("Spring Boot 3.3 or later");
		assertThat(prepared).doesNotExist();
	}

	@Test
	void commandLineThatMakesNoSenseShouldBeExplained() throws Exception {
		for (String[] args : new String[][] { { "--prepare" }, { "--prepare=", "--", "java" },
				{ "--prepare=x", "java" }, { "--prepare=x", "--" } }) {
			List<String> command = new ArrayList<>(watchdog());
			command.addAll(List.of(args));
			Result result = run(command);
			assertThat(result.code()).as(result.output()).isEqualTo(64);
			assertThat(result.output()).contains("-jar app.jar");
		}
	}

	@Test
	void pathThatKeepsTheArchiveFromBeingUsedShouldBeExplained() throws Exception {
		Path prepared = this.directory.resolve("my app");
		Result result = prepare(prepared, jar);
		if (Runtime.version().feature() >= 25) {
			assertThat(result.code()).as(result.output()).isZero();
			return;
		}
		assertThat(result.code()).isEqualTo(1);
		assertThat(result.output())
			.contains(" Java " + Runtime.version().feature() + " uses no archive for " + prepared, "without blanks")
			.doesNotContain("Exception");
		assertThat(prepared).doesNotExist();
	}

	private static List<String> watchdog() {
		return List.of(JAVA, "-cp", System.getProperty("java.class.path"), Main.class.getName());
	}

	private static List<String> command(Path directory, Path jar, String... arguments) {
		List<String> command = new ArrayList<>(watchdog());
		command.addAll(List.of("--prepare=" + directory, "--", JAVA, "-Xmx64m", "-jar", jar.toString()));
		command.addAll(List.of(arguments));
		return command;
	}

	private static Result prepare(Path directory, Path jar, String... arguments) throws Exception {
		return run(command(directory, jar, arguments));
	}

	private static Result run(List<String> command) throws Exception {
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		try {
			String output = BoundedProcess.output(process);
			return new Result(BoundedProcess.exitCode(process), output);
		}
		finally {
			process.destroyForcibly();
		}
	}

	private static List<String> names(Path directory) throws IOException {
		try (Stream<Path> entries = Files.list(directory)) {
			return entries.map((entry) -> entry.getFileName().toString()).toList();
		}
	}

	private record Result(int code, String output) {
	}

}
