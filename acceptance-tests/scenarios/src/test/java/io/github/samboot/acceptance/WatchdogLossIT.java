package io.github.samboot.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.stream.Stream;

import io.github.samboot.acceptance.SupervisedApplication.Status;
import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.ProcessTable;
import io.github.samboot.test.Requirement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The death of the watchdog costs nothing but the watchdog.
 */
@Tag("integration")
class WatchdogLossIT {

	@Test
	void newWatchdogShouldTakeOver() {
		try (SupervisedApplication desk = SupervisedApplication.sample().start().awaitHttp()) {
			Status first = desk.awaitRunning();
			desk.put("/orders/1", "before the watchdog died");
			ProcessTable.signal("KILL", first.watchdogPid());
			Status second = desk.awaitStatus("another watchdog", (status) -> {
				// no probe may kill an application that stays up
				assertThat(desk.get("/actuator/health").status()).isEqualTo(200);
				return status.watchdogPid() != first.watchdogPid() && status.state().equals("running");
			});
			assertThat(second.mode()).isEqualTo("sidecar");
			assertThat(second.pid()).isEqualTo(first.pid());
			assertThat(second.instanceId()).isZero();
			assertThat(second.<Integer>read("$.data.size")).isPositive();
			desk.await("component sam is UP again", () -> desk.get("/actuator/health").body().contains("\"sam\":{")
					&& desk.get("/actuator/health").<String>read("$.components.sam.status").equals("UP"));

			desk.put("/orders/2", "between");
			ProcessTable.signal("KILL", second.pid());
			Status third = desk.awaitStatus("the next instance",
					(status) -> status.instanceId() == 1 && status.state().equals("running"));
			assertThat(third.watchdogPid()).isEqualTo(second.watchdogPid());
			assertThat(third.lastReason()).isEqualTo("process-exit");
			assertThat(desk.get("/orders").<String>read("$['1']")).isEqualTo("before the watchdog died");
			assertThat(desk.get("/orders").<String>read("$['2']")).isEqualTo("between");

			ProcessTable.signal("KILL", third.watchdogPid());
			Status fourth = desk.awaitStatus("yet another watchdog",
					(status) -> status.watchdogPid() != third.watchdogPid() && status.state().equals("running"));
			assertThat(fourth.pid()).isEqualTo(third.pid());
			assertThat(fourth.instanceId()).isEqualTo(1);
			assertThat(fourth.<Integer>read("$.recoveries")).isEqualTo(1);

			ProcessTable.signal("TERM", fourth.watchdogPid());
			desk.assertNothingIsLeft();
		}
	}

	/**
	 * A spare that has not connected yet is refused by the new watchdog.
	 */
	@ParameterizedTest
	@Tag("long")
	@ValueSource(strings = { "hot", "warm" })
	void spareThatIsStartingShouldEndWithItsWatchdog(String standby) {
		try (SupervisedApplication desk = SupervisedApplication.sample()
			.withSpare(standby)
			.withSpareOfALostWatchdog()
			.start()
			.awaitHttp()) {
			Status first = desk.awaitRunning();
			long spare = pid(desk.awaitOutput("Started a spare of the application, pid (\\d+)"));
			ProcessTable.signal("KILL", first.watchdogPid());
			desk.awaitOutput("(that started this process \\(pid \\d+\\)|of this spare) has ended.*\\(pid " + spare
					+ "\\) ends now with exit code 70");
			awaitGone(desk, spare);
			Status second = desk.awaitStatus("another watchdog",
					(status) -> status.watchdogPid() != first.watchdogPid() && status.state().equals("running"));
			assertThat(second.pid()).isEqualTo(first.pid());
			// a spare that is ended while it starts can leave files of Tomcat's
			desk.awaitStatus("a spare of that watchdog", (status) -> "ready".equals(status.read("$.standby.state")));
			ProcessTable.signal("TERM", second.watchdogPid());
			desk.assertNothingIsLeft();
		}
	}

	@Test
	void laterInstanceThatIsStartingShouldEndWithItsWatchdog() {
		try (SupervisedApplication desk = SupervisedApplication.sample().start().awaitHttp()) {
			Status first = desk.awaitRunning();
			ProcessTable.signal("KILL", first.pid());
			long next = pid(desk.awaitOutput("Started instance 1 of the application, pid (\\d+)"));
			ProcessTable.signal("KILL", first.watchdogPid());
			awaitGone(desk, next);
			desk.await("the end of all processes", () -> desk.processes().isEmpty());
		}
	}

	private static long pid(Matcher matcher) {
		return Long.parseLong(matcher.group(1));
	}

	private static void awaitGone(SupervisedApplication desk, long pid) {
		desk.await("the end of " + pid, () -> desk.processes().stream().noneMatch((one) -> one.pid() == pid));
	}

