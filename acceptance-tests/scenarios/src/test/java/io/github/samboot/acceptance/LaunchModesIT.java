package io.github.samboot.acceptance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.samboot.acceptance.SupervisedApplication.Launch;
import io.github.samboot.acceptance.SupervisedApplication.Status;
import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.ProcessTable;
import io.github.samboot.test.Requirement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * However an application is launched, it is supervised, and finds everything as if it
 * were not.
 */
@Tag("integration")
class LaunchModesIT {

	private static final String WORKER_MAIN = "io.github.samboot.acceptance.worker.WorkerApplication";

	private static final String READY = "worker \\d+ has data \\[(.*)]";

	@TempDir
	private Path directory;

	@Test
	void sidecarShouldAdoptThenReplaceTheApplication() {
		try (SupervisedApplication desk = SupervisedApplication.sample()
			.arguments("--sam.watchdog.mode=sidecar")
			.start()
			.awaitHttp()) {
			Status first = desk.awaitRunning();
			assertThat(first.mode()).isEqualTo("sidecar");
			assertThat(first.pid()).isEqualTo(desk.launchedPid());
			assertThat(first.instanceId()).isZero();
			desk.put("/orders/1", "kept");
			ProcessTable.signal("STOP", first.pid());
			Status second = desk.awaitStatus("the next instance",
					(status) -> status.instanceId() == 1 && status.state().equals("running"));
			assertThat(second.watchdogPid()).isEqualTo(first.watchdogPid());
			assertThat(second.lastReason()).isEqualTo("missed-heartbeat");
			assertThat(desk.get("/orders").body()).contains("kept");
			ProcessTable.signal("TERM", second.pid());
			desk.assertNothingIsLeft();
		}
	}

	/**
	 * As in a Kubernetes namespace with thousands of services.
	 */
	@ParameterizedTest
	@Tag("long")
	@ValueSource(strings = { "parent", "sidecar" })
	void largeEnvironmentShouldReachEachInstance(String mode) {
		Launch launch = SupervisedApplication.worker().withoutPort().arguments("--sam.watchdog.mode=" + mode);
		for (int i = 0; i < 20_000; i++) {
			launch.environment("SERVICE_%05d_PORT".formatted(i), "tcp://%040d".formatted(i));
		}
		try (SupervisedApplication worker = launch.start()) {
			worker.awaitOutput(READY);
			worker.await("an application and its watchdog",
					() -> worker.applications().size() == 1 && worker.watchdogs().size() == 1);
			ProcessTable.signal("KILL", worker.applications().get(0).pid());
			worker.awaitOutput("(?s)(" + READY + ".*){2}");
			worker.watchdogs().forEach((watchdog) -> ProcessTable.signal("TERM", watchdog.pid()));
			worker.assertNothingIsLeft();
		}
	}

	/**
	 * The exit code of an adopted process cannot be known, so the process says whether it
	 * wanted to end.
	 */
	@Test
	@Tag("long")
	void adoptedApplicationShouldBeRecoveredAfterExitOrFailureButNotAfterSignal() {
		for (String end : List.of("exit 1", "fail")) {
			try (SupervisedApplication worker = SupervisedApplication.worker()
				.withoutPort()
				.arguments("--sam.watchdog.mode=sidecar")
				.start()) {
				worker.awaitOutput(READY);
				worker.type(end);
				worker.awaitOutput("(?s)(" + READY + ".*){2}");
				worker.watchdogs().forEach((watchdog) -> ProcessTable.signal("TERM", watchdog.pid()));
				worker.assertNothingIsLeft();
			}
		}
		try (SupervisedApplication worker = SupervisedApplication.worker()
			.withoutPort()
			.arguments("--sam.watchdog.mode=sidecar")
			.start()) {
			worker.awaitOutput(READY);
			ProcessTable.signal("TERM", worker.launchedPid());
			assertThat(worker.awaitExit()).isEqualTo(143);
			worker.assertNothingIsLeft();
		}
	}

	@Test
	void externalWatchdogShouldSuperviseWhatItStarts() {
		try (SupervisedApplication desk = underExternalWatchdog(SupervisedApplication.sample()).start().awaitHttp()) {
			Status first = desk.awaitRunning();
			assertThat(first.mode()).isEqualTo("external");
			assertThat(first.watchdogPid()).isEqualTo(desk.launchedPid());
			desk.awaitOutput("SAM watchdog \\d+\\.\\d+\\.\\d+\\S*, Java \\d+");
			desk.awaitOutput("SAM registered this process, pid \\d+, as instance 0 "
					+ "\\(SAM for Spring Boot \\d+\\.\\d+\\.\\d+\\S*\\)");
			desk.put("/orders/1", "kept");
			ProcessTable.signal("KILL", first.pid());
			desk.awaitStatus("the next instance",
					(status) -> status.instanceId() == 1 && status.state().equals("running"));
			assertThat(desk.get("/orders").body()).contains("kept");
			ProcessTable.signal("TERM", desk.launchedPid());
			assertThat(desk.awaitExit()).isEqualTo(143);
			desk.assertNothingIsLeft();
		}
	}

