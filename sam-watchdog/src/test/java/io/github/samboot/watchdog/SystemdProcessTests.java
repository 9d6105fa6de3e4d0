package io.github.samboot.watchdog;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.github.samboot.test.Await;
import io.github.samboot.test.JavaProgram;
import io.github.samboot.test.ProcessTable;
import io.github.samboot.watchdog.internal.systemd.NotifyListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The watchdog as the main process of a unit, as far as it needs no systemd.
 */
@Timeout(180)
class SystemdProcessTests {

	private static final String CLASS_PATH = WatchdogProcess.classPath() + ":"
			+ JavaProgram.classPath(com.sun.jna.Native.class);

	@TempDir
	private Path directory;

	private String address;

	private NotifyListener systemd;

	@BeforeEach
	void listen() {
		this.address = this.directory + "/notify";
		this.systemd = new NotifyListener(this.address);
	}

	@AfterEach
	void close() {
		this.systemd.close();
	}

	@Test
	void systemdShouldFollowTheApplication() throws Exception {
		try (WatchdogProcess watchdog = WatchdogProcess.of(CLASS_PATH, WatchdogProcess.command("startup-timeout=60000"),
				Map.of("NOTIFY_SOCKET", this.address, "WATCHDOG_USEC", "200000"))) {
			long first = watchdog.awaitStarted(0);
			this.systemd.await("READY=1");
			List<String> beforeReady = this.systemd.messages()
				.stream()
				.takeWhile((message) -> !message.contains("READY=1"))
				.toList();
			assertThat(beforeReady.get(0)).isEqualTo("STATUS=starting, instance 0, pid " + first + "\nWATCHDOG=1\n");
			assertThat(beforeReady).anyMatch((message) -> message.contains("EXTEND_TIMEOUT_USEC=30000000\n"));
			this.systemd.await("STATUS=running, instance 0, pid " + first);
			long second = watchdog.saying("halt 1").awaitStarted(1);
			this.systemd.await("STATUS=running, instance 1, pid " + second + ", last incident: process-exit\n");
			int known = this.systemd.messages().size();
			Await.until("keep-alive messages",
					() -> this.systemd.messages()
						.subList(known, this.systemd.messages().size())
						.stream()
						.filter("WATCHDOG=1\n"::equals)
						.count() > 2);
			assertThat(this.systemd.messages().toString()).containsOnlyOnce("READY=1").doesNotContain("STOPPING");
			ProcessTable.signal("TERM", watchdog.pid());
			watchdog.awaitExit();
			this.systemd.await("STOPPING=1");
		}
	}

	@Test
	void applicationShouldNotBeAbleToSpeakForTheUnit() throws Exception {
		try (WatchdogProcess watchdog = WatchdogProcess.of(CLASS_PATH, List.of("/usr/bin/env"),
				Map.of("NOTIFY_SOCKET", this.address, "WATCHDOG_USEC", "30000000", "WATCHDOG_PID", "1"))) {
			assertThat(watchdog.awaitExit()).isZero();
			assertThat(watchdog.output()).contains("\nSYSTEMD_EXEC_PID=" + watchdog.pid())
				.doesNotContain("NOTIFY_SOCKET")
				.doesNotContain("WATCHDOG_USEC")
				.doesNotContain("WATCHDOG_PID");
			// it has ended without ever being ready
			assertThat(this.systemd.messages().toString()).contains("STOPPING=1").doesNotContain("READY");
		}
	}

	@Test
	void unitOfAnotherMainProcessShouldBeLeftAlone() throws Exception {
		try (WatchdogProcess watchdog = WatchdogProcess.of(CLASS_PATH, List.of("/usr/bin/env"),
				Map.of("NOTIFY_SOCKET", this.address, "WATCHDOG_USEC", "30000000", "SYSTEMD_EXEC_PID", "1"))) {
			assertThat(watchdog.awaitExit()).isZero();
			assertThat(watchdog.output()).contains("systemd is told nothing about this application")
				.contains("\nNOTIFY_SOCKET=" + this.address);
			assertThat(this.systemd.messages()).isEmpty();
		}
	}

	@Test
	void unitThatCannotBeServedShouldBeWarnedOf() throws Exception {
		try (WatchdogProcess watchdog = WatchdogProcess.of(List.of("/usr/bin/env"),
				Map.of("NOTIFY_SOCKET", this.address, "WATCHDOG_USEC", "30000000"))) {
			assertThat(watchdog.awaitExit()).isZero();
			assertThat(watchdog.output()).containsOnlyOnce("systemd cannot be told about this application")
				.contains("JNA is needed to talk to systemd", "WatchdogSec= (here 30000000 us)", "use Type=exec")
				.contains("\nNOTIFY_SOCKET=" + this.address);
		}
	}

}
