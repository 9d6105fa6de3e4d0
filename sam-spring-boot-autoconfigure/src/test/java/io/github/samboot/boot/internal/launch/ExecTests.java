package io.github.samboot.boot.internal.launch;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.samboot.boot.internal.launch.ForkedLaunch.Run;
import io.github.samboot.boot.internal.launch.ForkedLaunch.Started;
import io.github.samboot.core.internal.rundir.RunDirectory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the way from an application to its watchdog, with real processes.
 */
class ExecTests {

	@TempDir
	static Path temporary;

	private static ForkedLaunch forked;

	@BeforeAll
	static void layOut() throws IOException {
		forked = new ForkedLaunch(temporary);
	}

	@ParameterizedTest
	@ValueSource(strings = { "PlainApplication", "BusyApplication", "CompanionApplication" })
	void explodedApplicationShouldExec(String mainClass) throws Exception {
		Run run = forked.runMain(mainClass).assertExec();
		assertThat(run.original()).startsWith(forked.java.toString(), "-cp")
			.endsWith(ForkedLaunch.FIXTURES + mainClass);
		assertThat(run.decoded("ARG")).contains("--mode=parent").contains(forked.watchdog.toString());
	}

	@Test
	void earlyLaunchShouldExecBeforeSpringBootIsLoaded() throws Exception {
		Path jar = forked.archive("early.jar", "JarLauncher", "BOOT-INF", "EarlyApplication");
		for (Object[] command : new Object[][] { { "-jar", jar, "--x=1" },
				{ "-cp", forked.classPath(), ForkedLaunch.FIXTURES + "EarlyApplication", "--x=1" } }) {
			List<Object> words = new ArrayList<>(List.of("-Xlog:class+init=info"));
			words.addAll(List.of(command));
			Run run = forked.run(words.toArray()).assertExec();
			assertThat(run.out()).doesNotContain("MAIN GOES ON");
			assertThat(run.out()).contains("'io/github/samboot/boot/internal/launch/SamLaunch'")
				.doesNotContain("'org/springframework/boot/SpringApplication'")
				.doesNotContain("'org/apache/commons/logging/LogFactory'");
			assertThat(run.original()).endsWith("--x=1");
		}
	}

	@Test
	void earlyLaunchShouldKnowWhatIsPlainlySwitchedOn() throws Exception {
		Path work = Files.createDirectories(temporary.resolve("work"));
		Path file = Files.writeString(work.resolve("application.properties"),
				"sam.fast-start.enabled=true\nsam.connections.hold=true\n");
		try {
			Run run = forked.runMain("EarlyApplication").assertExec();
			assertThat(run.out()).doesNotContain("MAIN GOES ON");
			assertThat(run.decoded("ARG")).contains("--hold")
				.anyMatch((argument) -> argument.startsWith("--fast-start="));
		}
		finally {
			Files.delete(file);
		}
	}

	@Test
	void earlyLaunchShouldLeaveToTheApplicationWhatOnlyThatKnows() throws Exception {
		Run run = forked
			.start(Map.of("MY_SAM_WATCHDOG_JAVA_OPTIONS", "-Dfrom=prefix", "SAM_WATCHDOG_JAVA_OPTIONS", "-Dfrom=none"),
					"-cp", forked.classPath(), ForkedLaunch.FIXTURES + "EarlyApplication")
			.finish("")
			.assertExec();
		assertThat(run.out()).contains("MAIN GOES ON");
		assertThat(run.decoded("ARG")).contains("-Dfrom=prefix").doesNotContain("-Dfrom=none");
	}

	@Test
	void mainInSuperclassOfAnotherJarShouldExec() throws Exception {
		Path library = Files.createDirectories(temporary.resolve("base/x"));
		String file = "io/github/samboot/boot/internal/launch/fixture/InheritingApplication.class";
		Path moved = library.getParent().resolve(file);
		Files.createDirectories(moved.getParent());
		Files.copy(forked.application.resolve(file), moved);
		forked
			.run("-cp", library.getParent() + ":" + forked.classPath(), ForkedLaunch.FIXTURES + "InheritingApplication")
			.assertExec();
	}