	@Test
	void plainProgramShouldBeSupervised() {
		String classPath = Path.of("target/test-classes").toAbsolutePath() + ":" + SupervisedApplication.jar("core");
		Launch program = new Launch().main("-cp", classPath, "io.github.samboot.acceptance.plain.PlainProgram");
		try (SupervisedApplication story = underExternalWatchdog(program.withoutPort()).start()) {
			assertThat(story.awaitExit()).isZero();
			assertThat(story.output()).containsSubsequence("chapter 0 with data []", "silence",
					"chapter 1 with data [from chapter 0]", "chapter 2 with data [from chapter 1]",
					"after finalize: BAD_HANDLE");
			assertThat(story.output()).doesNotContain("chapter 3");
			story.assertNothingIsLeft();
		}
	}

	/**
	 * Odd arguments in the POSIX locale; options from everywhere; and the streams.
	 */
	@Test
	void everythingShouldReachTheApplicationUnchanged() throws IOException {
		Path script = this.directory.resolve("launch.sh");
		Files.writeString(script,
				"exec \"$@\" 'two words' 'say \"hi\"' '' \"it's\" 'caf\u00e9 \u20ac' '*' '$HOME' '-'\n",
				StandardCharsets.UTF_8);
		Path options = Files.writeString(this.directory.resolve("options"), "-Dfrom.file=\"an option\" -Xmx200m\n");
		Launch launch = SupervisedApplication.worker()
			.withoutPort()
			.jvmOptions("@" + options, "-Xss300k")
			.environment("LC_ALL", "C")
			.environment("LANG", null)
			.environment("JAVA_TOOL_OPTIONS", "-Dacceptance.tool-option=tool")
			.environment("JDK_JAVA_OPTIONS", "-Dacceptance.jdk-option=jdk")
			.environment("ODD", "caf\u00e9 = \"x\" ")
			.under("/bin/sh", script.toString());
		try (SupervisedApplication worker = launch.start()) {
			worker.awaitOutput(READY);
			assertThat(worker.output()).contains("argument [two words]", "argument [say \"hi\"]", "argument []",
					"argument [it's]", "argument [*]", "argument [$HOME]", "argument [-]", "tool options [tool]");
			ProcessTable.Entry application = worker.applications().get(0);
			List<String> expected = new ArrayList<>(launch.command(0, worker.directory().resolve("tmp")));
			expected
				.addAll(List.of("two words", "say \"hi\"", "", "it's", bytes("caf\u00e9 \u20ac"), "*", "$HOME", "-"));
			List<String> command = new ArrayList<>(application.command());
			assertThat(command.remove(1)).isEqualTo("-XX:+ExitOnOutOfMemoryError");
			assertThat(command).isEqualTo(expected);
			assertThat(ProcessTable.workingDirectory(application.pid()))
				.isEqualTo(ProcessTable.workingDirectory(worker.launchedPid()))
				.isEqualTo(worker.directory().resolve("work").toRealPath());
			assertThat(ProcessTable.environment(application.pid()))
				.contains("LC_ALL=C", "JAVA_TOOL_OPTIONS=-Dacceptance.tool-option=tool",
						"JDK_JAVA_OPTIONS=-Dacceptance.jdk-option=jdk")
				.anyMatch((entry) -> entry.startsWith("ODD=caf"))
				.noneMatch((entry) -> entry.startsWith("LANG=") || entry.startsWith("MALLOC_ARENA_MAX=")
						|| entry.startsWith("SAMBOOT_APP_") || entry.startsWith("SAMBOOT_EXEC="));
			assertThat(ProcessTable.environment(worker.launchedPid()))
				.noneMatch((entry) -> entry.startsWith("JAVA_TOOL_OPTIONS=") || entry.startsWith("JDK_JAVA_OPTIONS="));

			worker.type("say hello");
			worker.awaitOutput("said \\[hello]");
			worker.type("store kept");
			worker.awaitOutput("stored \\[kept]");
			ProcessTable.signal("KILL", application.pid());
			worker.awaitOutput("worker \\d+ has data \\[kept]");
			assertThat(worker.applications().get(0).command()).isEqualTo(application.command());
			worker.type("say again");
			worker.awaitOutput("said \\[again]");
			worker.type("exit 0");
			assertThat(worker.awaitExit()).isZero();
			worker.assertNothingIsLeft();
		}
	}

