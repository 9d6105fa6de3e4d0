package io.github.samboot.watchdog.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.github.samboot.watchdog.conformance.scenario.ClusterMember;
import io.github.samboot.watchdog.quorum.CorosyncCluster;
import io.github.samboot.watchdog.quorum.CorosyncNode;
import io.github.samboot.watchdog.quorum.RequiresCorosync;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three nodes, an application under a watchdog on each. {@code -Dsam.test.rounds=20}
 * makes it a long test.
 */
@Timeout(1800)
@RequiresCorosync
class ThreeNodeClusterTests {

	private static final int ROUNDS = Integer.getInteger("sam.test.rounds", 4);

	private static final int NODES = 3;

	private static final int MEMORY_BAR_KIB = 26 * 1024;

	/** What the JVM may open and close at any time. */
	private static final int SLACK = 3;

	private CorosyncCluster cluster;

	private final List<WatchedProgram> programs = new ArrayList<>();

	private final List<Long> latencies = new ArrayList<>();

	@BeforeEach
	void startApplications() {
		this.cluster = CorosyncCluster.start(NODES);
		for (CorosyncNode node : this.cluster.nodes()) {
			this.programs.add(new WatchedProgram(ClusterMember.class, node::command, "-Dsam.scenario.interval=1000"));
		}
		for (WatchedProgram program : this.programs) {
			awaitStarted(program, 0);
		}
	}

	@AfterEach
	void stopAll() {
		List<Throwable> problems = new ArrayList<>();
		for (WatchedProgram program : this.programs) {
			try {
				program.close();
			}
			catch (Throwable ex) {
				problems.add(ex);
			}
		}
		List<String> left = new ArrayList<>();
		if (this.cluster != null) {
			for (CorosyncNode node : this.cluster.nodes()) {
				left.add(node.run("sh", "-c", "ls -d /dev/shm/sam-* 2>/dev/null || true").strip());
				left.add(node.run("sh", "-c", "corosync-cmapctl -b resources.process. 2>/dev/null || true").strip());
			}
			this.cluster.close();
		}
		assertThat(problems).isEmpty();
		assertThat(left).as("run directories and cmap keys left behind").containsOnly("");
	}

	@Test
	void partitionShouldRecoverTheApplicationOfThatNodeOnly() {
		List<Held> before = new ArrayList<>();
		for (int round = 0; round < ROUNDS; round++) {
			int victim = round % NODES;
			CorosyncNode node = this.cluster.nodes().get(victim);
			round(victim, node::partition, () -> {
				node.awaitNotQuorate();
				assertThat(started(this.programs.get(victim))).as("started without quorum").isFalse();
				assertThat(state(victim)).isEqualTo("waiting for quorum");
				node.heal();
			});
			if (round == Math.min(NODES, ROUNDS) - 1) {
				// every watchdog has done all of it once
				before = held();
			}
		}
		finish("partition and heal", before);
	}

	@Test
	void deathOfCorosyncShouldRecoverTheApplicationOfThatNodeOnly() {
		List<Held> before = new ArrayList<>();
		for (int round = 0; round < ROUNDS; round++) {
			int victim = round % NODES;
			CorosyncNode node = this.cluster.nodes().get(victim);
			round(victim, node::killDaemon, () -> {
				assertThat(started(this.programs.get(victim))).as("started without Corosync").isFalse();
				node.startDaemon();
			});
			if (round == Math.min(NODES, ROUNDS) - 1) {
				before = held();
			}
		}
		finish("kill and start of Corosync", before);
	}

	/**
	 * One node loses quorum and gets it back.
	 */
	private void round(int victim, Runnable trouble, Runnable mending) {
		WatchedProgram program = this.programs.get(victim);
		int id = program.log().lastInstance();
		List<String> others = others(victim);
		try (CorosyncObserver observer = Libsam.problem().isEmpty()
				? new CorosyncObserver(this.cluster.nodes().get(victim)) : null) {
			awaitObserver(observer);
			trouble.run();
			program.await("Instance " + (id + 1) + " waits for quorum", (log) -> log.of(id + 1).contains("starting"));
			assertThat(program.log().of(id)).filteredOn((event) -> event.startsWith("warned ns ")).hasSize(1);
			mending.run();
			awaitStarted(program, id + 1);
			check(observer, program.log(), id);
		}
		// one recovery, and user data is there
		assertThat(program.log().lastInstance()).as("%s", program).isEqualTo(id + 1);
		assertThat(program.log().of(id + 1)).as("%s", program).contains("data " + (id + 1) + " of " + (id + 1));
		for (CorosyncNode node : this.cluster.nodes()) {
			awaitAllMembers(node);
		}
		assertThat(others(victim)).as("what the others noticed").isEqualTo(others);
	}

