package io.github.samboot.watchdog.conformance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.github.samboot.test.RequiresCorosync;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The ten reference scenarios under the real watchdog. Instance ids count from 0.
 */
@Tag("long")
@Timeout(400)
@Tag("any-java")
class ReferenceScenarioTests {

	/**
	 * Of a JVM that SIGTERM has ended. Not 143, which looks like a wish to whoever
	 * watches the watchdog.
	 */
	private static final String TERMINATED = "server exit 1";

	private static final String KILLED = "server exit 137";

	private static final List<String> TEN_BEATS = Collections.nCopies(10, "beat OK");

	@Test
	void basicsShouldRecoverFromSilenceUnlessStopped() {
		Recording recording = recording(Scenario.BASICS);
		EventLog log = recording.java();
		assertThat(log.of(0)).as("%s", recording)
			.containsExactlyElementsOf(list("register OK", "start OK", TEN_BEATS, "silent"));
		assertThat(log.of(1)).as("%s", recording)
			.containsExactlyElementsOf(
					list("register OK", "start OK", TEN_BEATS, "stop OK", "alive", "start OK", "silent"));
		assertThat(log.of(2)).as("%s", recording)
			.containsExactly("register OK", "initialize BAD_HANDLE", "start OK", "stop OK", "finalize OK",
					"finalize BAD_HANDLE", "initialize BAD_HANDLE", "register BAD_HANDLE", "start BAD_HANDLE",
					"stop BAD_HANDLE", "beat BAD_HANDLE", "callback BAD_HANDLE", "exit 0");
		assertThat(log.lastInstance()).isEqualTo(2);
		assertThat(log.of(EventLog.SERVER)).containsExactly("server exit 0");
		assertSilenceWasAtLeast(recording, 0, 1);
		assertSilenceWasAtLeast(recording, 1, 1);
	}

	@Test
	void signalShouldBeDeliveredBeforeTheKillAndTheServerShouldQuit() {
		Recording recording = recording(Scenario.SIGNAL);
		EventLog log = recording.java();
		assertThat(log.of(0)).as("%s", recording)
			.containsExactly("register OK", "start OK", "beat OK", "silent", "signal SIGTERM");
		assertThat(log.lastInstance()).isEqualTo(0);
		assertThat(log.of(EventLog.SERVER)).containsExactly(KILLED);
		long interval = Scenario.SIGNAL.interval();
		assertThat(log.timeOf(0, "signal SIGTERM") - log.timeOf(0, "silent"))
			.isGreaterThanOrEqualTo(interval - margin(interval));
		assertThat(end(log) - log.timeOf(0, "signal SIGTERM")).isGreaterThanOrEqualTo(interval - margin(interval));
	}

	@Test
	void smokeShouldReplaceEveryCrashedInstanceAndLeakNothing() {
		Recording recording = recording(Scenario.SMOKE);
		EventLog log = recording.java();
		for (int id = 0; id < Scenario.CRASHES; id++) {
			assertThat(log.of(id)).as("instance %s of %s", id, recording)
				.containsExactly("register OK", "start OK", "crash SIGSEGV");
		}
		assertThat(log.of(Scenario.CRASHES)).containsExactly("register OK", "exit 0");
		assertThat(log.lastInstance()).isEqualTo(Scenario.CRASHES);
		assertThat(log.of(EventLog.SERVER)).containsExactly("server exit 0");
		// between two instances a few come and go
		assertThat(recording.descriptors().get(1)).as("descriptors of the watchdog late and early")
			.isLessThanOrEqualTo(recording.descriptors().get(0) + 6);
	}

	@Test
	void dataShouldSurviveRecoveriesAndRefuseWhatLibsamRefuses() {
		Recording recording = recording(Scenario.DATA);
		EventLog log = recording.java();
		List<String> beforeRegister = List.of("size BAD_HANDLE", "store BAD_HANDLE", "restore BAD_HANDLE",
				"initialize OK", "size 0", "store OK", "size 128", "restore INVALID_PARAM", "restore OK", "store OK",
				"size 0", "store OK");
		assertThat(log.of(EventLog.UNREGISTERED).subList(0, beforeRegister.size())).as("%s", recording)
			.containsExactlyElementsOf(beforeRegister);
		assertThat(log.of(0)).as("%s", recording)
			.containsExactly("register OK", "start OK", "size 128", "restore OK", "store OK", "exit 1");
		assertThat(log.of(1)).as("%s", recording)
			.containsExactly("register OK", "start OK", "size 121", "restore OK", "store OK", "exit 1");
		assertThat(log.of(2)).as("%s", recording).containsExactly("register OK", "size 0", "exit 0");
		assertThat(log.of(EventLog.SERVER)).containsExactly("server exit 0");
	}

	@Test
	void eventDrivenShouldRecoverAfterTheCallbackFailed() {
		Recording recording = recording(Scenario.EVENT_DRIVEN);
		EventLog log = recording.java();
		List<String> expected = list("register OK", "callback OK", "start OK");
		for (int i = 1; i <= 11; i++) {
			expected.add("callback " + i);
		}
		assertThat(log.of(0)).as("%s", recording).containsExactlyElementsOf(expected);
		assertThat(log.of(1)).as("%s", recording).containsExactly("register OK", "restore OK", "counted 11", "exit 0");
		assertThat(log.of(EventLog.SERVER)).containsExactly("server exit 0");
		long interval = Scenario.EVENT_DRIVEN.interval();
		assertThat(log.timeOf(0, "callback 11") - log.timeOf(0, "callback 1")).isGreaterThanOrEqualTo(9 * interval);
	}

