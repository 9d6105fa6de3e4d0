package io.github.samboot.watchdog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.samboot.core.internal.rundir.WatchdogAddress;
import io.github.samboot.test.Await;
import io.github.samboot.test.ProcessTable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What happens often must not leave anything behind, each time.
 */
@Tag("long")
class RepeatedRecoveryTests {

	private static final int RECOVERIES = Integer.getInteger("sam.test.recoveries", 100);

	/**
	 * As parent mode starts a watchdog.
	 */
	private static Map<String, String> ownEnvironment() {
		Map<String, String> environment = new HashMap<>(WatchdogAddress.OWN);
		environment.put(WatchdogAddress.EXEC_MARKER, "1");
		return environment;
	}

	/**
	 * One in ten instances is a JVM that comes up, the others crash at once: that is
	 * quicker, and spawns as much. {@code -Dsam.test.recoveries=1000} for more than a
	 * hundred.
	 */
	@Test
	void repeatedRecoveriesShouldLeakNothing(@TempDir Path directory) throws IOException {
		Path count = directory.resolve("count");
		Files.writeString(count, "0");
		int tenth = RECOVERIES / 10;
		String script = "n=$(cat " + count + "); echo $((n + 1)) >" + count + "; [ $((n % " + tenth
				+ ")) -eq 0 ] && exec \"$@\"; kill -SEGV $$";
		List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", script, "sh"));
		command.addAll(WatchdogProcess.command("interval=60000"));
		try (WatchdogProcess watchdog = WatchdogProcess.of(command, ownEnvironment())) {
			watchdog.awaitStarted(0);
			int descriptors = ProcessTable.entries(watchdog.pid(), "fd");
			int threads = ProcessTable.entries(watchdog.pid(), "task");
			long memory = 0;
			for (int started = tenth; started <= RECOVERIES; started += tenth) {
				watchdog.saying("halt 1").awaitStarted(started);
				memory = (started == tenth) ? ProcessTable.memory(watchdog.pid(), "RssAnon") : memory;
			}
			System.out.println("private memory after " + tenth + " recoveries: " + memory + " kB, after " + RECOVERIES
					+ ": " + ProcessTable.memory(watchdog.pid(), "RssAnon") + " kB");
			assertThat(ProcessTable.memory(watchdog.pid(), "RssAnon")).isLessThan(memory + 2048);
			watchdog.saying("status");
			assertThat(watchdog.awaitLine("status")).contains("recoveries " + RECOVERIES);
			// the last report may still be being written
			Await.until("no more descriptors than before",
					() -> ProcessTable.entries(watchdog.pid(), "fd") <= descriptors + 2);
			Await.until("no more threads than before",
					() -> ProcessTable.entries(watchdog.pid(), "task") <= threads + 1);
			// 20 reports of incidents are kept, each as text and as JSON
			Await.until("the last 20 reports", () -> watchdog.runDirectory().toFile().list().length < 6 + 2 * 20);
		}
	}

}