	@Test
	void executableJarShouldExecAndBringTheWatchdogWithIt() throws Exception {
		Started started = forked.start(Map.of(), "-Xmx200m", "-jar", forked.executableJar(), "--x=1").awaitWatchdog();
		Path copy = Path.of("/dev/shm");
		try (Stream<Path> parents = Files.list(copy)) {
			copy = parents.filter((path) -> path.toString().contains("sam-" + started.process().pid() + "-"))
				.findFirst()
				.orElseThrow()
				.resolve("watchdog.jar");
		}
		assertThat(copy).hasSameBinaryContentAs(forked.watchdog);
		Run run = started.finish("").assertExec();
		assertThat(run.decoded("ARG")).contains(copy.toString());
		assertThat(run.decoded("ARG"))
			.anyMatch((argument) -> argument.matches("--jna=.*app.jar!/BOOT-INF/lib/jna-.*jar"));
		assertThat(run.original()).containsExactly(forked.java.toString(), "-Xmx200m", "-jar",
				temporary.toRealPath().resolve("app.jar").toString(), "--x=1");
	}

	@Test
	void executableWarShouldExec() throws Exception {
		forked.run("-jar", forked.archive("app.war", "WarLauncher", "WEB-INF", "BusyApplication")).assertExec();
	}

	@Test
	void propertiesLauncherShouldExec() throws Exception {
		Path jar = forked.archive("properties.jar", "PropertiesLauncher", "BOOT-INF", "PlainApplication");
		forked.run("-Dloader.main=" + ForkedLaunch.FIXTURES + "BusyApplication", "-jar", jar).assertExec();
	}

	@Test
	void extractedApplicationShouldExec() throws Exception {
		forked.run("-jar", forked.extracted("PlainApplication")).assertExec();
	}

	@ParameterizedTest
	@ValueSource(strings = { "C", "POSIX", "C.UTF-8" })
	void argumentsShouldArriveByteForByte(String locale) throws Exception {
		Path script = temporary.resolve("arguments.sh");
		List<String> arguments = List.of("two words", "\"quoted\"", "it's", "", "é€😀", "a\tb\nc", "*", "$HOME", "\\",
				"@notafile", "");
		StringBuilder text = new StringBuilder("exec " + forked.java + " -Dx='é b' -cp '" + forked.classPath() + "' "
				+ ForkedLaunch.FIXTURES + "PlainApplication");
		for (String argument : arguments) {
			text.append(" '").append(argument.replace("'", "'\\''")).append('\'');
		}
		// not even UTF-8
		byte[] bytes = text.append(" '\u0001'").toString().getBytes(StandardCharsets.UTF_8);
		bytes[bytes.length - 2] = (byte) 0xff;
		Files.write(script, bytes);
		Run run = forked.startCommand(Map.of("LC_ALL", locale), List.of("sh", script.toString()))
			.finish("")
			.assertExec();
		List<String> expected = new ArrayList<>(
				List.of("-Dx=é b", "-cp", forked.classPath(), ForkedLaunch.FIXTURES + "PlainApplication"));
		expected.addAll(arguments);
		expected.replaceAll(ExecTests::bytes);
		expected.add("\u00ff");
		assertThat(run.original().subList(1, run.original().size())).isEqualTo(expected);
		assertThat(run.environment()).containsEntry("LC_ALL", "C.UTF-8").containsEntry("SAMBOOT_APP_LC_ALL", locale);
	}

	@Test
	void argumentFileShouldArriveAsSuch() throws Exception {
		Path file = Files.writeString(temporary.resolve("options.txt"),
				"-Xmx150m -cp " + forked.classPath() + " " + ForkedLaunch.FIXTURES + "PlainApplication\n");
		Run run = forked.run("@" + file, "--x").assertExec();
		assertThat(run.original()).containsExactly(forked.java.toString(), "@" + file, "--x");
	}

	@Test
	void optionsInVariablesShouldReachOnlyTheApplication() throws Exception {
		Run run = forked
			.start(Map.of("JAVA_TOOL_OPTIONS", "-Dtool=é", "JDK_JAVA_OPTIONS", "-Xmx150m", "_JAVA_OPTIONS", "-Da=b"),
					"-cp", forked.classPath(), ForkedLaunch.FIXTURES + "PlainApplication")
			.finish("")
			.assertExec();
		assertThat(run.environment()).containsEntry("SAMBOOT_APP_JAVA_TOOL_OPTIONS", bytes("-Dtool=é"))
			.containsEntry("SAMBOOT_APP_JDK_JAVA_OPTIONS", "-Xmx150m")
			.containsEntry("SAMBOOT_APP__JAVA_OPTIONS", "-Da=b")
			.doesNotContainKeys("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")
			.containsEntry("SAMBOOT_EXEC", Long.toString(run.pid()));
		// once, by the JVM that was the application
		assertThat(run.err().split("Picked up JAVA_TOOL_OPTIONS", -1)).hasSize(2);
	}