	@Test
	void warnSignalShouldBeTheOneThatWasSet() {
		Recording recording = recording(Scenario.WARN_SIGNAL);
		EventLog log = recording.java();
		assertThat(log.of(0)).as("%s", recording)
			.containsExactly("register OK", "warn-signal OK", "start OK", "beat OK", "silent", "signal SIGUSR1");
		assertThat(log.of(1)).as("%s", recording)
			.containsExactly("register OK", "warn-signal OK", "start OK", "beat OK", "silent");
		assertThat(log.of(2)).as("%s", recording).containsExactly("register OK", "restore OK", "counted 1", "exit 0");
		assertThat(log.of(EventLog.SERVER)).containsExactly("server exit 0");
		assertSilenceWasAtLeast(recording, 0, 2);
		assertSilenceWasAtLeast(recording, 1, 1);
	}

	@Test
	void finalizeShouldNotDeadlock() {
		Recording recording = recording(Scenario.FINALIZE);
		EventLog log = recording.java();
		assertThat(log.of(0)).as("%s", recording).containsExactly("register OK", "start OK", "finalize OK", "exit 0");
		assertThat(log.of(EventLog.SERVER)).containsExactly("server exit 0");
	}

	/**
	 * The scenarios that need a cluster.
	 */
	@Nested
	@RequiresCorosync
	class OnCorosync {

		@Test
		void quorumShouldHoldBackStartAndItsLossShouldKill() {
			Recording recording = recording(Scenario.QUORUM);
			EventLog log = recording.java();
			assertThat(log.of(0)).as("%s", recording)
				.containsExactly("register OK", "starting", "blocked", "votes 1", "start OK", "beat OK", "beat OK",
						"silent", "votes 2", "signal SIGTERM");
			assertThat(log.of(1)).as("%s", recording)
				.containsExactly("register OK", "starting", "blocked", "votes 1", "start OK", "beat OK", "beat OK",
						"stop OK", "exit 0");
			assertThat(log.of(EventLog.SERVER)).containsExactly("server exit 0");
			// and not because of the silence that begins at the same time
			assertThat(recording.watchdogLog()).contains("quorum-lost (this node lost quorum");
			long interval = Scenario.QUORUM.interval();
			assertThat(log.timeOf(1, "register OK") - log.timeOf(0, "signal SIGTERM"))
				.isGreaterThanOrEqualTo(interval - margin(interval));
		}

		@Test
		void cmapUnderQuitShouldBeDeletedAfterACleanEndAndKeptAfterAFailure() {
			Recording recording = recording(Scenario.CMAP_QUIT);
			EventLog log = recording.java();
			List<String> events = log.of(0)
				.stream()
				.map((event) -> event.startsWith("cmap last_updated moved") ? "cmap last_updated moved" : event)
				.toList();
			assertThat(events).as("%s", recording)
				.containsExactly("register OK", "cmap recovery=quit", "cmap poll_period=2000", "cmap state=stopped",
						"start OK", "cmap state=running", "stop OK", "cmap state=stopped", "alive",
						"cmap state=stopped", "start OK", "beat OK", "beat OK", "cmap last_updated moved", "stop OK",
						"cmap state=stopped", "exit 0", // and the second part
						"register OK", "cmap recovery=quit", "cmap poll_period=2000", "cmap state=stopped", "start OK",
						"cmap state=running", "silent");
			assertThat(log.of(EventLog.SERVER)).as("%s", recording)
				.containsExactly("server exit 0", "cmap state NOT_EXIST", TERMINATED, "cmap state=failed");
			String moved = log.of(0)
				.stream()
				.filter((event) -> event.startsWith("cmap last_updated moved"))
				.findFirst()
				.orElseThrow();
			List<Long> beats = log.timesOf(0, "beat OK");
			assertThat(Long.parseLong(moved.replaceAll("\\D", ""))).isCloseTo(beats.get(1) - beats.get(0),
					org.assertj.core.data.Offset.offset(500L));
		}

		@Test
		void cmapUnderRestartShouldFollowEveryInstanceAndKeepTheMark() {
			Recording recording = recording(Scenario.CMAP_RESTART);
			EventLog log = recording.java();
			for (int id = 0; id < 3; id++) {
				assertThat(log.of(id)).as("%s", recording)
					.containsExactly("register OK", "cmap recovery=restart", "cmap state=stopped", "start OK",
							"cmap state=running", "silent");
			}
			assertThat(log.of(3)).as("%s", recording)
				.startsWith("register OK", "cmap recovery=restart", "cmap state=stopped")
				.doesNotContain("alive");
			assertThat(log.lastInstance()).isEqualTo(3);
			assertThat(log.of(EventLog.SERVER)).as("%s", recording).containsExactly(KILLED, "cmap state=failed");
		}

	}

	private static Recording recording(Scenario scenario) {
		Recording recording = Recording.of(scenario);
		assertThat(recording.left()).as("run directories left behind").isEmpty();
		return recording;
	}

	private static void assertSilenceWasAtLeast(Recording recording, int id, int intervals) {
		EventLog log = recording.java();
		long interval = (long) intervals * Scenario.BASICS.interval();
		assertThat(log.timeOf(id + 1, "register OK") - log.timeOf(id, "silent")).as("%s", recording)
			.isGreaterThanOrEqualTo(interval - margin(interval));
	}

	/**
	 * The interval counts from the last beat, which was a moment before the silence was
	 * written down.
	 */
	private static long margin(long interval) {
		return interval / 4;
	}

	private static long end(EventLog log) {
		return log.events().get(log.events().size() - 1).millis();
	}

	private static List<String> list(Object... parts) {
		List<String> list = new ArrayList<>();
		for (Object part : parts) {
			if (part instanceof List<?> several) {
				several.forEach((one) -> list.add((String) one));
			}
			else {
				list.add((String) part);
			}
		}
		return list;
	}

}
