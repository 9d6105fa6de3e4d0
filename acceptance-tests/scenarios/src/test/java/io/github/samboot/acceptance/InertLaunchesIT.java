package io.github.samboot.acceptance;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.samboot.acceptance.SupervisedApplication.Launch;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where nobody wants a watchdog, there is none, and one line says so.
 */
class InertLaunchesIT {

	@ParameterizedTest
	@ValueSource(strings = { "--sam.watchdog.mode=off", "--sam.enabled=false",
			"-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0" })
	void launchShouldBeInert(String wish) {
		Launch launch = SupervisedApplication.worker().withoutPort();
		try (SupervisedApplication worker = (wish.startsWith("--") ? launch.arguments(wish) : launch.jvmOptions(wish))
			.start()) {
			worker.awaitOutput("worker " + worker.launchedPid() + " has data");
			assertThat(worker.watch().watchdogs()).isEmpty();
			assertThat(worker.output().lines().filter((line) -> line.contains(" INFO ") && line.contains("SAM ")))
				.hasSize(1);
			worker.type("exit 5");
			assertThat(worker.awaitExit()).isEqualTo(5);
			worker.assertNothingIsLeft();
		}
	}

	@Test
	void trainingRunShouldBeInert() {
		try (SupervisedApplication worker = SupervisedApplication.worker()
			.withoutPort()
			.jvmOptions("-Dspring.context.exit=onRefresh")
			.start()) {
			assertThat(worker.awaitExit()).isZero();
			assertThat(worker.watch().watchdogs()).isEmpty();
			worker.assertNothingIsLeft();
		}
	}

	@Test
	void consoleLauncherShouldBeLeftAlone() {
		try (SupervisedApplication launcher = new Launch()
			.main("-cp", System.getProperty("java.class.path"), "org.junit.platform.console.ConsoleLauncher", "execute",
					"--select-class=" + InertUnderTestIT.class.getName())
			.withoutPort()
			.start()) {
			assertThat(launcher.awaitExit()).isZero();
			assertThat(launcher.output()).contains("2 tests successful");
			assertThat(launcher.watch().watchdogs()).isEmpty();
		}
	}

}
