package io.github.samboot.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import com.jayway.jsonpath.JsonPath;
import io.github.samboot.acceptance.SupervisedApplication.Status;
import io.github.samboot.test.Await;
import io.github.samboot.test.ProcessTable;
import io.github.samboot.test.Requirement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What operators do with a supervised application, and what it costs them.
 */
@Tag("integration")
@Tag("any-java")
class OperatingIT {

	private static final Duration INTERVAL = Duration.ofSeconds(1);

	/**
	 * Supervision is switched off, on, and used to get a new instance.
	 */
	@Test
	@Tag("long")
	void supervisionShouldBeSwitchedThroughTheEndpoint() {
		try (SupervisedApplication desk = SupervisedApplication.sample()
			.arguments("--management.endpoint.sam.access=unrestricted")
			.start()
			.awaitHttp()) {
			Status first = desk.awaitRunning();
			assertThat(desk.act("stop").<String>read("$.state")).isEqualTo("stopped");
			assertThat(desk.get("/actuator/health").status()).isEqualTo(200);
			assertThat(desk.get("/actuator/health").<String>read("$.components.sam.status")).isEqualTo("UNKNOWN");
			ProcessTable.signal("STOP", first.pid());
			Await.passing(INTERVAL.multipliedBy(4));
			assertThat(ProcessTable.isGone(first.pid())).isFalse();
			ProcessTable.signal("CONT", first.pid());
			desk.awaitHttp();
			assertThat(desk.act("start").<String>read("$.state")).isEqualTo("running");
			Await.passing(INTERVAL.multipliedBy(3));
			assertThat(desk.awaitRunning().pid()).isEqualTo(first.pid());
			assertThat(desk.act("recover").status()).isEqualTo(200);
			Status second = desk.awaitStatus("the next instance",
					(status) -> status.instanceId() == 1 && status.state().equals("running"));
			assertThat(second.lastReason()).isEqualTo("requested");
			assertThat(desk.act("dance").status()).isEqualTo(400);
			desk.watch().assertNeverTwo();
		}
	}

	/**
	 * As many members as there are must not take the threads that a signal needs, and one
	 * that has to wait for a thread says nothing.
	 */
	@Test
	@Tag("long")
	void healthGroupOfManyMembersShouldCostNeitherTheInstanceNorItsEnd() {
		try (ControlGroup container = new ControlGroup("pids", "pids.max");
				SupervisedApplication worker = SupervisedApplication.worker()
					.withoutPort()
					.under(container.command())
					.arguments("--worker.members=600", "--management.endpoint.health.group.liveness.include=many",
							"--sam.time-interval=2s")
					.start()) {
			worker.awaitOutput("worker \\d+ has data");
			worker.await("an application", () -> worker.applications().size() == 1);
			long pid = worker.applications().get(0).pid();
			int threads = ProcessTable.entries(pid, "task");
			container.set("pids.max", String.valueOf(Integer.parseInt(container.get("pids.current")) + 40));
			// five intervals, in which a round has hardly begun
			Await.passing(INTERVAL.multipliedBy(10));
			assertThat(worker.applications()).singleElement().satisfies((one) -> assertThat(one.pid()).isEqualTo(pid));
			assertThat(ProcessTable.entries(pid, "task")).isLessThan(threads + 40);
			assertThat(checks(pid)).isBetween(2L, 16L);
			ProcessTable.signal("TERM", pid);
			assertThat(worker.awaitExit()).isEqualTo(143);
			worker.assertNothingIsLeft();
			assertThat(worker.output()).doesNotContain("unhealthy", " failed: ");
		}
	}

