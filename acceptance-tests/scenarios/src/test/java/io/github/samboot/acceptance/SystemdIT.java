package io.github.samboot.acceptance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.samboot.test.Await;
import io.github.samboot.test.BoundedProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The unit in {@code docs/deployment.md} under a real systemd. All happens to one and the
 * same unit, one after the other.
 */
@Tag("integration")
@Tag("long")
@Tag("any-java")
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(600)
class SystemdIT {

	private static final String UNIT = "shop.service";

	/** Short times, so that the test is; all else is as on the page. */
	private static final String SHORT_TIMES = """
			[Service]
			WatchdogSec=10
			Environment=SAM_TIME_INTERVAL=2s SAM_GRACE_PERIOD=0s
			""";

	private SystemdMachine machine;

	@BeforeAll
	void startMachine() throws IOException {
		Path java = SupervisedApplication.javaHome();
		this.machine = SystemdMachine.start(java);
		Files.writeString(this.machine.file("/etc/passwd"),
				Files.readString(Path.of("/etc/passwd")) + "\nshop:x:4711:65534::/opt/shop:/usr/sbin/nologin\n");
		Files.createDirectory(this.machine.file("/opt/shop"));
		Files.copy(SupervisedApplication.jar("sample"), this.machine.file("/opt/shop/app.jar"));
		String unit = unit();
		assertThat(unit).contains("ExecStart=/usr/bin/java -jar /opt/shop/app.jar\n", "Type=notify", "WatchdogSec=");
		Files.writeString(this.machine.file("/etc/systemd/system/" + UNIT),
				unit.replace("/usr/bin/java", java + "/bin/java"));
		Files.createDirectory(this.machine.file("/etc/systemd/system/" + UNIT + ".d"));
		Files.writeString(this.machine.file("/etc/systemd/system/" + UNIT + ".d/short.conf"), SHORT_TIMES);
		this.machine.run("systemctl", "daemon-reload");
	}

	@AfterAll
	void stopMachine() throws IOException {
		if (this.machine != null) {
			this.machine.close();
		}
	}

	/**
	 * Return the unit that the page shows.
	 */
	private static String unit() throws IOException {
		Path directory = Path.of("").toAbsolutePath();
		while (!Files.exists(directory.resolve("docs/deployment.md"))) {
			directory = directory.getParent();
		}
		String page = Files.readString(directory.resolve("docs/deployment.md"));
		int begin = page.indexOf("```ini\n", page.indexOf("## systemd\n")) + "```ini\n".length();
		return page.substring(begin, page.indexOf("```", begin));
	}

	private String get(String path) {
		return this.machine
			.execute("bash", "-c",
					"exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET " + path + " HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3")
			.output();
	}

	private Map<String, String> await(String what, Predicate<Map<String, String>> condition) {
		Await.until(what, SupervisedApplication.PATIENCE, this::state, () -> condition.test(this.machine.show(UNIT)));
		return this.machine.show(UNIT);
	}

	private String state() {
		return this.machine.execute("systemctl", "status", "--no-pager", "--lines=0", UNIT).output()
				+ this.machine.execute("journalctl", "--no-pager", "--output=cat", "--unit=" + UNIT).output();
	}

	private static boolean isRunning(Map<String, String> unit, int instance) {
		return unit.get("ActiveState").equals("active")
				&& unit.get("StatusText").startsWith("running, instance " + instance + ", pid ");
	}

	private static String application(Map<String, String> unit) {
		Matcher pid = Pattern.compile("pid (\\d+)").matcher(unit.get("StatusText"));
		assertThat(pid.find()).as(unit.get("StatusText")).isTrue();
		return pid.group(1);
	}

	private void signal(String name, String pid) {
		this.machine.run("kill", "-" + name, pid);
	}

	@Test
	@Order(1)
	void unitShouldBeActiveWhenTheApplicationAnswersAndNotBefore() throws Exception {
		Process start = new ProcessBuilder(this.machine.command("systemctl", "start", UNIT)).redirectErrorStream(true)
			.start();
		Map<String, String> starting = await("the watchdog reports a start",
				(unit) -> unit.get("StatusText").startsWith("starting, instance 0, pid "));
		assertThat(starting.get("ActiveState")).isEqualTo("activating");
		assertThat(get("/actuator/health")).doesNotContain("HTTP/1.1 200");
		assertThat(BoundedProcess.exitCode(start)).as(state()).isZero();
		assertThat(get("/actuator/health")).contains("HTTP/1.1 200");
		Map<String, String> unit = await("status", (each) -> isRunning(each, 0));
		assertThat(unit).containsEntry("MainPID", starting.get("MainPID")).containsEntry("NRestarts", "0");
		assertThat(this.machine.run("systemctl", "status", "--no-pager", UNIT))
			.contains("Status: \"running, instance 0, pid " + application(unit) + "\"")
			.contains("Active: active (running)");
	}

	@Test
	@Order(2)
	void applicationShouldNotBeAbleToSpeakForTheUnit() throws IOException {
		Map<String, String> unit = this.machine.show(UNIT);
		assertThat(environment(unit.get("MainPID"))).contains("NOTIFY_SOCKET=", "WATCHDOG_USEC=10000000");
		assertThat(environment(application(unit))).contains("INVOCATION_ID=")
			.doesNotContain("NOTIFY_SOCKET=")
			.doesNotContain("WATCHDOG_");
	}

