package io.github.samboot.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import io.github.samboot.test.Await;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever breaks the sample application, the report of the incident names it in the
 * lines that are seen first.
 */
@Tag("integration")
@Tag("long")
@TestInstance(Lifecycle.PER_CLASS)
class IncidentIT {

	private static final int FIRST_SCREEN = 25;

	private Path reports;

	private SupervisedApplication desk;

	@BeforeAll
	void launch(@TempDir Path directory) {
		this.reports = directory.resolve("reports");
		this.desk = SupervisedApplication.sample()
			.arguments("--sam.grace-period=3s", "--sam.incidents.keep=100", "--sam.incidents.directory=" + this.reports)
			.start()
			.awaitHttp();
	}

	@AfterAll
	void close() {
		this.desk.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			halt           | exit code 7
			exit           | io.github.samboot.sample.faults.Faults
			segv           | the JVM crashed:  SIGSEGV
			out-of-memory  | OutOfMemoryError, the garbage collector
			freeze         | the process was stopped
			stop-heartbeat | there is no thread 'sam-heartbeat'
			deadlock       | io.github.samboot.sample.faults.Faults
			down           | io.github.samboot.sample.orders.OrdersHealthIndicator
			stuck-health   | io.github.samboot.sample.orders.OrderDesk
			broken         | io.github.samboot.sample.faults.Faults
			""")
	void culpritShouldBeNamed(String fault, String culprit) {
		long before = this.desk.awaitRunning().pid();
		this.desk.get("/actuator/health");
		this.desk.post("/faults/" + fault);
		this.desk.awaitStatus("another instance",
				(status) -> status.pid() != before && "running".equals(status.state()));
		Await.until("the report", () -> report(before).contains("Recovered:"));
		String report = report(before);
		List<String> firstScreen = report.lines().limit(FIRST_SCREEN).toList();
		assertThat(firstScreen).as(report).anyMatch((line) -> Stream.of(culprit.split(", ")).anyMatch(line::contains));
		assertThat(report).contains("Heartbeat: late by [", "Heap:      at most ", "Last log lines:\n");
		assertThat(report).contains(" ms\nExit:");
		assertThat(this.desk.get("/actuator/sam/incidents/1").<Integer>read("$.pid")).isEqualTo((int) before);
		assertThat(this.desk.get("/actuator/sam/incidents/1").<String>read("$.evidence"))
			.contains("Heartbeat: late by");
		assertThat(this.desk.runDirectory()).isDirectoryNotContaining((file) -> file.toString().endsWith("-" + before));
	}

	/**
	 * It kills the largest process of the container, and leaves the watchdog.
	 */
	@Test
	void killerForTheMemoryOfAContainerShouldBeNamed() {
		String oneOfBoth = Files.exists(Path.of("/sys/fs/cgroup/memory")) ? "memory.limit_in_bytes" : "memory.max";
		try (ControlGroup container = new ControlGroup("memory", oneOfBoth)) {
			container.set(oneOfBoth, "400000000");
			if (container.has("memory.swap.max")) {
				container.set("memory.swap.max", "0");
			}
			culpritShouldBeTheKillerOf(container);
		}
	}

	private void culpritShouldBeTheKillerOf(ControlGroup container) {
		try (SupervisedApplication small = SupervisedApplication.sample()
			.under(container.command())
			// more than the container has
			.jvmOptions("-XX:+UseG1GC", "-Xms32m", "-Xmx20g")
			.arguments("--sam.incidents.directory=" + this.reports)
			.start()
			.awaitHttp()) {
			long before = small.awaitRunning().pid();
			assertThat(container.isOf(before)).isTrue();
			small.post("/faults/out-of-memory");
			small.awaitStatus("another instance",
					(status) -> status.pid() != before && "running".equals(status.state()));
			Await.until("the report", () -> report(before).contains("Recovered:"));
			assertThat(report(before).lines().limit(FIRST_SCREEN)).anyMatch((line) -> line
				.startsWith("Culprit:   the kernel's OOM killer, for the memory limit of the container"));
		}
	}

	private String report(long pid) {
		try (Stream<Path> files = Files.list(this.reports)) {
			for (Path file : files.filter((name) -> name.toString().endsWith(".txt")).toList()) {
				String text = Files.readString(file);
				if (text.contains("(pid " + pid + ")\n")) {
					return text;
				}
			}
			return "";
		}
		catch (IOException ex) {
			return "";
		}
	}

}
