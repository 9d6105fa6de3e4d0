package io.github.samboot.watchdog.conformance;

import java.time.Duration;
import java.util.List;

import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.test.Await;
import io.github.samboot.test.CorosyncCluster;
import io.github.samboot.test.CorosyncNode;
import io.github.samboot.test.Requirement;
import io.github.samboot.test.RequiresCorosync;
import io.github.samboot.watchdog.conformance.scenario.WatchdogServiceMember;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Corosync's own watchdog service, which judges the keys in cmap: what its log says. It
 * does so without a watchdog device too; with one, "NOT tickling" is a reset of the
 * machine.
 */
@Tag("any-java")
@Tag("long")
@Timeout(300)
@RequiresCorosync
class WatchdogServiceTests {

	private static final String GIVEN_UP = "failed!";

	private static final String RESET = "NOT tickling the watchdog!";

	/** The shortest interval that the service uses. */
	private static final int SHORT_INTERVAL = 500;

	private CorosyncCluster cluster;

	private CorosyncNode node;

	@BeforeEach
	void startCluster() {
		this.cluster = CorosyncCluster.start(1);
		this.node = this.cluster.node(1);
		Requirement.that("a Corosync that was built with its watchdog service",
				this.node.log().contains("corosync watchdog service"));
	}

	@AfterEach
	void stopCluster() {
		this.cluster.close();
	}

	@Test
	void healthyApplicationShouldNeverBeGivenUp() {
		try (WatchedProgram quit = member(RecoveryPolicy.QUIT, SHORT_INTERVAL, 1000);
				WatchedProgram restart = member(RecoveryPolicy.RESTART, SHORT_INTERVAL, 1000)) {
			live(quit, 0);
			live(restart, 1);
			assertJudgedAndNotGivenUp(quit);
			assertJudgedAndNotGivenUp(restart);
			assertThat(keys()).doesNotContain("resources.process.").doesNotContain("samboot.");
		}
	}

	@Test
	void applicationThatWaitsForQuorumShouldNeverBeGivenUp() {
		this.node.expectedVotes(2);
		this.node.awaitNotQuorate();
		try (WatchedProgram quit = member(RecoveryPolicy.QUORUM_QUIT, SHORT_INTERVAL, 1000);
				WatchedProgram restart = member(RecoveryPolicy.QUORUM_RESTART, SHORT_INTERVAL, 1000)) {
			awaitKeys(quit, "state (str) = waiting for quorum");
			awaitKeys(restart, "state (str) = waiting for quorum");
			// the service looks at it every half second
			Await.passing(Duration.ofSeconds(3));
			this.node.expectedVotes(1);
			live(quit, 0);
			live(restart, 1);
			assertJudgedAndNotGivenUp(quit);
			assertJudgedAndNotGivenUp(restart);
		}
	}

	@Test
	void replacedWatchdogShouldNotBeJudgedByTheKeysOfTheOneBefore() {
		try (WatchedProgram program = member(RecoveryPolicy.QUIT, 4000, 0)) {
			awaitRunning(program);
			program.killWatchdog();
			awaitGone(program);
			assertThat(program.secondWatchdogPid()).isNotEqualTo(program.watchdogPid());
			// the first look of the service is due 8 s after the state has appeared
			Await.passing(Duration.ofSeconds(9));
			assertThat(this.node.log()).doesNotContain(GIVEN_UP)
				.contains("resource \"" + program.watchdogPid() + "\" deleted from cmap!");
			assertThat(keys()).contains("resources.process." + program.secondWatchdogPid() + ".state (str) = running");
		}
		assertThat(keys()).doesNotContain("resources.process.").doesNotContain("samboot.");
	}

	@Test
	void keysShouldGoWithTheNextStartWhenApplicationAndWatchdogWereKilled() {
		long killed;
		try (WatchedProgram program = member(RecoveryPolicy.QUIT, 10_000, 0)) {
			awaitRunning(program);
			program.killBoth();
			killed = program.watchdogPid();
		}
		assertThat(keys()).contains("resources.process." + killed + ".state (str) = running");
		try (WatchedProgram program = member(RecoveryPolicy.QUIT, 10_000, 0)) {
			awaitRunning(program);
			assertThat(keys()).doesNotContain("resources.process." + killed + ".");
		}
		assertThat(this.node.log()).doesNotContain(GIVEN_UP);
	}

