package io.github.samboot.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.github.samboot.acceptance.SupervisedApplication.Launch;
import io.github.samboot.test.Await;
import io.github.samboot.test.ProcessTable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that is asked to end while it has no watchdog, or gets one, ends; so
 * does each watchdog, and nothing is left.
 */
@Tag("integration")
@Tag("long")
@Tag("any-java")
class EndDuringReplacementIT {

	/**
	 * The application learns of both at one moment.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "replace", "exit" })
	void signalThatComesWithTheLossShouldEndAll(String onLoss) {
		try (SupervisedApplication worker = start("--sam.watchdog.on-loss=" + onLoss)) {
			long application = worker.applications().get(0).pid();
			OtherProcess.signal(application, OtherProcess.SIGSTOP);
			OtherProcess.signal(worker.launchedPid(), OtherProcess.SIGKILL);
			worker.await("the end of the watchdog", () -> ProcessTable.isGone(worker.launchedPid()));
			OtherProcess.signal(application, OtherProcess.SIGTERM);
			OtherProcess.signal(application, OtherProcess.SIGCONT);
			worker.assertNothingIsLeft();
		}
	}

	/**
	 * A graceful shutdown takes its time, and the user data are not to be left when the
	 * watchdog that was to remove them is killed meanwhile.
	 */
	@Test
	void lossDuringTheEndShouldLeaveNothing(@TempDir Path directory) throws IOException {
		Path file = Files.createFile(directory.resolve("not yet"));
		try (SupervisedApplication worker = start("--worker.closes-after=" + file)) {
			worker.type("store kept");
			worker.awaitOutput("stored \\[kept]");
			long application = worker.applications().get(0).pid();
			OtherProcess.signal(application, OtherProcess.SIGTERM);
			worker.awaitOutput("closing");
			// not just at the moment at which it is told
			Await.passing(Duration.ofSeconds(2));
			OtherProcess.signal(worker.launchedPid(), OtherProcess.SIGKILL);
			worker.await("the end of the run directory", () -> worker.runDirectories().isEmpty());
			assertThat(ProcessTable.isGone(application)).isFalse();
			Files.delete(file);
			worker.assertNothingIsLeft();
		}
	}

	/**
	 * The new watchdog is held in its start, so that the signal comes in between.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void signalWhileTheNewWatchdogStartsShouldEndAll(boolean isSignalled) {
		try (SupervisedApplication worker = start()) {
			long application = worker.applications().get(0).pid();
			OtherProcess.signal(worker.launchedPid(), OtherProcess.SIGKILL);
			worker.await("another watchdog", () -> !others(worker).isEmpty());
			long another = others(worker).get(0);
			OtherProcess.signal(another, OtherProcess.SIGSTOP);
			OtherProcess.signal(application, OtherProcess.SIGTERM);
			if (isSignalled) {
				OtherProcess.signal(another, OtherProcess.SIGTERM);
			}
			worker.await("the end of the application", () -> ProcessTable.isGone(application));
			OtherProcess.signal(another, OtherProcess.SIGCONT);
			worker.assertNothingIsLeft();
		}
	}

	@Test
	void signalWhenTheNewWatchdogIsThereShouldEndAll() {
		try (SupervisedApplication worker = start()) {
			long application = worker.applications().get(0).pid();
			OtherProcess.signal(worker.launchedPid(), OtherProcess.SIGKILL);
			worker.awaitOutput("supervises this application now");
			long another = others(worker).get(0);
			OtherProcess.signal(another, OtherProcess.SIGTERM);
			OtherProcess.signal(application, OtherProcess.SIGTERM);
			worker.assertNothingIsLeft();
		}
	}

	/**
	 * The watchdog lives, and only its connection is gone: it is the one that is met
	 * again.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "application", "both", "both, the watchdog last" })
	void signalWhileTheConnectionIsCutShouldEndAll(String receiver) {
		try (SupervisedApplication worker = start()) {
			long application = worker.applications().get(0).pid();
			long watchdog = worker.launchedPid();
			// it neither answers nor ends while it is stopped
			OtherProcess.signal(watchdog, OtherProcess.SIGSTOP);
			OtherProcess.connections(watchdog).forEach((connection) -> OtherProcess.cut(watchdog, connection));
			worker.awaitOutput("The connection to the watchdog \\(pid " + watchdog + "\\) has ended");
			OtherProcess.signal(application, OtherProcess.SIGTERM);
			if (receiver.equals("both, the watchdog last")) {
				worker.await("the end of the application", () -> ProcessTable.isGone(application));
			}
			if (receiver.startsWith("both")) {
				OtherProcess.signal(watchdog, OtherProcess.SIGTERM);
			}
			OtherProcess.signal(watchdog, OtherProcess.SIGCONT);
			assertThat(worker.awaitExit()).isEqualTo(143);
			worker.assertNothingIsLeft();
			assertThat(worker.output()).doesNotContain("instance 1");
		}
	}

	private static SupervisedApplication start(String... arguments) {
		Launch launch = SupervisedApplication.worker()
			.withoutPort()
			.arguments("--sam.time-interval=1h")
			.arguments(arguments);
		SupervisedApplication worker = launch.start();
		worker.awaitOutput("worker \\d+ has data");
		worker.await("watchdog and application",
				() -> worker.watchdogs().size() == 1 && worker.applications().size() == 1);
		return worker;
	}

	/** The watchdogs that were not launched. */
	private static List<Long> others(SupervisedApplication worker) {
		return worker.watchdogs()
			.stream()
			.map(ProcessTable.Entry::pid)
			.filter((pid) -> pid != worker.launchedPid())
			.toList();
	}

}
