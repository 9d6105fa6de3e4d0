package io.github.samboot.watchdog.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import io.github.samboot.test.Await;
import io.github.samboot.test.CorosyncCluster;
import io.github.samboot.test.CorosyncNode;
import io.github.samboot.test.ProcessTable;
import io.github.samboot.test.RequiresCorosync;
import io.github.samboot.watchdog.conformance.scenario.ClusterMember;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three nodes, an application under a watchdog on each. {@code -Dsam.test.rounds=20}
 * makes it a long test.
 */
@Tag("long")
@Tag("any-java")
@Timeout(1800)
@RequiresCorosync
@RequiresLibsam
class ThreeNodeClusterTests {

	private static final int ROUNDS = Integer.getInteger("sam.test.rounds", 4);

	private static final int NODES = 3;

	private static final int MEMORY_BAR_KIB = 26 * 1024;

	/** What the JVM may open and close at any time. */
	private static final int SLACK = 3;

	private static final Pattern PAUSE = Pattern.compile("is quorate \\(.* continues in ([\\d.]+) s");

	private CorosyncCluster cluster;

	private final List<WatchedProgram> programs = new ArrayList<>();

	private final List<Long> latencies = new ArrayList<>();

	@BeforeEach
	void startApplications() {
		this.cluster = CorosyncCluster.start(NODES);
		for (CorosyncNode node : this.cluster.nodes()) {
			this.programs.add(new WatchedProgram(ClusterMember.class, node::command, "-Dsam.scenario.interval=1000",
					"-Dsam.scenario.delay=300"));
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
	void partitionShouldRecoverTheApplicationsThatLoseQuorum() {
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
	void deathOfCorosyncShouldRecoverTheApplicationsThatLoseQuorum() {
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

	@Test
	void partitionOfAllNodesShouldRecoverEveryApplication() {
		List<CorosyncNode> nodes = this.cluster.nodes();
		round(0, () -> nodes.forEach(CorosyncNode::partition), () -> {
			nodes.forEach(CorosyncNode::awaitNotQuorate);
			for (WatchedProgram program : this.programs) {
				program.await("Wait for quorum", (log) -> log.lastInstance() > 0 && !started(program));
			}
			nodes.forEach(CorosyncNode::heal);
		});
		assertThat(this.programs.stream().map(ThreeNodeClusterTests::pauseBeforeStart).distinct())
			.as("pauses before the nodes go on")
			.hasSizeGreaterThan(1);
	}

	private static String pauseBeforeStart(WatchedProgram program) {
		Matcher pause = PAUSE.matcher(program.watchdogLog());
		assertThat(pause.find()).as("%s", program).isTrue();
		return pause.group(1);
	}

	/**
	 * One node loses quorum and gets it back. The others keep it if Corosync can manage:
	 * on a busy machine they may lose each other, too. What counts for a node is what its
	 * own Corosync said.
	 */
	private void round(int victim, Runnable trouble, Runnable mending) {
		List<CorosyncObserver> observers = new ArrayList<>();
		try {
			this.cluster.nodes().forEach((node) -> observers.add(new CorosyncObserver(node)));
			observers.forEach(ThreeNodeClusterTests::awaitObserver);
			int[] ids = this.programs.stream().mapToInt((program) -> program.log().lastInstance()).toArray();
			int next = ids[victim] + 1;
			trouble.run();
			this.programs.get(victim)
				.await("Instance " + next + " waits for quorum", (log) -> log.of(next).contains("starting"));
			mending.run();
			this.programs.get(victim).await("Start with quorum", (log) -> startAfter(log, ids[victim]).isPresent());
			this.cluster.nodes().forEach(ThreeNodeClusterTests::awaitAllMembers);
			for (int i = 0; i < NODES; i++) {
				check(this.programs.get(i), ids[i], losses(observers.get(i).changes()));
			}
			checkTimes(this.programs.get(victim).log(), ids[victim], observers.get(victim).changes());
		}
		finally {
			observers.forEach(CorosyncObserver::close);
		}
	}

	/**
	 * An application is recovered when its node has lost quorum, only then, and has its
	 * user data.
	 */
	private static void check(WatchedProgram program, int id, int losses) {
		if (losses > 0) {
			program.await("Start after quorum was lost",
					(log) -> log.lastInstance() > id && hasStarted(log, log.lastInstance()));
		}
		EventLog log = program.log();
		// what is lost again before the next instance has started costs no recovery
		assertThat(log.lastInstance() - id).as("recoveries, %d losses of quorum%n%s", losses, program)
			.isBetween(Math.min(losses, 1), losses);
		for (int recovered = id + 1; recovered <= log.lastInstance(); recovered++) {
			assertThat(log.of(recovered - 1)).as("%s", program)
				.filteredOn((event) -> event.startsWith("warned ns "))
				.hasSizeLessThanOrEqualTo(1);
			assertThat(log.of(recovered)).as("%s", program).contains("data " + recovered + " of " + recovered);
		}
	}

	private static int losses(List<CorosyncObserver.Change> changes) {
		int losses = 0;
		for (int i = 1; i < changes.size(); i++) {
			if (changes.get(i - 1).isQuorate() && !changes.get(i).isQuorate()) {
				losses++;
			}
		}
		return losses;
	}

	private String state(int node) {
		String text = this.cluster.nodes()
			.get(node)
			.run("corosync-cmapctl", "-g", "resources.process." + this.programs.get(node).watchdogPid() + ".state");
		return text.substring(text.indexOf('=') + 1).strip();
	}

	private static void awaitObserver(CorosyncObserver observer) {
		Await.until("Corosync tells whether it is quorate", () -> !observer.changes().isEmpty());
		assertThat(observer.changes().get(0).isQuorate()).isTrue();
	}

	/**
	 * No instance starts between loss and return of quorum.
	 */
	private void checkTimes(EventLog log, int id, List<CorosyncObserver.Change> changes) {
		long lost = changes.stream().filter((change) -> !change.isQuorate()).findFirst().orElseThrow().nanos();
		// after the death of the daemon the observer is gone, too
		long regained = changes.stream()
			.filter((change) -> change.isQuorate() && change.nanos() - lost > 0)
			.findFirst()
			.map(CorosyncObserver.Change::nanos)
			.orElse(lost);
		long warned = nanos(log, id, "warned ns ");
		assertThat(warned - lost).as("lost to warned, ns").isLessThan(Await.PATIENCE.toNanos());
		// two programs hear of it, the order is chance
		long margin = 100_000_000;
		assertThat(startAfter(log, id).getAsLong() - regained).as("regained to started, ns").isGreaterThan(-margin);
		this.latencies.add((warned - lost) / 1000);
	}

	/**
	 * Return when the first instance after one has started.
	 */
	private static OptionalLong startAfter(EventLog log, int id) {
		return IntStream.rangeClosed(id + 1, log.lastInstance())
			.filter((candidate) -> hasStarted(log, candidate))
			.mapToLong((candidate) -> nanos(log, candidate, "started ns "))
			.findFirst();
	}

	private static long nanos(EventLog log, int id, String what) {
		String event = log.of(id).stream().filter((candidate) -> candidate.startsWith(what)).findFirst().orElseThrow();
		return Long.parseLong(event.substring(what.length()));
	}

	private static void awaitStarted(WatchedProgram program, int id) {
		program.await("Start of instance " + id, (log) -> hasStarted(log, id));
	}

	private static boolean started(WatchedProgram program) {
		EventLog log = program.log();
		return hasStarted(log, log.lastInstance());
	}

	private static boolean hasStarted(EventLog log, int id) {
		return log.of(id).stream().anyMatch((event) -> event.startsWith("started ns "));
	}

	private static void awaitAllMembers(CorosyncNode node) {
		Await.until("all nodes are members", () -> members(node),
				() -> members(node).lines().filter((line) -> line.strip().matches("\\d.*")).count() == NODES);
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
		System.out.println("  Corosync's \"not quorate\" to warn signal in the application: "
				+ WarnLatencyTests.summary(this.latencies));
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
	private record Held(int descriptors, int threads, long memory) {

		static Held of(WatchedProgram program) {
			return new Held(ProcessTable.entries(program.watchdogPid(), "fd"),
					ProcessTable.entries(program.watchdogPid(), "task"),
					ProcessTable.memory(program.watchdogPid(), "RssAnon"));
		}

		@Override
		public String toString() {
			return String.format(Locale.ROOT, "%d descriptors, %d threads, RssAnon %.1f MiB", this.descriptors,
					this.threads, this.memory / 1024.0);
		}

	}

}