	private String environment(String pid) throws IOException {
		return Files.readString(this.machine.file("/proc/" + pid + "/environ"), StandardCharsets.ISO_8859_1);
	}

	@Test
	@Order(3)
	void unitShouldStayActiveWhenTheApplicationIsKilledAndWhenItHangs() {
		Map<String, String> before = this.machine.show(UNIT);
		signal("KILL", application(before));
		Map<String, String> killed = await("instance 1", (unit) -> isRunning(unit, 1));
		assertThat(killed.get("StatusText")).endsWith(", last incident: process-exit");
		signal("STOP", application(killed));
		Map<String, String> hung = await("instance 2", (unit) -> isRunning(unit, 2));
		assertThat(hung.get("StatusText")).endsWith(", last incident: missed-heartbeat");
		assertThat(get("/actuator/health")).contains("HTTP/1.1 200");
		// with each recovery the time of WatchdogSec= has passed, or will have soon
		for (int i = 0; i < 2; i++) {
			String last = this.machine.show(UNIT).get("WatchdogTimestampMonotonic");
			await("another keep-alive message", (unit) -> !unit.get("WatchdogTimestampMonotonic").equals(last));
		}
		for (String name : new String[] { "MainPID", "NRestarts", "ActiveEnterTimestampMonotonic" }) {
			assertThat(this.machine.show(UNIT)).containsEntry(name, before.get(name));
		}
	}

	@Test
	@Order(4)
	void unitShouldBeStartedAgainWhenTheWatchdogHangs() {
		Map<String, String> before = this.machine.show(UNIT);
		signal("STOP", before.get("MainPID"));
		Map<String, String> after = await("another start of the unit",
				(unit) -> unit.get("NRestarts").equals("1") && isRunning(unit, 0));
		assertThat(after.get("MainPID")).isNotEqualTo(before.get("MainPID"));
		assertThat(this.machine.file("/proc/" + application(before))).doesNotExist();
		assertThat(state()).contains("Failed with result 'watchdog'");
		assertThat(get("/actuator/health")).contains("HTTP/1.1 200");
	}

	@Test
	@Order(5)
	void unitShouldBeStartedAgainWhenTheWatchdogIsKilled() {
		Map<String, String> before = this.machine.show(UNIT);
		signal("KILL", before.get("MainPID"));
		Map<String, String> after = await("another start of the unit",
				(unit) -> unit.get("NRestarts").equals("2") && isRunning(unit, 0));
		assertThat(after.get("MainPID")).isNotEqualTo(before.get("MainPID"));
		assertThat(this.machine.file("/proc/" + application(before))).doesNotExist();
	}

	@Test
	@Order(6)
	void unitShouldStopCleanly() {
		String application = application(this.machine.show(UNIT));
		this.machine.run("systemctl", "stop", UNIT);
		Map<String, String> unit = this.machine.show(UNIT);
		assertThat(unit).as(state()).containsEntry("ActiveState", "inactive").containsEntry("Result", "success");
		assertThat(state()).contains("stopping instance 0 (pid " + application + ")", "ended with exit code 143",
				"Deactivated successfully");
		assertThat(this.machine.file("/proc/" + application)).doesNotExist();
		assertThat(this.machine.file("/dev/shm")).isEmptyDirectory();
	}

	@Test
	@Order(7)
	void startMayTakeLongerThanTheUnitSaysWhileSamAllowsIt() throws Exception {
		Files.writeString(this.machine.file("/etc/systemd/system/" + UNIT + ".d/quit.conf"), """
				[Service]
				TimeoutStartSec=30
				Environment=SAM_RECOVERY_POLICY=quit
				Restart=no
				""");
		this.machine.run("systemctl", "daemon-reload");
		long begin = System.nanoTime();
		Process start = new ProcessBuilder(this.machine.command("systemctl", "start", UNIT)).redirectErrorStream(true)
			.start();
		String application = application(
				await("a start", (unit) -> unit.get("StatusText").startsWith("starting, instance 0, pid ")));
		Await.until("SAM knows how long it may take", SupervisedApplication.PATIENCE, this::state,
				() -> state().matches("(?s).* INFO " + application + " .*Starting SampleApplication.*"));
		signal("STOP", application);
		Await.until("the time is over", () -> System.nanoTime() - begin > Duration.ofSeconds(35).toNanos());
		assertThat(this.machine.show(UNIT)).containsEntry("ActiveState", "activating");
		signal("CONT", application);
		assertThat(BoundedProcess.exitCode(start)).as(state()).isZero();
	}

	@Test
	@Order(8)
	void applicationThatIsGivenUpShouldBeAFailureOfItsUnit() {
		signal("KILL", application(this.machine.show(UNIT)));
		Map<String, String> unit = await("the end of the unit", (each) -> each.get("ActiveState").equals("failed"));
		assertThat(unit).containsEntry("Result", "exit-code").containsEntry("ExecMainStatus", "137");
	}

}
