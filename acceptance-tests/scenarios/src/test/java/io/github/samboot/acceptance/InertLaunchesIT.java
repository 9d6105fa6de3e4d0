package io.github.samboot.acceptance;

import java.time.Duration;

import io.github.samboot.acceptance.plain.PlainProgram;
import io.github.samboot.test.Await;
import io.github.samboot.test.JavaProgram;
import io.github.samboot.test.ProcessTable;
import io.github.samboot.test.Requirement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.samboot.acceptance.SupervisedApplication.Launch;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where nobody wants a watchdog, there is none, and one line says so.
 */
@Tag("integration")
@Tag("any-java")
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

	@ParameterizedTest
	@Tag("long")
	@CsvSource({ "UnregisteredApplication, in a runner", "UnregisteredApplication, in refresh",
			"ExcludingApplication, in a runner" })
	void applicationThatNeverRegistersShouldOutliveTheStartupTimeout(String application, String where) {
		Duration startupTimeout = Duration.ofSeconds(10);
		try (SupervisedApplication plain = unregistered(application, "--block-in-refresh=" + where.equals("in refresh"),
				"--sam.restart.startup-timeout=" + startupTimeout.toSeconds() + "s")
			.start()) {
			long pid = Long.parseLong(plain.awaitOutput("process (\\d+) is " + where).group(1));
			Await.passing(startupTimeout.plusSeconds(2));
			plain.type("you there");
			plain.awaitOutput("heard \\[you there]");
			assertThat(plain.applications()).extracting(ProcessTable.Entry::pid).containsExactly(pid);
			plain.type("exit 5");
			assertThat(plain.awaitExit()).isEqualTo(5);
			plain.assertNothingIsLeft();
			assertThat(plain.output()).containsOnlyOnce(" is " + where);
			assertThat(plain.output())
				.containsOnlyOnce("SAM does not supervise this application, because its context "
						+ "has no SAM auto-configuration")
				.contains("The watchdog only forwards signals and returns the exit code");
		}
	}

	@Test
	void watchdogOfApplicationThatNeverRegistersShouldPassSignalsOn() {
		try (SupervisedApplication plain = unregistered("UnregisteredApplication").start()) {
			plain.awaitOutput("is in a runner");
			ProcessTable.signal("TERM", plain.launchedPid());
			assertThat(plain.awaitExit()).isEqualTo(143);
			plain.assertNothingIsLeft();
		}
	}

	private static Launch unregistered(String application, String... arguments) {
		return new Launch()
			.main("-cp", System.getProperty("java.class.path"), PlainProgram.class.getPackageName() + "." + application)
			.withoutPort()
			.arguments("--spring.main.web-application-type=none",
					"--spring.autoconfigure.exclude=io.github.samboot.autoconfigure.SamAutoConfiguration")
			.arguments(arguments);
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

	/**
	 * As in a sandbox that has process ids of its own and the file system of its host.
	 */
	@Test
	void processOfAnotherNamespaceThanProcShouldBeInert() {
		Requirement.command("PID namespaces, and so root", "unshare", "--pid", "--fork", "true");
		try (SupervisedApplication worker = SupervisedApplication.worker()
			.withoutPort()
			.under("unshare", "--pid", "--fork")
			.start()) {
			worker.awaitOutput("worker \\d+ has data");
			assertThat(worker.output())
				.containsOnlyOnce("SAM leaves this process alone because /proc is that of another PID namespace");
			worker.type("exit 5");
			assertThat(worker.awaitExit()).isEqualTo(5);
			worker.assertNothingIsLeft();
		}
	}

	/**
	 * It can neither see the environment of the one that has started it, nor use the run
	 * directory.
	 */
	@Test
	void childThatRunsAsAnotherUserShouldBeInert() {
		Requirement.command("root", "setpriv", "--reuid", "2", "--clear-groups", "true");
		try (SupervisedApplication worker = SupervisedApplication.worker().withoutPort().start()) {
			String pid = worker.awaitOutput("Instance 0 \\(pid (\\d+)\\) is supervised").group(1);
			worker.type("leave setpriv --reuid 2 --clear-groups " + JavaProgram.JAVA + " -jar "
					+ SupervisedApplication.jar("worker") + " --worker.enabled=false");
			worker.awaitOutput("was started by process " + pid + ", which is supervised itself");
			worker.type("exit 0");
			assertThat(worker.awaitExit()).isZero();
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
