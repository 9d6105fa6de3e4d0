package io.github.samboot.watchdog.conformance;

import java.util.ArrayList;
import java.util.List;

import io.github.samboot.test.Await;
import io.github.samboot.test.CorosyncCluster;
import io.github.samboot.test.CorosyncNode;
import io.github.samboot.test.ProcessTable;
import io.github.samboot.test.RequiresCorosync;
import io.github.samboot.watchdog.conformance.scenario.ClusterMember;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code docs/quorum.md} says about each failure, and libsam's scenarios leave out.
 */
@Tag("any-java")
@Timeout(300)
@RequiresCorosync
class QuorumFailureTests {

	private static CorosyncCluster cluster;

	private static CorosyncNode node;

	private boolean isAway;

	@BeforeAll
	static void startCluster() {
		cluster = CorosyncCluster.start(1);
		node = cluster.node(1);
	}

	@AfterAll
	static void stopCluster() {
		if (cluster != null) {
			cluster.close();
		}
	}

	@AfterEach
	void mend() {
		if (this.isAway) {
			node.startDaemon();
			node.awaitQuorate();
		}
		node.expectedVotes(1);
		node.awaitQuorate();
		// what a watchdog that was killed could not delete
		node.run("sh", "-c", "corosync-cmapctl -D resources.process. 2>/dev/null || true");
	}

	@Test
	void corosyncThatIsNotThereShouldBeAnErrorOfInitialize() {
		kill();
		try (WatchedProgram program = member()) {
			EventLog log = program.awaitEnd(Await.PATIENCE);
			assertThat(log.of(EventLog.UNREGISTERED)).containsExactly("initialize LIBRARY", "exit 1");
			assertThat(log.of(EventLog.SERVER)).containsExactly("server exit 1");
		}
	}

	@Test
	void corosyncThatComesLaterShouldBeAwaitedIfAskedTo() {
		kill();
		try (WatchedProgram program = member("-Dsam.scenario.await=true")) {
			EventLog log = program.await("Instance 0 waits", (now) -> now.of(0).contains("starting"));
			assertThat(log.of(EventLog.UNREGISTERED)).containsExactly("initialize OK");
			assertThat(has(log, 0, "started")).isFalse();
			node.startDaemon();
			this.isAway = false;
			program.await("Start of instance 0", (now) -> has(now, 0, "started"));
		}
	}

	@Test
	@Tag("long")
	void frozenCorosyncShouldBeAnErrorOfInitialize() {
		long daemon = node.daemonPid();
		ProcessTable.signal("STOP", daemon);
		try (WatchedProgram program = member()) {
			EventLog log = program.awaitEnd(Await.PATIENCE);
			assertThat(log.of(EventLog.UNREGISTERED)).containsExactly("initialize TIMEOUT", "exit 1");
		}
		finally {
			ProcessTable.signal("CONT", daemon);
		}
	}

	@Test
	void lossUnderQuitShouldEndTheWatchdogWithAFailure() {
		try (WatchedProgram program = member("-Dsam.scenario.policy=QUORUM_QUIT")) {
			program.await("Start of instance 0", (now) -> has(now, 0, "started"));
			node.expectedVotes(2);
			EventLog log = program.awaitEnd(Await.PATIENCE);
			assertThat(has(log, 0, "warned")).isTrue();
			assertThat(log.lastInstance()).isEqualTo(0);
			assertThat(log.of(EventLog.SERVER)).containsExactly("server exit 1");
			String prefix = "resources.process." + program.watchdogPid() + ".";
			assertThat(node.run("corosync-cmapctl", "-b", prefix)).contains(prefix + "state (str) = failed");
		}
	}

