package io.github.samboot.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.github.samboot.acceptance.SupervisedApplication.Launch;
import io.github.samboot.acceptance.SupervisedApplication.Status;
import io.github.samboot.test.ProcessTable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spares that wait, take over, and go.
 */
@Tag("integration")
class StandbyIT {

	private static final String LOG_CLASSES = "-Xlog:class+load:file=classes-%p";

	private static long awaitSpare(SupervisedApplication desk) {
		Status status = desk.awaitStatus("a spare that is ready",
				(current) -> "ready".equals(current.read("$.standby.state")));
		return ((Number) status.read("$.standby.pid")).longValue();
	}

	/**
	 * Wait until a class is loaded in a process which logs that.
	 */
	private static void awaitLoaded(SupervisedApplication desk, long pid, String type) {
		Path log = desk.directory().resolve("work/classes-" + pid);
		desk.await(type + " in " + pid, () -> {
			try {
				return Files.readString(log, StandardCharsets.ISO_8859_1).contains(" " + type + " ");
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		});
	}

	private static Status awaitPromoted(SupervisedApplication desk, long spare) {
		Status status = desk.awaitStatus("the spare to be the instance",
				(current) -> current.pid() == spare && current.state().equals("running"));
		desk.awaitHttp();
		return status;
	}

	@Test
	void hotSpareShouldTakeOverWithAllOrders() {
		try (SupervisedApplication desk = SupervisedApplication.sample()
			.withSpare("hot")
			.jvmOptions(LOG_CLASSES)
			.arguments("--sam.grace-period=0")
			.start()
			.awaitHttp()) {
			Status first = desk.awaitRunning();
			long spare = awaitSpare(desk);
			// what it could not know when it was started
			assertThat(desk.put("/orders/1", "after the spare").status()).isEqualTo(204);
			// its web server has not been started
			awaitLoaded(desk, spare, "org.apache.tomcat.util.net.NioEndpoint$Poller");
			desk.await("the memory of its start-up to be given back",
					() -> ProcessTable.memory(spare, "RssAnon") < 0.8 * ProcessTable.memory(first.pid(), "RssAnon"));
			ProcessTable.signal("KILL", first.pid());
			Status second = awaitPromoted(desk, spare);
			assertThat(second.instanceId()).isEqualTo(1);
			assertThat(second.lastReason()).isEqualTo("process-exit");
			assertThat(desk.get("/orders").body()).contains("after the spare");
			assertThat(desk.get("/actuator/prometheus").body()).contains("sam_standby_ready");
			long next = awaitSpare(desk);
			ProcessTable.signal("STOP", second.pid());
			Status third = awaitPromoted(desk, next);
			assertThat(third.lastReason()).isEqualTo("missed-heartbeat");
			assertThat(third.<String>read("$.incidents[0].exit")).isEqualTo("SIGKILL");
			assertThat(desk.get("/orders").body()).contains("after the spare");
			assertThat(desk.output()).containsPattern("pid " + spare + ", is a spare")
				.contains("Exposing", "A hot spare of this application will be started")
				.doesNotContain("Address already in use");
			ProcessTable.signal("TERM", desk.launchedPid());
			assertThat(desk.awaitExit()).isEqualTo(143);
			// the last spare was stopped while it waited, or prepared itself
			assertThat(desk.output()).doesNotContain("Exception encountered", "APPLICATION FAILED TO START");
			desk.assertNothingIsLeft();
		}
	}

	@Test
	@Tag("long")
	void warmSpareShouldTakeOverWithItsClassesLoaded() {
		try (SupervisedApplication desk = SupervisedApplication.sample()
			.withSpare("warm")
			.jvmOptions(LOG_CLASSES)
			.start()
			.awaitHttp()) {
			Status first = desk.awaitRunning();
			long spare = awaitSpare(desk);
			awaitLoaded(desk, spare, "org.springframework.web.servlet.DispatcherServlet");
			assertThat(desk.put("/orders/1", "kept").status()).isEqualTo(204);
			ProcessTable.signal("KILL", first.pid());
			awaitPromoted(desk, spare);
			assertThat(desk.get("/orders").body()).contains("kept");
			awaitSpare(desk);
			ProcessTable.signal("TERM", desk.launchedPid());
			assertThat(desk.awaitExit()).isEqualTo(143);
			desk.assertNothingIsLeft();
		}
	}

	@Test
	@Tag("long")
	@Tag("any-java")
	void spareOfReactiveApplicationShouldTakeOver() {
		try (SupervisedApplication application = SupervisedApplication.reactive()
			.withSpare("hot")
			.arguments("--management.endpoints.web.exposure.include=*")
			.start()
			.awaitHttp()) {
			Status first = application.awaitRunning();
			long spare = awaitSpare(application);
			ProcessTable.signal("KILL", first.pid());
			awaitPromoted(application, spare);
			application.watch().assertNeverTwo();
		}
	}

	/**
	 * An application that only works, without a web server: its runner must not work in
	 * the spare.
	 */
	@Test
	@Tag("long")
	@Tag("any-java")
	void spareOfWorkerShouldNotWork() throws IOException {
		try (SupervisedApplication worker = SupervisedApplication.worker()
			.withSpare("hot")
			.withoutPort()
			.arguments("--spring.pid.file=worker.pid")
			.start()) {
			String active = worker.awaitOutput("worker (\\d+) has data \\[]").group(1);
			long spare = worker.awaitSpare();
			Path pidFile = worker.directory().resolve("work/worker.pid");
			assertThat(pidFile).hasContent(active);
			worker.type("store kept");
			worker.awaitOutput("stored \\[kept]");
			assertThat(worker.output()).doesNotContain("worker " + spare);
			worker.type("halt");
			worker.awaitOutput("worker " + spare + " has data \\[kept]");
			assertThat(pidFile).hasContent(String.valueOf(spare));
			worker.watch().assertNeverTwo();
		}
	}

	@Test
	@Tag("long")
	@Tag("any-java")
	void spareShouldListenNowhereAlsoIfAllIsLazyAndManagementHasAPortOfItsOwn() {
		int management = SupervisedApplication.freePort();
		try (SupervisedApplication desk = SupervisedApplication.sample()
			.withSpare("hot")
			.arguments("--management.server.port=" + management, "--spring.main.lazy-initialization=true")
			.start()) {
			long spare = desk.awaitSpare();
			long first = Long.parseLong(desk.awaitOutput("Started instance 0 of the application, pid (\\d+)").group(1));
			assertThat(ProcessTable.listening(spare)).isZero();
			assertThat(ProcessTable.listening(first)).isEqualTo(2);
			ProcessTable.signal("KILL", first);
			desk.await("the spare to listen", () -> ProcessTable.listening(spare) == 2);
			// a request in the middle of such a start can meet a deadlock of Boot 4.1.2
			desk.awaitOutput("Instance 1 \\(pid " + spare + "\\) is up");
			desk.await("service", () -> desk.get("/orders").status() == 200);
			desk.watch().assertNeverTwo();
		}
	}

	/**
	 * What belongs to the active instance comes in the order that is promised, and not a
	 * moment before it is that.
	 */
	@Test
	@Tag("any-java")
	void spareShouldNotStartNorCreateWhatBelongsToTheActiveInstance() {
		try (SupervisedApplication worker = SupervisedApplication.worker()
			.withSpare("hot")
			.withoutPort()
			.arguments("--worker.tools=true")
			.start()) {
			long spare = worker.awaitSpare();
			String active = worker.awaitOutput("registered as 0 in (\\d+)").group(1);
			for (String process : List.of(active, String.valueOf(spare))) {
				if (!process.equals(active)) {
					assertThat(worker.output()).doesNotContain(" in " + spare);
					worker.type("halt 7");
				}
				worker.awaitOutput("tick in " + process);
				assertThat(worker.output()).containsPattern("(?s)registered as \\d( by promotion)? in " + process
						+ ".*ledger opened in " + process + ".*consumer started in " + process);
			}
			assertThat(worker.output()).contains("registered as 1 by promotion in " + spare);
		}
	}

	@ParameterizedTest
	@Tag("long")
	@Tag("any-java")
	@ValueSource(strings = { "warm", "hot" })
	void spareShouldObeySigtermWhileItWaits(String standby) {
		try (SupervisedApplication desk = SupervisedApplication.sample().withSpare(standby).start().awaitHttp()) {
			Status status = desk.awaitRunning();
			long spare = awaitSpare(desk);
			ProcessTable.signal("TERM", spare);
			long told = System.nanoTime();
			desk.await("the end of the spare", () -> ProcessTable.isGone(spare));
			assertThat(Duration.ofNanos(System.nanoTime() - told))
				.isLessThan(Duration.ofSeconds(2).plus(desk.watch().worstLateness().multipliedBy(2)));
			assertThat(desk.output()).as("Spring's words for a start that failed")
				.doesNotContain("Exception encountered during context initialization");
			desk.awaitOutput(
					"The spare \\(pid " + spare + "\\) ended with exit code 143; another one is started in 5 s");
			assertThat(desk.awaitRunning().pid()).isEqualTo(status.pid());
			assertThat(desk.directory().resolve("tmp")).as("the active instance uses what is in it")
				.isNotEmptyDirectory();
			// and there is another one some time later
			assertThat(awaitSpare(desk)).isNotEqualTo(spare);
		}
	}

	@Test
	@Tag("long")
	@Tag("any-java")
	void spareShouldEndWithItsWatchdog() {
		try (SupervisedApplication desk = SupervisedApplication.sample().withSpare("hot").start().awaitHttp()) {
			Status status = desk.awaitRunning();
			long spare = awaitSpare(desk);
			ProcessTable.signal("KILL", desk.launchedPid());
			desk.await("the end of the spare", () -> ProcessTable.isGone(spare));
			Status adopted = desk.awaitStatus("another watchdog",
					(current) -> current.watchdogPid() != status.watchdogPid() && current.state().equals("running"));
			assertThat(adopted.pid()).isEqualTo(status.pid());
			long next = awaitSpare(desk);
			ProcessTable.signal("KILL", adopted.pid());
			assertThat(awaitPromoted(desk, next).instanceId()).isEqualTo(1);
			desk.watch().assertNeverTwo();
		}
	}

	@Test
	@Tag("long")
	@Tag("any-java")
	void spareOfAnOlderConfigurationShouldBeReplaced(@TempDir Path elsewhere) throws IOException {
		Path mounted = Files.writeString(elsewhere.resolve("application.properties"), "sam.time-interval=2s\n");
		// a change is noticed within a minute: both at once
		try (SupervisedApplication desk = SupervisedApplication.sample()
			.withSpare("hot")
			.arguments("--spring.config.additional-location=" + elsewhere + "/")
			.start()
			.awaitHttp();
				SupervisedApplication worker = SupervisedApplication.worker().withSpare("hot").withoutPort().start()) {
			Status status = desk.awaitRunning();
			long spare = awaitSpare(desk);
			long spareOfWorker = worker.awaitSpare();
			Files.writeString(mounted, "sam.time-interval=3000ms\n");
			// beside the application it is seen also where there was none
			Files.writeString(worker.directory().resolve("work/application.properties"), "sam.grace-period=4s\n");
			awaitReplaced(desk, spare);
			awaitReplaced(worker, spareOfWorker);
			assertThat(desk.awaitRunning().pid()).isEqualTo(status.pid());
			spare = awaitSpare(desk);
			ProcessTable.signal("KILL", status.pid());
			assertThat(awaitPromoted(desk, spare).<String>read("$.timeInterval")).isEqualTo("PT3S");
		}
	}

	private static void awaitReplaced(SupervisedApplication desk, long spare) {
		desk.awaitOutput("The spare \\(pid " + spare
				+ "\\) is refreshed: the application or its configuration was changed on disk");
		desk.await("the end of the spare", () -> ProcessTable.isGone(spare));
	}

	/**
	 * Whoever switches SAM off, for the next start, must not get a second application
	 * beside the first.
	 */
	@Test
	@Tag("long")
	@Tag("any-java")
	void spareThatFindsSamSwitchedOffShouldNotStart() throws IOException {
		Launch launch = SupervisedApplication.sample().withSpare("hot", "3s");
		try (SupervisedApplication desk = launch.start().awaitHttp()) {
			Status status = desk.awaitRunning();
			Files.writeString(desk.directory().resolve("work/application.properties"), "sam.enabled=false\n");
			desk.awaitOutput("The spare \\(pid \\d+\\) is refreshed: it is not to be supervised");
			assertThat(desk.awaitRunning().pid()).isEqualTo(status.pid());
			desk.watch().assertNeverTwo();
			assertThat(desk.output()).doesNotContain("Address already in use", "was already in use");
		}
	}

}