	@ParameterizedTest
	@Tag("long")
	@ValueSource(strings = { "extracted jar", "class path", "class path from a file" })
	void unpackedApplicationShouldBeSupervised(String layout) throws Exception {
		Path unpacked = this.directory.resolve("unpacked");
		BoundedProcess.runSuccessfully(SupervisedApplication.javaHome().resolve("bin/java").toString(),
				"-Djarmode=tools", "-jar", SupervisedApplication.jar("worker").toString(), "extract", "--destination",
				unpacked.toString());
		Path jar = unpacked.resolve("worker-app-exec.jar");
		String classPath = jar + ":" + unpacked.resolve("lib") + "/*";
		Launch launch = new Launch().withoutPort();
		switch (layout) {
			case "extracted jar" -> launch.jar(jar);
			case "class path" -> launch.main("-cp", classPath, WORKER_MAIN);
			default -> {
				// as mvn spring-boot:run does
				Path file = Files.writeString(this.directory.resolve("cp.argfile"), "-cp \"" + classPath + "\"\n");
				launch.main("@" + file, WORKER_MAIN);
			}
		}
		try (SupervisedApplication worker = launch.start()) {
			assertSupervisedByItsParent(worker);
		}
	}

	@Test
	@Tag("long")
	void smallRuntimeShouldDo() {
		Path runtime = this.directory.resolve("runtime");
		Path jlink = SupervisedApplication.javaHome().resolve("bin/jlink");
		Requirement.command("a JDK", jlink.toString(), "--version");
		BoundedProcess.runSuccessfully(jlink.toString(), "--add-modules",
				"java.base,java.desktop,java.instrument,java.logging,java.management,java.naming,java.sql,java.xml,"
						+ "jdk.unsupported",
				"--strip-debug", "--no-header-files", "--no-man-pages", "--output", runtime.toString());
		try (SupervisedApplication worker = SupervisedApplication.worker().withoutPort().javaHome(runtime).start()) {
			assertSupervisedByItsParent(worker);
			assertThat(worker.applications()).isEmpty();
		}
	}

	@Test
	void sidecarShouldTellAtTheStartThatItsHeapIsTooSmall() {
		Launch launch = SupervisedApplication.worker()
			.withoutPort()
			.arguments("--sam.watchdog.mode=sidecar", "--sam.watchdog.java-options=-Xmx10m");
		for (int i = 0; i < 20_000; i++) {
			launch.environment("SERVICE_%05d_PORT".formatted(i), "tcp://%040d".formatted(i));
		}
		try (SupervisedApplication worker = launch.start()) {
			worker.awaitOutput("too large for the watchdog's heap: .* sam.watchdog.java-options=-Xmx32m");
			// newer JVMs need more for the environment, and may not even come so far
			if (worker.awaitOutput(READY + "|APPLICATION FAILED TO START").group(1) != null) {
				ProcessTable.signal("TERM", worker.launchedPid());
			}
			assertThat(worker.awaitExit()).isPositive();
			worker.assertNothingIsLeft();
		}
	}

	@Test
	@Tag("any-java")
	@Tag("long")
	void reactiveApplicationShouldBeSupervised() {
		try (SupervisedApplication sea = SupervisedApplication.reactive().start().awaitHttp()) {
			Status first = sea.awaitRunning();
			assertThat(first.watchdogPid()).isEqualTo(sea.launchedPid());
			assertThat(sea.post("/tide/DOWN").status()).isEqualTo(200);
			Status second = sea.awaitStatus("the next instance",
					(status) -> status.instanceId() == 1 && status.state().equals("running"));
			assertThat(second.lastReason()).isEqualTo("unhealthy");
			assertThat(second.<String>read("$.incidents[0].message")).contains("tide");
			assertThat(sea.post("/tide/STUCK").status()).isEqualTo(200);
			Status third = sea.awaitStatus("the instance after that",
					(status) -> status.instanceId() == 2 && status.state().equals("running"));
			assertThat(third.lastReason()).isEqualTo("unhealthy");
			assertThat(third.<String>read("$.incidents[0].message")).contains("tide");
			ProcessTable.signal("TERM", sea.launchedPid());
			assertThat(sea.awaitExit()).isEqualTo(143);
			sea.assertNothingIsLeft();
		}
	}