	@Test
	void intervalThatTheServiceCannotUseShouldNotBeJudged() {
		try (WatchedProgram none = member(RecoveryPolicy.QUIT, 0, 1000);
				WatchedProgram rare = member(RecoveryPolicy.RESTART, 150_000, 0, "-Dsam.scenario.beats-once=true")) {
			awaitRunning(none);
			awaitRunning(rare);
			// the service takes 6 s instead of the interval, looks for the first time
			// after 12 s, and grants 9 s
			Await.passing(Duration.ofSeconds(14));
			assertThat(this.node.log()).contains("Could NOT use poll_period:150000 ms").doesNotContain(GIVEN_UP);
		}
	}

	@Test
	void applicationThatIsGivenUpShouldBeReported() {
		long marked;
		try (WatchedProgram program = member(RecoveryPolicy.RESTART, SHORT_INTERVAL, 0,
				"-Dsam.scenario.mark-failed=true")) {
			program.awaitEnd(Await.PATIENCE);
			marked = program.watchdogPid();
		}
		awaitLog("restart resource \"" + marked + "\" " + GIVEN_UP);
		// longer than the service lets pass between two of its signs of life
		Await.passing(Duration.ofSeconds(4));
		assertThat(this.node.log()).as("a policy with restart has no consequences").doesNotContain(RESET);
		try (WatchedProgram program = member(RecoveryPolicy.QUIT, SHORT_INTERVAL, 0, "-Dsam.scenario.crash=true")) {
			program.awaitEnd(Await.PATIENCE);
			awaitLog("quit resource \"" + program.watchdogPid() + "\" " + GIVEN_UP);
			awaitLog(RESET);
		}
	}

	@Test
	void applicationThatNeverCameUpShouldNotBeReported() {
		try (WatchedProgram program = member(RecoveryPolicy.QUIT, SHORT_INTERVAL, 0, "-Dsam.scenario.refuses=true")) {
			EventLog log = program.awaitEnd(Await.PATIENCE);
			assertThat(log.of(EventLog.SERVER)).containsExactly("server exit 5");
			assertThat(keys()).doesNotContain("resources.process.");
		}
	}

	/**
	 * The same with libsam, which publishes the first time with the first heartbeat.
	 */
	@Nested
	@RequiresLibsam
	class WithLibsam {

		@Test
		void healthyProgramThatStartsLateIsGivenUp() {
			CorosyncNode node = WatchdogServiceTests.this.node;
			String log = node.run(Libsam.program(), "-i", "1000", "late-start");
			assertThat(log).contains("start OK", "server exit 0");
			awaitLog(GIVEN_UP);
			assertThat(node.log()).contains("quit resource");
			awaitLog(RESET);
		}

	}

	/**
	 * Let it live through all its phases, and end in good order.
	 */
	private static void live(WatchedProgram program, int instance) {
		program.await("Heartbeats of instance " + instance, (log) -> log.of(instance).contains("beating"));
		program.terminateWatchdog();
		EventLog log = program.awaitEnd(Await.PATIENCE);
		assertThat(log.of(instance)).contains("closing");
		assertThat(log.of(EventLog.SERVER)).containsExactly("server exit 0");
	}

	private void assertJudgedAndNotGivenUp(WatchedProgram program) {
		String log = this.node.log();
		assertThat(log).contains("Fsm:" + program.watchdogPid() + " event \"config_changed\"")
			.contains("resource \"" + program.watchdogPid() + "\" deleted from cmap!")
			.doesNotContain(GIVEN_UP)
			.doesNotContain(RESET);
	}

	private WatchedProgram member(RecoveryPolicy policy, int interval, int pause, String... options) {
		List<String> all = new java.util.ArrayList<>(List.of(options));
		all.addAll(List.of("-Dsam.scenario.policy=" + policy, "-Dsam.scenario.interval=" + interval,
				"-Dsam.scenario.pause=" + pause));
		return new WatchedProgram(WatchdogServiceMember.class, this.node::command, all.toArray(String[]::new));
	}

	private String keys() {
		return this.node.run("sh", "-c", "corosync-cmapctl -b resources.process.; corosync-cmapctl -b samboot.; true");
	}

	private void awaitKeys(WatchedProgram program, String rest) {
		String key = "resources.process." + program.watchdogPid() + "." + rest;
		program.await(key, (log) -> keys().contains(key));
	}

	private void awaitRunning(WatchedProgram program) {
		program.await("Heartbeats", (log) -> log.of(0).contains("beating"));
		awaitKeys(program, "state (str) = running");
	}

	private void awaitGone(WatchedProgram program) {
		String prefix = "resources.process." + program.watchdogPid() + ".";
		Await.until("the end of " + prefix, () -> keys() + program, () -> !keys().contains(prefix));
	}

	private void awaitLog(String text) {
		Await.until("\"" + text + "\" in Corosync's log", this.node::log, () -> this.node.log().contains(text));
	}

}