	@Test
	@Tag("long")
	void quorumThatComesBackShouldNotSaveWhoWasWarned() {
		try (WatchedProgram program = member("-Dsam.scenario.stubborn=true", "-Dsam.scenario.grace=4000")) {
			program.await("Start of instance 0", (now) -> has(now, 0, "started"));
			node.expectedVotes(2);
			program.await("Warning of instance 0", (now) -> has(now, 0, "warned"));
			node.expectedVotes(1);
			EventLog log = program.await("Start of instance 1", (now) -> has(now, 1, "started"));
			assertThat(log.of(0)).contains("quorum no", "quorum yes");
			assertThat(program.watchdogLog()).contains("quorum-lost", "grace period");
		}
	}

	@Test
	@Tag("long")
	void whoBeatsOnWithoutQuorumShouldBeKilledAfterTheGracePeriod() {
		try (WatchedProgram program = member("-Dsam.scenario.stubborn=true", "-Dsam.scenario.interval=0")) {
			program.await("Start of instance 0", (now) -> has(now, 0, "started"));
			node.expectedVotes(2);
			EventLog log = program.await("Instance 1 waits", (now) -> now.of(1).contains("starting"));
			assertThat(has(log, 0, "warned")).isTrue();
			assertThat(has(log, 1, "started")).isFalse();
			node.expectedVotes(1);
			program.await("Start of instance 1", (now) -> has(now, 1, "started"));
		}
	}

	@Test
	void watchdogThatReplacesAnotherShouldAskCorosyncAnew() {
		try (WatchedProgram program = member()) {
			program.await("Start of instance 0", (now) -> has(now, 0, "started"));
			program.killWatchdog();
			EventLog log = program.await("Another watchdog", (now) -> has(now, 0, "watchdog "));
			assertThat(log.lastInstance()).isEqualTo(0);
			assertThat(log.of(0)).contains("watchdog " + program.secondWatchdogPid());
			node.expectedVotes(2);
			log = program.await("Instance 1 waits", (now) -> now.of(1).contains("starting"));
			assertThat(has(log, 0, "warned")).isTrue();
			assertThat(has(log, 1, "started")).isFalse();
			node.expectedVotes(1);
			log = program.await("Start of instance 1", (now) -> has(now, 1, "started"));
			assertThat(log.of(1)).contains("data 1 of 1");
			assertThat(node.run("corosync-cmapctl", "-b", "resources.process."))
				.contains("resources.process." + program.secondWatchdogPid() + ".state (str) = running");
		}
	}

	@Test
	void quorumThatIsLostTogetherWithTheWatchdogShouldNotGoUnnoticed() {
		lossTogetherWithWatchdog(() -> node.expectedVotes(2), () -> node.expectedVotes(1));
	}

	@Test
	void corosyncThatDiesTogetherWithTheWatchdogShouldNotGoUnnoticed() {
		lossTogetherWithWatchdog(this::kill, () -> {
			node.startDaemon();
			this.isAway = false;
		});
	}

	private void lossTogetherWithWatchdog(Runnable loss, Runnable mending) {
		try (WatchedProgram program = member()) {
			program.await("Start of instance 0", (now) -> has(now, 0, "started"));
			program.freezeWatchdog();
			loss.run();
			program.killWatchdog();
			EventLog log = program.await("Instance 1 waits", (now) -> now.of(1).contains("starting"));
			assertThat(has(log, 0, "warned")).as("%s", program).isTrue();
			assertThat(has(log, 1, "started")).isFalse();
			mending.run();
			log = program.await("Start of instance 1", (now) -> has(now, 1, "started"));
			assertThat(log.of(1)).contains("data 1 of 1");
		}
	}

	private void kill() {
		node.killDaemon();
		this.isAway = true;
	}

	private static WatchedProgram member(String... options) {
		List<String> all = new ArrayList<>(List.of("-Dsam.scenario.interval=1000"));
		// the last one of two counts
		all.addAll(List.of(options));
		return new WatchedProgram(ClusterMember.class, node::command, all.toArray(String[]::new));
	}

	private static boolean has(EventLog log, int id, String what) {
		return log.of(id).stream().anyMatch((event) -> event.startsWith(what));
	}

}