	@Test
	void standardStreamsAndDirectoryShouldStay() throws Exception {
		Run run = forked.start(Map.of(), "-cp", forked.classPath(), ForkedLaunch.FIXTURES + "PlainApplication")
			.finish("hello")
			.assertExec();
		assertThat(run.lines("STDIN")).containsExactly("hello");
		assertThat(run.lines("DIRECTORY")).containsExactly(temporary.toRealPath().resolve("work").toString());
	}

	@Test
	void nothingOfTheApplicationShouldStay() throws Exception {
		Path own = Files.createDirectory(temporary.resolve("own"));
		Started started = forked
			.start(Map.of(), "-Djava.io.tmpdir=" + own, "-XX:StartFlightRecording", "-cp", forked.classPath(),
					ForkedLaunch.FIXTURES + "BusyApplication")
			.awaitWatchdog();
		String port = Files.readString(started.out())
			.lines()
			.filter((line) -> line.startsWith("PORT "))
			.findFirst()
			.orElseThrow()
			.substring("PORT ".length());
		// bound by the application before it ran
		new ServerSocket(Integer.parseInt(port)).close();
		assertThat(own).isEmptyDirectory();
		assertThat(Path.of("/tmp/hsperfdata_" + System.getProperty("user.name"), "" + started.process().pid()))
			.doesNotExist();
		started.finish("").assertExec();
	}

	@Test
	void optionsAndDirectoryOfTheWatchdogShouldCount() throws Exception {
		Path runDirectories = Files.createDirectory(temporary.resolve("run"));
		Run run = forked
			.runMain("PlainApplication", "-Dsam.watchdog.java-options=-Dfirst=1,-Dsecond=2",
					"-Dsam.watchdog.run-directory=" + runDirectories)
			.assertExec();
		assertThat(run.runDirectory().getParent()).isEqualTo(runDirectories);
		assertThat(run.decoded("ARG")).containsSubsequence("-Xmx8m", "-Dfirst=1", "-Dsecond=2", "-cp");
	}

	@ParameterizedTest
	@ValueSource(strings = { "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0" })
	void insistingUnderDebuggerShouldExec(String agent) throws Exception {
		forked.runMain("PlainApplication", agent, "-Dsam.watchdog.mode=parent").assertExec();
	}

	@Test
	void insistingByVariableShouldExecUnrecognisedMain() throws Exception {
		forked
			.start(Map.of("SAM_WATCHDOG_MODE", "parent"), "-cp", forked.classPath(),
					ForkedLaunch.FIXTURES + "ThreadApplication")
			.finish("")
			.assertExec();
	}

	@Test
	void wordInFileShouldBeReadByRelaxedBindingBeforeExec() throws Exception {
		Path work = Files.createDirectories(temporary.resolve("work"));
		Path file = Files.writeString(work.resolve("application.properties"),
				"sam.watchdog.javaOptions[0]=-Dfrom=${where}\nwhere=file\n");
		try {
			Run run = forked.runMain("PlainApplication").assertExec();
			assertThat(run.decoded("ARG")).contains("-Dfrom=file");
			// before logging and banner
			assertThat(run.out()).doesNotContain("Starting").doesNotContain(":: Spring Boot ::");
		}
		finally {
			Files.delete(file);
		}
	}

	@Test
	void wordInProfileInsideJarShouldBeRead() throws Exception {
		Path profile = Files.writeString(forked.application.resolve("application-quiet.properties"),
				"sam.enabled=false");
		Path jar;
		try {
			jar = forked.executableJar();
		}
		finally {
			Files.delete(profile);
		}
		forked.run("-jar", jar, "--spring.profiles.active=quiet").assertNoExec("sam.enabled=false");
		forked.run("-jar", jar).assertExec();
	}

	@Test
	void remoteImportShouldExecBeforeAnythingIsFetched() throws Exception {
		Path work = Files.createDirectories(temporary.resolve("work"));
		Path file = Files.writeString(work.resolve("application.properties"),
				"sam.enabled=true\nspring.config.import=https://127.0.0.1:1/application.properties\n");
		try {
			forked.runMain("PlainApplication").assertExec();
		}
		finally {
			Files.delete(file);
		}
	}

	@Test
	void runDirectoryShouldBePrivate() throws Exception {
		Started started = forked.start(Map.of(), "-cp", forked.classPath(), ForkedLaunch.FIXTURES + "PlainApplication")
			.awaitWatchdog();
		Run run = started.finish("");
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(run.runDirectory())))
			.isEqualTo("rwx------");
		RunDirectory.delete(run.runDirectory());
	}

	private static String bytes(String text) {
		return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
	}

}
