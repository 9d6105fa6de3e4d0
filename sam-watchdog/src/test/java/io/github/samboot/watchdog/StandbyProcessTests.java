package io.github.samboot.watchdog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.samboot.test.Await;
import io.github.samboot.test.ProcessTable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Stories of spares, with real processes.
 */
class StandbyProcessTests {

	private static final String READY = "is ready to be promoted";

	/**
	 * Wait until a spare is ready, and return its pid.
	 */
	static long awaitSpare(WatchdogProcess watchdog) {
		String line = watchdog.awaitLine(READY);
		return Long.parseLong(line.replaceFirst(".*pid (\\d+)\\).*", "$1"));
	}

	@Test
	void hotSpareShouldGoOnAfterRegister() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("standby=hot")) {
			long spare = awaitSpare(watchdog);
			assertThat(watchdog.output()).contains(spare + " waits").doesNotContain("registered 1");
			watchdog.doing("store what the spare has not seen").saying("halt 1");
			assertThat(WatchdogProcess.pidOf(watchdog.awaitLine("registered 1"))).isEqualTo(spare);
			assertThat(watchdog.awaitLine("restored")).endsWith("what the spare has not seen");
			watchdog.awaitStarted(1);
			Await.until("the promotion to be said",
					() -> watchdog.output().contains("the spare (pid " + spare + ") is promoted to instance 1"));
			// its heartbeats count now
			long next = awaitSpare(watchdog);
			watchdog.doing("hang");
			assertThat(watchdog.awaitStarted(2)).isEqualTo(next);
		}
	}

	@Test
	void spareShouldHaveALowPriorityUntilItIsPromoted() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("standby=hot")) {
			long spare = awaitSpare(watchdog);
			String normal = TalkingApplication.nice(watchdog.pid());
			int low = Integer.parseInt(normal) + (mayRaisePriority(normal) ? 10 : 0);
			assertThat(watchdog.output()).contains(spare + " nice " + low);
			watchdog.saying("halt 1").awaitStarted(1);
			Await.until("normal priority", () -> TalkingApplication.nice(spare).equals(normal));
			assertThat(watchdog.output().contains("Spares start at normal priority"))
				.isNotEqualTo(mayRaisePriority(normal));
		}
	}

	/**
	 * See {@code CAP_SYS_NICE} in {@code capabilities(7)}, {@code RLIMIT_NICE} in
	 * {@code getrlimit(2)}.
	 */
	private static boolean mayRaisePriority(String nice) throws IOException {
		String capabilities = field(Path.of("/proc/self/status"), "CapEff:");
		String limit = field(Path.of("/proc/self/limits"), "Max nice priority");
		return (Long.parseUnsignedLong(capabilities, 16) >> 23 & 1) == 1 || limit.equals("unlimited")
				|| Integer.parseInt(limit) >= 20 - Integer.parseInt(nice);
	}

	private static String field(Path file, String name) throws IOException {
		return Files.readAllLines(file)
			.stream()
			.filter((line) -> line.startsWith(name))
			.map((line) -> line.substring(name.length()).trim().split("\\s+")[0])
			.findFirst()
			.orElseThrow();
	}

	@Test
	void warmSpareShouldBeginWhenItIsPromoted() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("standby=warm")) {
			long spare = awaitSpare(watchdog);
			watchdog.saying("halt 1");
			assertThat(watchdog.awaitStarted(1)).isEqualTo(spare);
			assertThat(watchdog.output()).contains(spare + " promoted");
		}
	}

	@Test
	void spareShouldEndWithTheWatchdogThatIsAskedToStop() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("standby=hot")) {
			long spare = awaitSpare(watchdog);
			ProcessTable.signal("TERM", watchdog.pid());
			assertThat(watchdog.awaitExit()).isEqualTo(143);
			assertThat(ProcessTable.isGone(spare)).isTrue();
			assertThat(watchdog.leavesNothing()).isTrue();
		}
	}

	@Test
	void spareShouldEndWhenTheWatchdogDiesAndTheNextOneShouldHaveAnother() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("standby=hot")) {
			long active = watchdog.applicationPid();
			long spare = awaitSpare(watchdog);
			ProcessTable.signal("KILL", watchdog.pid());
			Await.until("the spare to end", () -> ProcessTable.isGone(spare));
			watchdog.awaitLine(" replaced ");
			long next = awaitSpare(watchdog);
			assertThat(ProcessTable.isGone(active)).isFalse();
			ProcessTable.signal("KILL", active);
			assertThat(watchdog.awaitStarted(1)).isEqualTo(next);
		}
	}

	@Test
	void spareThatDiesShouldNotConcernTheInstance() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("standby=hot")) {
			long spare = awaitSpare(watchdog);
			ProcessTable.signal("KILL", spare);
			watchdog.awaitLine("The spare (pid " + spare + ") ended with SIGKILL");
			watchdog.doing("status");
			assertThat(watchdog.output()).contains("status RUNNING instance 0", "standby hot failed 0");
			watchdog.saying("halt 1").awaitStarted(1);
		}
	}

	@Test
	void stoppedSpareShouldNotBePromoted() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("standby=hot")) {
			long spare = awaitSpare(watchdog);
			ProcessTable.signal("STOP", spare);
			watchdog.saying("halt 1");
			assertThat(watchdog.awaitStarted(1)).isNotEqualTo(spare);
			assertThat(watchdog.output())
				.contains("The spare (pid " + spare + ") is refreshed: the process is stopped");
			Await.until("the spare to end", () -> ProcessTable.isGone(spare));
		}
	}

	@Test
	void spareThatIsStoppedDuringABackoffShouldNotBePromoted() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("standby=hot", "max-restarts=9", "delay=4000")) {
			awaitSpare(watchdog);
			watchdog.saying("halt 1").awaitStarted(1);
			long spare = awaitSpare(watchdog);
			watchdog.saying("halt 1").awaitLine("starting instance 2 in ");
			ProcessTable.signal("STOP", spare);
			assertThat(watchdog.awaitStarted(2)).isNotEqualTo(spare);
			assertThat(watchdog.output())
				.contains("The spare (pid " + spare + ") is refreshed: the process is stopped");
		}
	}

	@Test
	void spareThatDiesTogetherWithTheInstanceShouldNotBePromoted() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("standby=hot")) {
			long active = watchdog.applicationPid();
			long spare = awaitSpare(watchdog);
			// so that it hears of both ends at once, in whatever order
			ProcessTable.signal("STOP", watchdog.pid());
			ProcessTable.signal("KILL", spare, active);
			Await.until("both to end", () -> ProcessTable.isGone(spare) && ProcessTable.isGone(active));
			ProcessTable.signal("CONT", watchdog.pid());
			watchdog.awaitStarted(1);
			assertThat(watchdog.output()).doesNotContain("is promoted");
		}
	}

	/**
	 * Also right after the promotion, when the watchdog's death may not end it any more.
	 */
	@Test
	void promotedSpareShouldReplaceTheWatchdogLikeAnyInstance() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("standby=hot")) {
			long spare = awaitSpare(watchdog);
			watchdog.saying("halt 1");
			assertThat(watchdog.awaitStarted(1)).isEqualTo(spare);
			ProcessTable.signal("KILL", watchdog.pid());
			watchdog.awaitLine(" replaced ");
			watchdog.doing("status");
			assertThat(watchdog.output()).contains("instance 1 pid " + spare);
		}
	}

	/**
	 * What is promoted over and over leaves nothing behind: no descriptors, threads,
	 * files, processes or memory. {@code -Dsam.test.recoveries=1000} for more than
	 * twenty.
	 */
	@Test
	@Tag("long")
	void repeatedPromotionsShouldLeakNothing() throws IOException {
		int recoveries = Integer.getInteger("sam.test.recoveries", 20);
		int settled = Math.max(recoveries / 10, 5);
		List<String> command = new ArrayList<>(WatchdogProcess.command("interval=60000", "standby=hot"));
		try (WatchdogProcess watchdog = WatchdogProcess.of(command, Map.of())) {
			watchdog.awaitStarted(0);
			int descriptors = 0;
			int threads = 0;
			long memory = 0;
			for (int i = 1; i <= recoveries; i++) {
				long spare = awaitSpare(watchdog);
				if (i == settled) {
					descriptors = ProcessTable.entries(watchdog.pid(), "fd");
					threads = ProcessTable.entries(watchdog.pid(), "task");
					memory = ProcessTable.memory(watchdog.pid(), "RssAnon");
				}
				watchdog.saying("halt 1");
				assertThat(watchdog.awaitStarted(i)).isEqualTo(spare);
			}
			awaitSpare(watchdog);
			// what raises the priority of the last spare may still run
			int descriptorsBefore = descriptors;
			Await.until("no more descriptors than before",
					() -> ProcessTable.entries(watchdog.pid(), "fd") <= descriptorsBefore + 2);
			int threadsBefore = threads;
			Await.until("no more threads than before",
					() -> ProcessTable.entries(watchdog.pid(), "task") <= threadsBefore + 1);
			// 20 reports of incidents are kept, each as text and as JSON
			assertThat(watchdog.runDirectory().toFile().list()).hasSizeLessThan(7 + 2 * 20);
			System.out.println("private memory after " + settled + " recoveries: " + memory + " kB, after " + recoveries
					+ ": " + ProcessTable.memory(watchdog.pid(), "RssAnon") + " kB");
			assertThat(ProcessTable.memory(watchdog.pid(), "RssAnon")).isLessThan(memory + 2048);
		}
	}

}
