package io.github.samboot.acceptance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.jayway.jsonpath.JsonPath;
import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.ProcessTable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The command line of an operator, with the jar that lies in the run directory.
 */
@Tag("integration")
class CommandIT {

	@Test
	void applicationShouldBeShownAndSteered() throws IOException {
		try (SupervisedApplication worker = SupervisedApplication.worker().withoutPort().start()) {
			worker.awaitOutput("worker \\d+ has data");
			long first = worker.applications().get(0).pid();
			BoundedProcess.Result status = command("status", first);
			assertThat(status.exitCode()).as(status.output()).isZero();
			assertThat(status.output()).containsPattern("(?m)^PROGRAM +STATE +INSTANCE +PID ")
				.containsPattern("running +0 +" + first);
			String json = command("status", first, "--json").output();
			assertThat(JsonPath.<String>read(json, "$[0].state")).isEqualTo("running");
			assertThat(JsonPath.<Integer>read(json, "$[0].watchdogPid")).isEqualTo((int) worker.launchedPid());
			assertThat(JsonPath.<List<?>>read(json, "$[0].incidents")).isEmpty();

			assertThat(command("threads", first).output()).contains("\"main\" ", "java.lang.Thread.State");

			BoundedProcess.Result recover = command("recover", first, "maintenance");
			assertThat(recover.exitCode()).as(recover.output()).isZero();
			assertThat(recover.output()).contains("has replaced instance 0 (pid " + first + ")");
			long second = worker.applications().get(0).pid();
			assertThat(command("incidents", second).output()).contains("requested",
					"An operator asks for it: maintenance");
			assertThat(command("incidents", second, "1").output()).contains("Reason:    requested", "Downtime:",
					"Z SIGTERM sent to process " + first, "Z process " + first + " has ended: ",
					"Z instance 1 started as process " + second + ", without a spare");
			assertThat(command("incidents", second, "2").exitCode()).isEqualTo(2);

			BoundedProcess.Result replace = command("replace", second);
			assertThat(replace.exitCode()).as(replace.output()).isZero();
			assertThat(replace.output()).contains("has replaced instance 1 (pid " + second + ")");
			assertThat(ProcessTable.isGone(second)).isTrue();
			long third = worker.applications().get(0).pid();

			BoundedProcess.Result stop = command("stop", third);
			assertThat(stop.exitCode()).as(stop.output()).isZero();
			assertThat(ProcessTable.isGone(third)).isTrue();
			assertThat(ProcessTable.isGone(worker.launchedPid())).isTrue();
			assertThat(command("status", third).exitCode()).isEqualTo(2);
		}
	}

	@Test
	@Tag("long")
	void frozenApplicationShouldBeShown() throws IOException {
		try (SupervisedApplication worker = SupervisedApplication.worker()
			.withoutPort()
			.arguments("--sam.time-interval=1h")
			.start()) {
			worker.awaitOutput("worker \\d+ has data");
			long pid = worker.applications().get(0).pid();
			ProcessTable.signal("STOP", pid);
			assertThat(command("status", pid).output()).containsPattern("running +0 +" + pid);
			assertThat(command("threads", pid).output()).contains("is stopped")
				.containsPattern("\\d+  0 ms  T  java  ");
			ProcessTable.signal("CONT", pid);
		}
	}

	@Test
	void wrongCommandLineShouldBeExplained() throws IOException {
		assertThat(command("dance", 1)).satisfies((result) -> {
			assertThat(result.exitCode()).isEqualTo(64);
			assertThat(result.output()).contains("There is no command 'dance'");
		});
		assertThat(command("status", 1, "--colour").output()).contains("'--colour' is unknown");
		assertThat(command("help", 1).output()).contains("Usage:", "--json", "Exit codes");
	}

	private static BoundedProcess.Result command(String name, long pid, String... words) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar",
						SupervisedApplication.jar("watchdog").toString(), name, "--pid=" + pid));
		command.addAll(List.of(words));
		return BoundedProcess.run(command);
	}

}