	private static long checks(long pid) {
		try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
			// the kernel keeps fifteen characters
			return threads.filter((thread) -> name(thread).equals("sam-health-chec")).count();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String name(Path thread) {
		try {
			return Files.readString(thread.resolve("comm")).strip();
		}
		catch (IOException ex) {
			// it has ended
			return "";
		}
	}

	@Test
	@Tag("long")
	void linesOfTheWatchdogShouldBeStructuredAsThoseOfTheApplication() {
		try (SupervisedApplication desk = SupervisedApplication.sample()
			.arguments("--logging.structured.format.console=ecs", "--spring.main.banner-mode=off")
			.start()
			.awaitHttp()) {
			ProcessTable.signal("KILL", desk.awaitRunning().pid());
			desk.awaitOutput("Instance 1 \\(pid \\d+\\) is up");
			assertThat(desk.output().lines().dropWhile((line) -> !line.startsWith("{"))).isNotEmpty()
				.allSatisfy((line) -> assertThat(JsonPath.<String>read(line, "$['@timestamp']")).isNotEmpty())
				.anySatisfy((line) -> assertThat(line).contains("\"Instance 0 (pid ", "io.github.samboot.watchdog"));
		}
	}

	@Test
	@Tag("long")
	void outputThatIsNotReadShouldBeToldAndNotCostTheInstance() {
		String pipe = "mkfifo \"$PIPE\" && { sleep 300 < \"$PIPE\" & } && exec \"$@\" > \"$PIPE\"";
		try (SupervisedApplication desk = SupervisedApplication.sample()
			.arguments("--logging.level.org.springframework.web=DEBUG")
			.under("/bin/sh", "-c", "PIPE=$(mktemp -u); " + pipe + "", "sh")
			.start()
			.awaitHttp()) {
			long pid = desk.awaitRunning().pid();
			desk.await("standard output is full, and that is told", () -> {
				if (!desk.output().contains("standard output is not read")) {
					desk.get("/orders");
				}
				return desk.output().contains("The application says: standard output is not read: thread '");
			});
			Await.passing(INTERVAL.multipliedBy(4));
			assertThat(desk.applications()).singleElement()
				.satisfies((application) -> assertThat(application.pid()).isEqualTo(pid));
			assertThat(desk.output()).doesNotContain("failed:");
		}
	}

	/**
	 * The indicator that is DOWN, and the health component of SAM, are what the probe
	 * shows; whether that is bad is decided by the mapping of the group, for both.
	 */
	@Test
	@Tag("long")
	void groupThatMapsDownToSuccessShouldCostNoInstance() {
		try (SupervisedApplication desk = SupervisedApplication.sample()
			.arguments("--management.endpoint.health.group.liveness.status.http-mapping.down=200")
			.start()
			.awaitHttp()) {
			long pid = desk.awaitRunning().pid();
			assertThat(desk.post("/faults/down").status()).isEqualTo(202);
			// as many checks as a failure takes, and as many again
			Await.passing(INTERVAL.multipliedBy(6));
			SupervisedApplication.Answer probe = desk.get("/actuator/health/liveness");
			assertThat(probe.status()).isEqualTo(200);
			assertThat(probe.<String>read("$.status")).isEqualTo("DOWN");
			assertThat(desk.get("/actuator/health").<String>read("$.components.sam.status")).isEqualTo("UP");
			assertThat(desk.get("/actuator/health").<String>read("$.components.sam.details.state"))
				.isEqualTo("running");
			Status status = desk.awaitRunning();
			assertThat(status.pid()).isEqualTo(pid);
			assertThat(status.<Integer>read("$.health.consecutiveFailures")).isZero();
			assertThat(desk.output()).doesNotContain("failed check");
		}
	}

	/**
	 * The heart of such an application beats, and it serves no request.
	 */
	@Test
	@Tag("long")
	void webServerWhoseThreadsAllWaitShouldCostTheInstanceAndAnIdleOneShouldNot() {
		try (SupervisedApplication desk = SupervisedApplication.sample()
			.arguments("--sam.health.progress.enabled=true", "--sam.health.progress.timeout=3s",
					"--server.tomcat.threads.max=2", "--server.tomcat.threads.min-spare=2",
					// the jammed desk is none of its members
					"--management.endpoint.health.group.liveness.include=livenessState")
			.start()
			.awaitHttp()) {
			Status first = desk.awaitRunning();
			Await.passing(Duration.ofSeconds(8));
			Status idle = desk.awaitRunning();
			assertThat(idle.pid()).isEqualTo(first.pid());
			assertThat(idle.<String>read("$.health.status")).isEqualTo("UP");
			assertThat(desk.post("/faults/stuck-health").status()).isEqualTo(202);
			for (int i = 0; i < 4; i++) {
				Thread client = new Thread(() -> desk.put("/orders/1", "never taken"), "client " + i);
				client.setDaemon(true);
				client.start();
			}
			Status second = desk.awaitStatus("the next instance",
					(status) -> status.instanceId() == 1 && status.state().equals("running"));
			assertThat(second.lastReason()).isEqualTo("unhealthy");
			assertThat(second.<String>read("$.incidents[0].message")).contains("health indicator 'progress' is DOWN");
			desk.awaitOutput("'progress' is DOWN.*2 of 2 .*OrderDesk");
		}
	}

	/**
	 * A JVM that gets no memory for its heap, stacks or code ends itself with a report.
	 */
	@Test
	@Tag("long")
	void watchdogThatGetsNoMemoryShouldNotHangAndLeaveNoReport() throws IOException {
		try (SupervisedApplication worker = SupervisedApplication.worker()
			.withoutPort()
			.arguments("--sam.restart.max-restarts=2", "--sam.restart.delay=10ms")
			.start()) {
			worker.awaitOutput("worker \\d+ has data");
			worker.await("an application", () -> worker.applications().size() == 1);
			long watchdog = worker.launchedPid();
			Requirement.command("prlimit", "prlimit", "--pid", String.valueOf(watchdog),
					"--as=" + ProcessTable.memory(watchdog, "VmSize") * 1024 + ":unlimited");
			ProcessTable.signal("KILL", worker.applications().get(0).pid());
			worker.await("the end of the watchdog, or the next instance",
					() -> ProcessTable.isGone(watchdog) || worker.output().split("worker \\d+ has data").length == 3);
			if (ProcessTable.isGone(watchdog)) {
				assertThat(worker.awaitExit()).isNotZero();
				worker.await("no process is left", () -> worker.processes().isEmpty());
			}
			assertThat(worker.directory().resolve("work")).isEmptyDirectory();
			worker.watch().assertNeverTwo();
		}
	}

	@Test
	void endpointShouldOnlyBeReadUnlessAccessIsGiven() {
		try (SupervisedApplication desk = SupervisedApplication.sample().start().awaitHttp()) {
			Status status = desk.awaitRunning();
			assertThat(desk.act("recover").status()).isEqualTo(405);
			assertThat(desk.awaitRunning().pid()).isEqualTo(status.pid());
		}
	}

	@Test
	void incidentsShouldBeReportedInFiles() throws IOException {
		try (SupervisedApplication worker = SupervisedApplication.worker()
			.withoutPort()
			.arguments("--sam.incidents.directory=reports")
			.start()) {
			worker.awaitOutput("worker \\d+ has data");
			worker.await("an application", () -> worker.applications().size() == 1);
			ProcessTable.signal("KILL", worker.applications().get(0).pid());
			worker.awaitOutput("(?s)(worker \\d+ has data.*){2}");
			Path reports = worker.directory().resolve("work/reports");
			worker.await("two reports that know the recovery",
					() -> contents(reports).stream()
						.filter((text) -> text.contains("process-exit") && text.contains("ecovered"))
						.count() == 2);
		}
	}

	/**
	 * Without a time limit silence is no failure, and death still is.
	 */
	@Test
	@Tag("long")
	void onlyDeathShouldCountWithoutTimeLimit() {
		try (SupervisedApplication desk = SupervisedApplication.sample()
			.arguments("--sam.time-interval=0")
			.start()
			.awaitHttp()) {
			Status first = desk.awaitRunning();
			ProcessTable.signal("STOP", first.pid());
			Await.passing(Duration.ofSeconds(5));
			assertThat(ProcessTable.isGone(first.pid())).isFalse();
			ProcessTable.signal("KILL", first.pid());
			desk.awaitStatus("the next instance",
					(status) -> status.instanceId() == 1 && status.state().equals("running"));
		}
	}

	@Test
	void applicationThatPromisesHeartbeatsShouldSendThem() {
		try (SupervisedApplication worker = SupervisedApplication.worker()
			.withoutPort()
			.arguments("--sam.health.mode=application")
			.start()) {
			worker.awaitOutput("(?s)(worker \\d+ has data.*){2}");
			assertThat(worker.output()).contains("no heartbeat for");
		}
	}

	/**
	 * The run directory may be removed by others at any time: a logout, a cleaner.
	 */
	@Test
	@Tag("long")
	void lostRunDirectoryShouldCostNothing() throws IOException {
		try (SupervisedApplication desk = SupervisedApplication.sample().start().awaitHttp()) {
			Status first = desk.awaitRunning();
			desk.put("/orders/1", "kept");
			org.springframework.util.FileSystemUtils.deleteRecursively(desk.runDirectory());
			Await.passing(INTERVAL.multipliedBy(3));
			assertThat(desk.awaitRunning().pid()).isEqualTo(first.pid());
			ProcessTable.signal("KILL", first.pid());
			desk.awaitStatus("the next instance",
					(status) -> status.instanceId() == 1 && status.state().equals("running"));
			assertThat(desk.get("/orders").body()).contains("kept");
			assertThat(desk.put("/orders/2", "kept, too").status()).isEqualTo(204);
			ProcessTable.signal("TERM", desk.launchedPid());
			assertThat(desk.awaitExit()).isEqualTo(143);
			desk.assertNothingIsLeft();
		}
	}

	/**
	 * Process 1 of a container has nobody above it, and gets what has lost its parent.
	 */
	@Test
	@Tag("long")
	void firstProcessOfAContainerShouldBeAWatchdog() {
		Requirement.command("namespaces of its own", "unshare", "--pid", "--fork", "--mount-proc", "true");
		try (SupervisedApplication worker = SupervisedApplication.worker()
			.withoutPort()
			.under("unshare", "--pid", "--fork", "--mount-proc", "--kill-child")
			.start()) {
			worker.awaitOutput("worker \\d+ has data");
			worker.type("store kept");
			worker.awaitOutput("stored \\[kept]");
			for (int i = 0; i < 10; i++) {
				worker.type("orphan");
			}
			worker.awaitOutput("As process 1 the watchdog removes zombies: \\d+ processes had lost their parent");
			worker.type("halt 3");
			worker.awaitOutput("worker \\d+ has data \\[kept]");
			worker.await("one watchdog", () -> worker.watchdogs().size() == 1);
			ProcessTable.signal("TERM", worker.watchdogs().get(0).pid());
			assertThat(worker.awaitExit()).isEqualTo(143);
			assertThat(worker.processes()).isEmpty();
		}
		try (SupervisedApplication worker = SupervisedApplication.worker()
			.withoutPort()
			.arguments("--sam.watchdog.mode=sidecar")
			.under("unshare", "--pid", "--fork", "--mount-proc", "--kill-child")
			.start()) {
			worker.awaitOutput("worker 1 has data");
			assertThat(worker.output()).contains("sidecar mode is not possible because this is process 1");
			assertThat(worker.watch().watchdogs()).isEmpty();
		}
	}

	@Test
	@Tag("long")
	void watchdogShouldBeSmallAndAsleep() {
		for (String mode : List.of("parent", "sidecar")) {
			try (SupervisedApplication desk = SupervisedApplication.sample()
				.arguments("--sam.watchdog.mode=" + mode)
				.start()
				.awaitHttp()) {
				long watchdog = desk.awaitRunning().watchdogPid();
				Await.passing(INTERVAL.multipliedBy(2));
				long wakeUps = ProcessTable.wakeUps(watchdog);
				long began = System.nanoTime();
				Await.passing(INTERVAL.multipliedBy(10));
				double seconds = (System.nanoTime() - began) / 1e9;
				assertThat((ProcessTable.wakeUps(watchdog) - wakeUps) / seconds).as("wake-ups per second, " + mode)
					.isLessThanOrEqualTo(4.0);
				assertThat(ProcessTable.memory(watchdog, "RssAnon")).as("KiB of private memory, " + mode)
					.isLessThanOrEqualTo(16 * 1024);
				assertThat(ProcessTable.memory(watchdog, "VmRSS")).as("KiB of memory, " + mode)
					.isLessThanOrEqualTo(44 * 1024);
			}
		}
	}

	private static List<String> contents(Path directory) {
		if (!Files.isDirectory(directory)) {
			return List.of();
		}
		try (var files = Files.list(directory)) {
			return files.map(OperatingIT::content).toList();
		}
		catch (IOException ex) {
			return List.of();
		}
	}

	private static String content(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			return "";
		}
	}

}
