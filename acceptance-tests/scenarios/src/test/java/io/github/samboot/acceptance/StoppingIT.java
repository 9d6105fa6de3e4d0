package io.github.samboot.acceptance;

import io.github.samboot.test.ProcessTable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that is asked to end, or wants to, ends; and with it all that SAM
 * brought along.
 */
@Tag("integration")
@Tag("any-java")
class StoppingIT {

	@ParameterizedTest
	@CsvSource(textBlock = """
			TERM, watchdog,    143
			INT,  watchdog,    130
			HUP,  watchdog,    129
			TERM, application, 143
			INT,  application, 130
			HUP,  application, 129
			""")
	void signalShouldEndBoth(String signal, String receiver, int exitCode) {
		try (SupervisedApplication worker = startWorker()) {
			long pid = worker.applications().get(0).pid();
			ProcessTable.signal(signal, receiver.equals("watchdog") ? worker.launchedPid() : pid);
			assertThat(worker.awaitExit()).isEqualTo(exitCode);
			worker.assertNothingIsLeft();
			assertThat(worker.output()).doesNotContain("instance 1");
		}
	}

	/**
	 * What a terminal does on Ctrl-C, and on its end.
	 */
	@ParameterizedTest
	@CsvSource({ "INT, 130", "HUP, 129" })
	void signalToTheWholeGroupShouldEndBothOnce(String signal, int exitCode) {
		try (SupervisedApplication worker = SupervisedApplication.worker().withoutPort().under("setsid").start()) {
			worker.awaitOutput("worker \\d+ has data");
			worker.await("supervision", () -> worker.watchdogs().size() == 1);
			ProcessTable.signal(signal, -worker.watchdogs().get(0).pid());
			assertThat(worker.awaitExit()).isEqualTo(exitCode);
			worker.assertNothingIsLeft();
		}
	}

	@ParameterizedTest
	@CsvSource({ "exit 0, 0", "close, 0" })
	void wishToEndShouldBeGranted(String wish, int exitCode) {
		try (SupervisedApplication worker = startWorker()) {
			worker.type(wish);
			assertThat(worker.awaitExit()).isEqualTo(exitCode);
			worker.assertNothingIsLeft();
		}
	}

	@Test
	void signalDuringStartShouldEndBoth() {
		try (SupervisedApplication desk = SupervisedApplication.sample().start()) {
			desk.await("an application beside the watchdog",
					() -> desk.watchdogs().size() == 1 && desk.applications().size() == 1);
			ProcessTable.signal("TERM", desk.launchedPid());
			assertThat(desk.awaitExit()).isEqualTo(143);
			desk.assertNothingIsLeft();
		}
	}

	/**
	 * They may be meant to outlive it, and what ends a whole service, as systemd does,
	 * finds them.
	 */
	@Test
	void whatTheApplicationHasStartedShouldOutliveARequestedStop() {
		try (SupervisedApplication worker = startWorker("--sam.restart.end-descendants=true")) {
			worker.type("leave sleep 600");
			long left = Long.parseLong(worker.awaitOutput("left (\\d+) behind").group(1));
			ProcessTable.signal("TERM", worker.launchedPid());
			assertThat(worker.awaitExit()).isEqualTo(143);
			assertThat(worker.processes()).singleElement()
				.satisfies((process) -> assertThat(process.pid()).isEqualTo(left));
			ProcessTable.signal("KILL", left);
			worker.assertNothingIsLeft();
		}
	}

	@Test
	@Tag("long")
	void signalDuringBackOffShouldEndTheWatchdog() {
		try (SupervisedApplication worker = startWorker("--sam.restart.delay=1h", "--sam.restart.max-delay=1h")) {
			worker.type("halt 7");
			worker.awaitOutput("(?s)(worker \\d+ has data.*){2}");
			worker.type("halt 7");
			worker.await("no application", () -> worker.applications().isEmpty());
			assertThat(ProcessTable.isGone(worker.launchedPid())).isFalse();
			ProcessTable.signal("TERM", worker.launchedPid());
			assertThat(worker.awaitExit()).isNotZero();
			worker.assertNothingIsLeft();
		}
	}

	/**
	 * The shutdown endpoint, and a clean exit of a web application, on one launch each.
	 */
	@ParameterizedTest
	@Tag("long")
	@CsvSource({ "/actuator/shutdown, 0", "/faults/exit?code=0, 0" })
	void webApplicationShouldEndByRequest(String path, int exitCode) {
		try (SupervisedApplication desk = SupervisedApplication.sample()
			.arguments("--management.endpoint.shutdown.access=unrestricted",
					"--management.endpoints.web.exposure.include=*")
			.start()
			.awaitHttp()) {
			desk.awaitRunning();
			assertThat(desk.post(path).status()).isIn(200, 202);
			assertThat(desk.awaitExit()).isEqualTo(exitCode);
			desk.assertNothingIsLeft();
		}
	}

	@Test
	@Tag("long")
	void tooManyFailuresShouldEndInAFailedExit() {
		try (SupervisedApplication worker = startWorker("--sam.restart.max-restarts=1")) {
			worker.type("halt 7");
			worker.awaitOutput("(?s)(worker \\d+ has data.*){2}");
			worker.type("halt 7");
			assertThat(worker.awaitExit()).isNotZero();
			worker.assertNothingIsLeft();
		}
	}

	@Test
	void policyQuitShouldPassTheFailureOn() {
		try (SupervisedApplication worker = startWorker("--sam.recovery-policy=quit")) {
			worker.type("exit 9");
			assertThat(worker.awaitExit()).isEqualTo(9);
			worker.assertNothingIsLeft();
		}
	}

	@Test
	@Tag("long")
	void policyQuitShouldTurnADeathBySignalIntoAFailedExit() {
		try (SupervisedApplication worker = startWorker("--sam.recovery-policy=quit")) {
			ProcessTable.signal("KILL", worker.applications().get(0).pid());
			assertThat(worker.awaitExit()).isEqualTo(137);
			worker.assertNothingIsLeft();
		}
	}

	private static SupervisedApplication startWorker(String... arguments) {
		SupervisedApplication worker = SupervisedApplication.worker().withoutPort().arguments(arguments).start();
		worker.awaitOutput("worker \\d+ has data");
		worker.await("watchdog and application",
				() -> worker.watchdogs().size() == 1 && worker.applications().size() == 1);
		return worker;
	}

}
