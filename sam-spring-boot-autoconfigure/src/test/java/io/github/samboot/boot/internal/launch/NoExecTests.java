package io.github.samboot.boot.internal.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import javax.tools.ToolProvider;

import io.github.samboot.boot.internal.launch.ForkedLaunch.Run;
import io.github.samboot.test.Requirement;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for processes that must not become a watchdog, or cannot.
 */
class NoExecTests {

	private static final String TEST = """
			package demo;

			import io.github.samboot.boot.internal.launch.fixture.%1$s;
			import org.junit.jupiter.api.Test;

			class ApplicationTests {

				@Test
				void callsMain() throws Exception {
					%1$s.main(new String[0]);
				}

			}
			""";

	@TempDir
	static Path temporary;

	private static ForkedLaunch forked;

	@BeforeAll
	static void layOut() throws IOException {
		forked = new ForkedLaunch(temporary);
	}

	@ParameterizedTest
	@CsvSource({ "parent, PlainApplication", "sidecar, PlainApplication", "auto, PlainApplication",
			"parent, EarlyApplication" })
	void consoleLauncherShouldBeInertWhateverIsSaid(String mode, String application) throws Exception {
		Path console = ForkedLaunch.fixtures("console").get(0);
		Path tests = Files.createDirectories(temporary.resolve("tests-" + mode + application));
		Path source = Files.writeString(tests.resolve("ApplicationTests.java"), TEST.formatted(application));
		ToolProvider.getSystemJavaCompiler()
			.run(null, null, null, "-cp", forked.classPath() + ":" + console, "-d", tests.toString(),
					source.toString());
		Run run = forked
			.start(Map.of("SAM_WATCHDOG_MODE", mode), "-jar", console, "execute", "--class-path",
					tests + ":" + forked.classPath(), "--select-class", "demo.ApplicationTests")
			.finish("");
		run.assertNoExec("it runs tests (org.junit.");
		assertThat(run.out()).contains("1 tests successful");
	}

	@Test
	void debuggerShouldBeInertAndSayWhatHelps() throws Exception {
		forked.runMain("PlainApplication", "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0")
			.assertNoExec("a debugger may be attached to it; start it with -Dsam.watchdog.mode=parent");
	}