	private String state(int node) {
		String text = this.cluster.nodes()
			.get(node)
			.run("corosync-cmapctl", "-g", "resources.process." + this.programs.get(node).watchdogPid() + ".state");
		return text.substring(text.indexOf('=') + 1).strip();
	}

	private static void awaitObserver(@Nullable CorosyncObserver observer) {
		while (observer != null && observer.changes().isEmpty()) {
			WatchedProgram.pause();
		}
	}

	/**
	 * Lay what the application did beside what Corosync itself said: no instance starts
	 * between loss and return of quorum.
	 */
	private void check(@Nullable CorosyncObserver observer, EventLog log, int id) {
		if (observer == null) {
			return;
		}
		List<CorosyncObserver.Change> changes = observer.changes();
		assertThat(changes.get(0).isQuorate()).isTrue();
		long lost = changes.stream().filter((change) -> !change.isQuorate()).findFirst().orElseThrow().nanos();
		// after the death of the daemon the observer is gone, too
		long regained = changes.stream()
			.filter((change) -> change.isQuorate() && change.nanos() - lost > 0)
			.findFirst()
			.map(CorosyncObserver.Change::nanos)
			.orElse(lost);
		long warned = nanos(log, id, "warned ns ");
		assertThat(warned - lost).as("lost to warned, ns").isLessThan(WatchedProgram.PATIENCE.toNanos());
		// two programs hear of it, the order is chance
		long margin = 100_000_000;
		assertThat(nanos(log, id + 1, "started ns ") - regained).as("regained to started, ns").isGreaterThan(-margin);
		this.latencies.add((warned - lost) / 1000);
	}

	private static long nanos(EventLog log, int id, String what) {
		String event = log.of(id).stream().filter((candidate) -> candidate.startsWith(what)).findFirst().orElseThrow();
		return Long.parseLong(event.substring(what.length()));
	}

	private List<String> others(int victim) {
		List<String> others = new ArrayList<>();
		for (int i = 0; i < NODES; i++) {
			if (i != victim) {
				others.add(this.programs.get(i).log().toString());
			}
		}
		return others;
	}

	private static void awaitStarted(WatchedProgram program, int id) {
		program.await("Start of instance " + id,
				(log) -> log.of(id).stream().anyMatch((event) -> event.startsWith("started ns ")));
	}

	private static boolean started(WatchedProgram program) {
		EventLog log = program.log();
		return log.of(log.lastInstance()).stream().anyMatch((event) -> event.startsWith("started ns "));
	}

	private static void awaitAllMembers(CorosyncNode node) {
		long end = System.nanoTime() + WatchedProgram.PATIENCE.toNanos();
		String members = members(node);
		while (members.lines().filter((line) -> line.strip().matches("\\d.*")).count() != NODES) {
			assertThat(System.nanoTime()).as(members).isLessThan(end);
			WatchedProgram.pause();
			members = members(node);
		}
	}

	private static String members(CorosyncNode node) {
		return node.run("sh", "-c", "corosync-quorumtool -l 2>&1 || true");
	}

	private List<Held> held() {
		return this.programs.stream().map(Held::of).toList();
	}

	private void finish(String what, List<Held> before) {
		List<Held> after = held();
		System.out.printf(Locale.ROOT, "%d rounds of %s%n", ROUNDS, what);
		for (int i = 0; i < NODES; i++) {
			System.out.printf(Locale.ROOT, "  watchdog %d: %s -> %s%n", i + 1, before.get(i), after.get(i));
		}
		if (!this.latencies.isEmpty()) {
			System.out.println("  Corosync's \"not quorate\" to warn signal in the application: "
					+ WarnLatencyTests.summary(this.latencies));
		}
		for (int i = 0; i < NODES; i++) {
			assertThat(after.get(i).descriptors()).as("descriptors")
				.isLessThanOrEqualTo(before.get(i).descriptors() + SLACK);
			assertThat(after.get(i).threads()).as("threads").isLessThanOrEqualTo(before.get(i).threads() + SLACK);
			assertThat(after.get(i).memory()).as("RssAnon in KiB").isLessThan(MEMORY_BAR_KIB);
		}
	}

	/**
	 * What a watchdog holds.
	 *
	 * @param descriptors open files
	 * @param threads threads
	 * @param memory RssAnon in KiB
	 */
	private record Held(int descriptors, int threads, int memory) {

		static Held of(WatchedProgram program) {
			return new Held(program.descriptors(), program.threads(), program.memory());
		}

		@Override
		public String toString() {
			return String.format(Locale.ROOT, "%d descriptors, %d threads, RssAnon %.1f MiB", this.descriptors,
					this.threads, this.memory / 1024.0);
		}

	}

}