	/**
	 * Without heartbeats nothing but the report itself tells the new watchdog.
	 */
	@Test
	@Tag("long")
	void failureReportedIntoADeadConnectionShouldBeToldToTheNewWatchdog() {
		try (SupervisedApplication desk = SupervisedApplication.sample()
			.arguments("--sam.time-interval=0", "--sam.restart.max-restarts=-1", "--sam.restart.max-delay=1s")
			.start()
			.awaitHttp()) {
			Status status = desk.awaitRunning();
			for (int instance = 1; instance <= 3; instance++) {
				ProcessTable.signal("KILL", status.watchdogPid());
				desk.post("/faults/broken");
				int expected = instance;
				status = desk.awaitStatus("instance " + instance,
						(now) -> now.instanceId() == expected && now.state().equals("running"));
				assertThat(status.lastReason()).isEqualTo("unhealthy");
			}
			ProcessTable.signal("TERM", status.watchdogPid());
			desk.assertNothingIsLeft();
		}
	}

	/**
	 * Also if everything around the run directory was removed before, as at a logout.
	 */
	@Test
	void applicationShouldBeAbleToEndWithItsNewWatchdog() throws IOException {
		Path parent = Files.createTempDirectory(Path.of("/dev/shm"), "acceptance-");
		try (SupervisedApplication worker = workerIn(parent)) {
			worker.awaitOutput("worker \\d+ has data");
			FileSystemUtils.deleteRecursively(parent);
			worker.type("store kept");
			worker.awaitOutput("stored \\[kept]");
			worker.awaitOutput("it is made again as /dev/shm/sam-");
			ProcessTable.signal("KILL", worker.launchedPid());
			worker.await("another watchdog", () -> {
				List<ProcessTable.Entry> watchdogs = worker.watchdogs();
				return watchdogs.size() == 1 && watchdogs.get(0).pid() != worker.launchedPid();
			});
			worker.awaitOutput("supervises this application now");
			ProcessTable.signal("TERM", worker.applications().get(0).pid());
			worker.assertNothingIsLeft();
		}
	}

	/**
	 * An update by copying over, or removing, what runs.
	 */
	@ParameterizedTest
	@Tag("long")
	@Tag("any-java")
	@ValueSource(booleans = { false, true })
	void applicationWhoseJarIsGoneShouldGetANewWatchdog(boolean isReplaced, @TempDir Path directory)
			throws IOException {
		Path jar = Files.copy(SupervisedApplication.jar("worker"), directory.resolve("worker.jar"));
		try (SupervisedApplication worker = new SupervisedApplication.Launch().jar(jar)
			.withoutPort()
			.arguments("--sam.restart.delay=10ms", "--sam.restart.max-restarts=1")
			.start()) {
			worker.awaitOutput("worker \\d+ has data");
			long application = worker.applications().get(0).pid();
			Files.delete(jar);
			if (isReplaced) {
				Files.copy(SupervisedApplication.jar("watchdog"), jar);
			}
			ProcessTable.signal("KILL", worker.launchedPid());
			worker.awaitOutput("supervises this application now");
			assertThat(worker.applications()).singleElement()
				.satisfies((process) -> assertThat(process.pid()).isEqualTo(application));
			// without its jar it cannot be started again, and that is said and ends
			ProcessTable.signal("KILL", application);
			worker.awaitOutput("Instance 1 \\(pid \\d+\\) ended with .*startup-failed.*Giving up");
			worker.assertNothingIsLeft();
		}
	}

	/**
	 * Where the watchdog's jar lies beside the application's, no copy of it is made.
	 */
	@Test
	@Tag("long")
	@Tag("any-java")
	void applicationWhoseLibrariesAreGoneShouldStayUpAndSaySo(@TempDir Path directory) throws IOException {
		Path unpacked = directory.resolve("unpacked");
		BoundedProcess.runSuccessfully(SupervisedApplication.javaHome().resolve("bin/java").toString(),
				"-Djarmode=tools", "-jar", SupervisedApplication.jar("sample").toString(), "extract", "--destination",
				unpacked.toString());
		try (Stream<Path> files = Files.list(unpacked);
				SupervisedApplication desk = new SupervisedApplication.Launch()
					.jar(files.filter(Files::isRegularFile).findFirst().orElseThrow())
					.start()
					.awaitHttp()) {
			Status first = desk.awaitRunning();
			Path moved = Files.move(unpacked, directory.resolve("moved"));
			ProcessTable.signal("KILL", first.watchdogPid());
			desk.awaitOutput("No new watchdog could be started \\(.*; this application is not supervised");
			desk.await("component sam is DOWN",
					() -> "DOWN".equals(desk.get("/actuator/health/sam").<String>read("$.status")));
			assertThat(desk.put("/orders/1", "still here").status()).isEqualTo(204);
			Files.move(moved, unpacked);
			Status second = desk.awaitRunning();
			assertThat(second.pid()).isEqualTo(first.pid());
			assertThat(second.watchdogPid()).isNotEqualTo(first.watchdogPid());
			ProcessTable.signal("TERM", second.watchdogPid());
			desk.assertNothingIsLeft();
		}
	}

