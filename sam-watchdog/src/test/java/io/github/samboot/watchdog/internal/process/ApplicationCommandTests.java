package io.github.samboot.watchdog.internal.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.test.BoundedProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ApplicationCommandTests {

	private static final String FLAG = "-XX:+ExitOnOutOfMemoryError";

	private static List<byte[]> bytes(String... arguments) {
		List<byte[]> bytes = new ArrayList<>();
		for (String argument : arguments) {
			bytes.add(argument.getBytes(StandardCharsets.UTF_8));
		}
		return bytes;
	}

	private static List<String> withMemoryFlag(String... arguments) {
		return ApplicationCommand.withMemoryFlag(bytes(arguments))
			.stream()
			.map((argument) -> new String(argument, StandardCharsets.UTF_8))
			.toList();
	}

	private static String executable(String name, String executable) {
		return new String(ApplicationCommand.executable(name.getBytes(StandardCharsets.UTF_8), executable),
				StandardCharsets.UTF_8);
	}

	/**
	 * An upgrade may have removed the file of a process that still runs.
	 */
	@Test
	void adoptedProcessShouldBeStartedAgainFromAFileThatExists(@TempDir Path directory) throws IOException {
		String java = Files.createFile(directory.resolve("java")).toString();
		assertThat(executable("java", java)).isEqualTo(java);
		assertThat(executable("java", java + " (deleted)")).isEqualTo(java);
		assertThat(executable("java", java + "-17 (deleted)")).isEqualTo("java");
		assertThat(executable("java", "")).isEqualTo("java");
		assertThat(executable("/usr/bin/java", java)).isEqualTo("/usr/bin/java");
		assertThat(executable("sh", java)).isEqualTo("sh");
	}

	@Test
	void anotherWatchdogShouldFindJnaWhereThisOneDid() {
		assertThat(ApplicationCommand.ofWatchdog(List.of("java", "-Xmx32m", "-jar", "/opt/sam-watchdog.jar",
				"--mode=external", "--jna=/opt/jna.jar", "--", "java", "-jar", "a.jar", "--jna=b")))
			.containsExactly(System.getProperty("java.home") + "/bin/java", "-Xmx32m", "-jar", "/opt/sam-watchdog.jar",
					"--jna=/opt/jna.jar");
	}

	@Test
	void jvmShouldExitWhenOutOfMemory() {
		assertThat(withMemoryFlag("java", "-jar", "app.jar")).containsExactly("java", FLAG, "-jar", "app.jar");
		assertThat(withMemoryFlag("/opt/jdk/bin/java", "Main")).containsExactly("/opt/jdk/bin/java", FLAG, "Main");
	}

	@ParameterizedTest
	@ValueSource(strings = { FLAG, "-XX:-ExitOnOutOfMemoryError", "-XX:+CrashOnOutOfMemoryError",
			"-XX:OnOutOfMemoryError=kill -9 %p" })
	void userShouldDecideWhatHappensWhenOutOfMemory(String flag) {
		assertThat(withMemoryFlag("java", flag, "Main")).containsExactly("java", flag, "Main");
	}

	@Test
	void heapDumpShouldDecideNothing() {
		assertThat(withMemoryFlag("java", "-XX:+HeapDumpOnOutOfMemoryError", "Main")).contains(FLAG);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/bin/sh", "myjava", "/usr/bin/notjava", "javaw" })
	void otherProgramsShouldGetNoFlag(String program) {
		assertThat(withMemoryFlag(program, "x")).containsExactly(program, "x");
	}

	@Test
	void environmentShouldBeRestoredAfterAnExec() {
		Map<String, String> environment = new HashMap<>(Map.of("SAMBOOT_EXEC", "12", "LC_ALL", "C.UTF-8",
				"MALLOC_ARENA_MAX", "1", "SAMBOOT_APP_JAVA_TOOL_OPTIONS", "-javaagent:a.jar", "SAMBOOT_NONCE", "secret",
				"PATH", "/bin"));
		ApplicationCommand.restore(environment);
		assertThat(environment).isEqualTo(Map.of("JAVA_TOOL_OPTIONS", "-javaagent:a.jar", "PATH", "/bin"));
	}

	@Test
	void localeAndMemoryOfTheUserShouldComeBack() {
		Map<String, String> environment = new HashMap<>(Map.of("SAMBOOT_EXEC", "12", "LC_ALL", "C.UTF-8",
				"MALLOC_ARENA_MAX", "1", "SAMBOOT_APP_LC_ALL", "de_DE", "SAMBOOT_APP_MALLOC_ARENA_MAX", "2"));
		ApplicationCommand.restore(environment);
		assertThat(environment).isEqualTo(Map.of("LC_ALL", "de_DE", "MALLOC_ARENA_MAX", "2"));
	}

	@Test
	void environmentOfAnOperatorShouldBeLeftAlone() {
		Map<String, String> environment = new HashMap<>(Map.of("LC_ALL", "C", "SAMBOOT_APP_X", "y"));
		ApplicationCommand.restore(environment);
		assertThat(environment).isEqualTo(Map.of("LC_ALL", "C", "SAMBOOT_APP_X", "y"));
	}

	@Test
	void argumentsThatTheLocaleCarriesShouldBePassedDirectly() {
		assertThat(ApplicationCommand.forProcessBuilder(bytes("java", "", "é", "a b"), StandardCharsets.UTF_8))
			.containsExactly("java", "", "é", "a b");
	}

	/**
	 * Whatever the bytes are, the program gets them: asked of a real shell and printf.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "US-ASCII", "UTF-8", "ISO-8859-1" })
	void everyByteShouldArrive(String charset) throws Exception {
		Random random = new Random(9);
		List<byte[]> arguments = new ArrayList<>(bytes("/usr/bin/printf", "%s.\\n"));
		ByteArrayOutputStream expected = new ByteArrayOutputStream();
		List<byte[]> odd = new ArrayList<>(bytes("é", "", "\n", "a\n\n", "'", "\"", "\\", "%s", "$HOME", "`ls`", "-e"));
		for (int i = 0; i < 20; i++) {
			byte[] some = new byte[random.nextInt(40)];
			for (int j = 0; j < some.length; j++) {
				some[j] = (byte) (1 + random.nextInt(255));
			}
			odd.add(some);
		}
		// ISO-8859-1 carries every byte, but is not what the JVM of this test passes on
		Charset carrier = Charset.forName(charset);
		if (charset.equals("ISO-8859-1")) {
			odd.removeIf((bytes) -> !new String(bytes, StandardCharsets.ISO_8859_1).matches("\\p{ASCII}*"));
		}
		for (byte[] argument : odd) {
			arguments.add(argument);
			expected.writeBytes(argument);
			expected.writeBytes(".\n".getBytes(StandardCharsets.US_ASCII));
		}
		Process process = new ProcessBuilder(ApplicationCommand.forProcessBuilder(arguments, carrier))
			.redirectErrorStream(true)
			.start();
		assertThat(BoundedProcess.bytes(process)).isEqualTo(expected.toByteArray());
		assertThat(BoundedProcess.exitCode(process)).isZero();
	}

	@Test
	void ownCommandLineShouldBeReadFromTheKernel() throws Exception {
		List<byte[]> own = KnownProcess.commandLine(ProcessHandle.current().pid());
		assertThat(new String(own.get(0), StandardCharsets.UTF_8)).contains("java");
	}

	@Test
	void processThatIsGoneShouldBeToldAsSuch() throws Exception {
		Process process = new ProcessBuilder("/bin/cat").start();
		ApplicationProcess adopted = ApplicationProcess.adopt(process.pid());
		assertThat(adopted.isAdopted()).isTrue();
		assertThat(adopted.isGone()).isFalse();
		BoundedProcess.exitCode(process.destroyForcibly());
		assertThat(adopted.isGone()).isTrue();
		// to a process that is gone nothing is sent
		adopted.send(io.github.samboot.core.Signal.SIGUSR1);
		adopted.send(io.github.samboot.core.Signal.SIGKILL);
	}

}