	@Test
	@Tag("long")
	void unusableTemporaryDirectoriesShouldBeWorkedAround() {
		Requirement.command("a mount namespace of its own", "unshare", "-m", "true");
		String mounts = "mount -t tmpfs -o noexec none \"$T\" && mount -t tmpfs -o ro none /dev/shm && exec \"$@\"";
		try (SupervisedApplication worker = SupervisedApplication.worker()
			.withoutPort()
			.under("unshare", "-m", "/bin/sh", "-c",
					"for a in \"$@\"; do case \"$a\" in -Djava.io.tmpdir=*) T=\"${a#*=}\";; esac; done; " + mounts,
					"sh")
			.start()) {
			worker.awaitOutput(READY);
			worker.await("a watchdog", () -> worker.watchdogs().size() == 1);
			worker.type("store kept");
			worker.awaitOutput("stored \\[kept]");
			ProcessTable.signal("KILL", worker.applications().get(0).pid());
			worker.awaitOutput("worker \\d+ has data \\[kept]");
			worker.watchdogs().forEach((watchdog) -> ProcessTable.signal("TERM", watchdog.pid()));
			worker.assertNothingIsLeft();
		}
	}

	/**
	 * A tmpfs of which nothing is left, be it room or inodes, still takes the mount and
	 * may even take a directory.
	 */
	@ParameterizedTest
	@Tag("long")
	@Tag("any-java")
	@ValueSource(strings = { "size=1m", "size=1m,nr_inodes=2" })
	void fullSharedMemoryShouldBeWorkedAround(String limits) {
		try (SupervisedApplication worker = withFullMemory("tmpfs " + limits + " /dev/shm",
				SupervisedApplication.worker().withoutPort())) {
			worker.awaitOutput(READY);
			worker.await("a watchdog", () -> worker.watchdogs().size() == 1);
			assertThat(worker.runDirectory()).hasParent(worker.directory().resolve("tmp"));
			worker.type("store kept");
			worker.awaitOutput("stored \\[kept]");
			ProcessTable.signal("KILL", worker.applications().get(0).pid());
			worker.awaitOutput("worker \\d+ has data \\[kept]");
			ProcessTable.signal("TERM", worker.watchdogs().get(0).pid());
			assertThat(worker.awaitExit()).isEqualTo(143);
			worker.assertNothingIsLeft();
		}
	}

	@Test
	@Tag("long")
	@Tag("any-java")
	void applicationShouldRunUnsupervisedWhereEveryDirectoryIsFull() {
		try (SupervisedApplication desk = withFullMemory("tmpfs size=1m /dev/shm; tmpfs size=1m \"$T\"",
				SupervisedApplication.sample())
			.awaitHttp()) {
			desk.awaitOutput("WARN .*This application runs unsupervised, because no watchdog can be started here: "
					+ "No directory takes a run directory \\(set sam.watchdog.run-directory to one that does\\); "
					+ "/dev/shm: .*No space left.*; /.*/tmp: .*No space left");
			assertThat(desk.get("/actuator/health").<String>read("$.components.sam.status")).isEqualTo("UNKNOWN");
			assertThat(desk.watch().watchdogs()).isEmpty();
			ProcessTable.signal("TERM", desk.launchedPid());
			assertThat(desk.awaitExit()).isEqualTo(143);
			desk.await("no process is left", () -> desk.processes().isEmpty());
		}
	}

	private static SupervisedApplication withFullMemory(String mounts, Launch launch) {
		Requirement.command("a mount namespace of its own", "unshare", "-m", "true");
		return launch.environment("XDG_RUNTIME_DIR", null).under("unshare", "-m", "/bin/sh", "-c", """
				tmpfs() {
					mount -t tmpfs -o "$1" none "$2" || exit 99
					dd if=/dev/zero of="$2/full" bs=64k status=none 2>/dev/null
					[ -s "$2/full" ] || exit 98
				}
				for a in "$@"; do case "$a" in -Djava.io.tmpdir=*) T="${a#*=}";; esac; done
				""" + mounts + "\nexec \"$@\"", "sh").start();
	}

	private static void assertSupervisedByItsParent(SupervisedApplication worker) {
		worker.awaitOutput(READY);
		ProcessTable.Entry first = worker.applications().get(0);
		assertThat(first.parent()).isEqualTo(worker.launchedPid());
		worker.type("store kept");
		worker.awaitOutput("stored \\[kept]");
		ProcessTable.signal("KILL", first.pid());
		worker.awaitOutput("worker \\d+ has data \\[kept]");
		ProcessTable.Entry second = worker.applications().get(0);
		assertThat(second.parent()).isEqualTo(worker.launchedPid());
		assertThat(second.command()).isEqualTo(first.command());
		ProcessTable.signal("TERM", worker.launchedPid());
		assertThat(worker.awaitExit()).isEqualTo(143);
		worker.assertNothingIsLeft();
	}

	private static Launch underExternalWatchdog(Launch launch) {
		return launch.under(SupervisedApplication.javaHome().resolve("bin/java").toString(), "-jar",
				SupervisedApplication.jar("watchdog").toString(), "--");
	}

	private static String bytes(String text) {
		return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
	}

}