	/**
	 * As in a unit of systemd with RestrictAddressFamilies=AF_INET, or under a profile of
	 * seccomp.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "auto", "parent", "sidecar" })
	void processThatMayMakeNoUnixSocketShouldRunAlone(String mode) throws Exception {
		Requirement.command("strace", "strace", "-qq", "-o", "/dev/null", "-e", "inject=getppid:error=EAGAIN", "true");
		Run run = forked.startCommand(Map.of("SAM_WATCHDOG_MODE", mode),
				List.of("strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", "trace=socket", "-e",
						"inject=socket:error=EAFNOSUPPORT", forked.java.toString(), "-cp", forked.classPath(),
						ForkedLaunch.FIXTURES + "PlainApplication"))
			.finish("");
		run.assertNoExec("because " + SidecarLaunch.NO_UNIX_SOCKETS);
	}

	@Test
	void devToolsShouldBeInert() throws Exception {
		Path devTools = Files
			.createDirectories(temporary.resolve("devtools/org/springframework/boot/devtools/restart"));
		Files.createFile(devTools.resolve("Restarter.class"));
		forked
			.run("-cp", temporary.resolve("devtools") + ":" + forked.classPath(),
					ForkedLaunch.FIXTURES + "PlainApplication")
			.assertNoExec("DevTools");
	}

	@Test
	void trainingRunShouldBeInertEvenIfInsisting() throws Exception {
		forked
			.run("-XX:ArchiveClassesAtExit=" + temporary.resolve("app.jsa"), "-Xlog:disable",
					"-Dsam.watchdog.mode=parent", "-jar", forked.extracted("PlainApplication"))
			.assertNoExec("training run (-XX:ArchiveClassesAtExit)");
		assertThat(temporary.resolve("app.jsa")).exists();
	}

	@Test
	void trainingRunByVariableOrFileShouldBeInert() throws Exception {
		Path archive = temporary.resolve("second.jsa");
		forked
			.start(Map.of("JAVA_TOOL_OPTIONS", "-Xlog:disable -XX:ArchiveClassesAtExit=" + archive), "-jar",
					forked.extracted("PlainApplication"))
			.finish("")
			.assertNoExec("training run");
		Path options = Files.writeString(temporary.resolve("training.txt"),
				"-Xlog:disable\n-XX:ArchiveClassesAtExit=" + archive + "\n");
		forked.run("@" + options, "-jar", forked.extracted("PlainApplication")).assertNoExec("training run");
	}

	@Test
	void exitOnRefreshShouldBeInert() throws Exception {
		Run run = forked.runMain("PlainApplication", "-Dspring.context.exit=onRefresh");
		assertThat(run.lines("WATCHDOG")).isEmpty();
		// the application exits on its own, so only the log can tell
		assertThat(run.err())
			.contains("SAM leaves this process alone because it is a training run (spring.context.exit)");
	}

	@Test
	void runOnAnotherThreadShouldBeInert() throws Exception {
		forked.runMain("ThreadApplication").assertNoExec("not called from a main method");
	}

	@Test
	void mainCalledByAnotherMainShouldBeInert() throws Exception {
		forked.runMain("DelegatingApplication").assertNoExec("DelegatingApplication");
	}

	@ParameterizedTest
	@CsvSource({ "-Dsam.enabled=false, PlainApplication", "-Dsam.watchdog.mode=off, PlainApplication",
			"-Dsam.watchdog.mode=off, EarlyApplication" })
	void offShouldBeOff(String option, String application) throws Exception {
		forked.runMain(application, option).assertNoExec("SAM is off (");
	}

	@Test
	void externalWithoutWatchdogShouldBeInert() throws Exception {
		forked.runMain("PlainApplication", "-Dsam.watchdog.mode=external").assertNoExec("sam-watchdog.jar --");
	}

	@Test
	void offInFileShouldBeOff() throws Exception {
		Path work = Files.createDirectories(temporary.resolve("work/config/one"));
		Path file = Files.writeString(work.resolve("application.properties"), "sam.watchdog.mode=off");
		try {
			forked.runMain("PlainApplication").assertNoExec("sam.watchdog.mode=off");
		}
		finally {
			Files.delete(file);
		}
	}

	@Test
	void childOfSupervisedApplicationShouldBeInert() throws Exception {
		Object[] plain = { "-cp", forked.classPath(), ForkedLaunch.FIXTURES + "PlainApplication" };
		forked
			.start(Map.of("SAMBOOT_WATCHDOG", "nonce:/nowhere"), "-cp", forked.classPath(),
					ForkedLaunch.FIXTURES + "Spawner", "sh", "-c", forked.java + " \"$@\"; exit $?", "sh", plain[0],
					plain[1], plain[2])
			.finish("")
			.assertNoExec("which is supervised itself");
	}

	@Test
	void secondExecShouldBeImpossible() throws Exception {
		// sh knows its pid and keeps it
		String command = "SAMBOOT_EXEC=$$ exec " + forked.java + " -cp '" + forked.classPath() + "' "
				+ ForkedLaunch.FIXTURES + "PlainApplication";
		forked.startCommand(Map.of(), List.of("sh", "-c", command))
			.finish("")
			.assertNoExec("already became a watchdog once");
	}

	@Test
	void inheritedDescriptorAsArgumentShouldNotExec() throws Exception {
		forked
			.run("-cp", forked.classPath(), ForkedLaunch.FIXTURES + "PlainApplication",
					"--spring.config.import=optional:file:/dev/fd/63")
			.assertNoExec("/dev/fd/63 can be read only once");
	}

	@Test
	void missingNativeAccessShouldNotExecAndLeaveNothing() throws Exception {
		Path own = Files.createDirectory(temporary.resolve("own"));
		forked
			.runMain("PlainApplication", "-Djna.nounpack=true", "-Djava.io.tmpdir=" + own, "-Dsam.watchdog.mode=parent")
			.assertNoExec("native calls are not possible here");
		assertThat(own).isEmptyDirectory();
	}

	@Test
	void missingNativeAccessShouldFallBackToSidecar() throws Exception {
		Run run = forked.runMain("PlainApplication", "-Djna.nounpack=true");
		// the stand-in cannot adopt a process
		assertThat(run.decoded("ARG")).contains("--mode=sidecar");
		assertThat(run.lines("MODE")).containsExactly("SIDECAR");
		assertThat(run.lines("REASON").get(0))
			.contains("Running in sidecar mode: parent mode is not possible because native");
		assertThat(run.lines("PID")).containsExactly(Long.toString(run.pid()));
		assertThat(run.runDirectory()).doesNotExist();
	}

	@Test
	void tooLongCommandShouldNotExec() throws Exception {
		// as much as the kernel takes for this program, which is too much with ours
		// before it
		String command = "ulimit -s 1024; n=9000; while [ $n -gt 0 ]; do " + forked.java
				+ " -Dsam.watchdog.mode=parent -cp '" + forked.classPath() + "' " + ForkedLaunch.FIXTURES
				+ "PlainApplication $(seq -f %020g $n) 2>/dev/null && exit 0; [ $? = 126 ] || exit 1; n=$((n-10)); done";
		Run run = forked.startCommand(Map.of(), List.of("bash", "-c", command)).finish("");
		assertThat(run.exitCode()).as(run.out()).isZero();
		assertThat(run.lines("REASON").get(0)).contains("E2BIG");
	}

	@Test
	void springBoot3ShouldBeRefusedInOneSentence() throws Exception {
		List<Path> classPath = new ArrayList<>(List.of(forked.application));
		classPath.addAll(ForkedLaunch.fixtures("boot3"));
		for (Path library : forked.libraries) {
			if (library.getFileName().toString().startsWith("sam-") || library.toString().contains("jspecify")) {
				classPath.add(library);
			}
		}
		Run run = forked.run("-cp", ForkedLaunch.classPath(classPath), ForkedLaunch.FIXTURES + "PlainApplication");
		assertThat(run.exitCode()).isOne();
		assertThat(run.err().lines().findFirst())
			.hasValue("SAM for Spring Boot needs Spring Boot 4, but this application has Spring Boot 3.5.7: "
					+ "use Spring Boot 4, or remove sam-spring-boot-starter.");
		assertThat(run.err()).contains("IllegalStateException").doesNotContain("NoClassDefFoundError");
		assertThat(run.out()).doesNotContain("WATCHDOG");
	}

}