	/**
	 * Nothing is written to, or started from, a directory that another user has put where
	 * the run directory was.
	 */
	@Test
	@Tag("long")
	void directoryOfAnotherUserShouldNotBeUsedByTheNewWatchdog() throws IOException {
		Requirement.command("root", "setpriv", "--reuid", "2", "--clear-groups", "true");
		Path parent = Files.createTempDirectory(Path.of("/dev/shm"), "acceptance-");
		try (SupervisedApplication worker = workerIn(parent)) {
			worker.awaitOutput("worker \\d+ has data");
			Path directory = onlyFileIn(parent);
			// so that it does not look meanwhile
			ProcessTable.signal("STOP", worker.launchedPid());
			FileSystemUtils.deleteRecursively(directory);
			Files.createDirectory(directory);
			Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
			Files.setAttribute(directory, "unix:uid", 2);
			ProcessTable.signal("KILL", worker.launchedPid());
			worker.awaitOutput("supervises this application now");
			assertThat(directory).isEmptyDirectory();
			ProcessTable.signal("KILL", worker.applications().get(0).pid());
			worker.await("the next instance", () -> worker.output().split("worker \\d+ has data").length == 3);
			assertThat(directory).isEmptyDirectory();
			worker.watchdogs().forEach((watchdog) -> ProcessTable.signal("TERM", watchdog.pid()));
			worker.assertNothingIsLeft();
			assertThat(onlyFileIn(parent)).isEqualTo(directory);
		}
		finally {
			FileSystemUtils.deleteRecursively(parent);
		}
	}

	/**
	 * Where its connection is cut, too, the watchdog cannot tell where the directory is.
	 */
	@ParameterizedTest
	@Tag("long")
	@ValueSource(booleans = { false, true })
	void applicationShouldFindTheDirectoryThatWasMadeAgainElsewhere(boolean isEnding) throws IOException {
		Requirement.root();
		Path parent = Files.createTempDirectory(Path.of("/dev/shm"), "acceptance-");
		try (SupervisedApplication worker = workerIn(parent, "--sam.time-interval=1h")) {
			worker.awaitOutput("worker \\d+ has data");
			long application = worker.applications().get(0).pid();
			Path directory = onlyFileIn(parent);
			// so that it learns of the end of the connection when all is done
			ProcessTable.signal("STOP", application);
			FileSystemUtils.deleteRecursively(directory);
			Files.createDirectory(directory);
			Files.setAttribute(directory, "unix:uid", 2);
			OtherProcess.connections(worker.launchedPid())
				.forEach((connection) -> OtherProcess.cut(worker.launchedPid(), connection));
			worker.awaitOutput("it is made again as");
			if (isEnding) {
				ProcessTable.signal("TERM", application);
			}
			ProcessTable.signal("CONT", application);
			if (!isEnding) {
				worker
					.awaitOutput("The watchdog with pid " + worker.launchedPid() + " supervises this application now");
				worker.type("store kept");
				worker.awaitOutput("stored \\[kept]");
				ProcessTable.signal("KILL", application);
				worker.awaitOutput("has data \\[kept]");
				ProcessTable.signal("TERM", worker.launchedPid());
			}
			worker.assertNothingIsLeft();
			assertThat(worker.output()).doesNotContain("missed-heartbeat");
			assertThat(worker.output().split("worker \\d+ has data")).hasSize(isEnding ? 2 : 3);
		}
		finally {
			FileSystemUtils.deleteRecursively(parent);
		}
	}

	@Test
	@Tag("long")
	void directoryWhoseModeWasChangedShouldNotBeLeftBehind() throws IOException {
		Path parent = Files.createTempDirectory(Path.of("/dev/shm"), "acceptance-");
		try (SupervisedApplication worker = workerIn(parent)) {
			worker.awaitOutput("worker \\d+ has data");
			Files.setPosixFilePermissions(onlyFileIn(parent), PosixFilePermissions.fromString("rwxr-xr-x"));
			worker.awaitOutput("it is made again as");
			ProcessTable.signal("TERM", worker.launchedPid());
			worker.assertNothingIsLeft();
			assertThat(parent).isEmptyDirectory();
		}
		finally {
			FileSystemUtils.deleteRecursively(parent);
		}
	}

	private static SupervisedApplication workerIn(Path parent, String... arguments) {
		return SupervisedApplication.worker()
			.withoutPort()
			.arguments("--sam.watchdog.run-directory=" + parent)
			.arguments(arguments)
			.start();
	}

	private static Path onlyFileIn(Path parent) throws IOException {
		try (Stream<Path> files = Files.list(parent)) {
			List<Path> all = files.toList();
			assertThat(all).hasSize(1);
			return all.get(0);
		}
	}

	@Test
	void applicationShouldEndWithItsWatchdogIfToldSo() {
		try (SupervisedApplication worker = SupervisedApplication.worker()
			.withoutPort()
			.arguments("--sam.watchdog.on-loss=exit")
			.start()) {
			worker.awaitOutput("worker \\d+ has data");
			ProcessTable.signal("KILL", worker.launchedPid());
			worker.await("no process", () -> worker.processes().isEmpty());
			assertThat(worker.output()).contains("on-loss");
			worker.watch().assertNeverTwo();
			worker.assertNothingIsLeft();
		}
	}

}
