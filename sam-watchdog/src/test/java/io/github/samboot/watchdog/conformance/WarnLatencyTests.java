package io.github.samboot.watchdog.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import io.github.samboot.test.Await;
import io.github.samboot.test.CorosyncCluster;
import io.github.samboot.test.CorosyncNode;
import io.github.samboot.test.RequiresCorosync;
import io.github.samboot.watchdog.conformance.scenario.ClusterMember;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Quorum is taken away from a node: how long until the warn signal is in the application,
 * here and with libsam on the same node. {@code -Dsam.test.rounds=20} for figures.
 */
@Tag("long")
@Timeout(600)
@RequiresCorosync
@RequiresLibsam
class WarnLatencyTests {

	private static final int ROUNDS = Integer.getInteger("sam.test.rounds", 3);

	/** The bar is a tenth of it, for a machine that does nothing else. */
	private static final long LIMIT_MICROS = 1_000_000;

	@Test
	void lossOfQuorumShouldBeInTheApplicationAtOnce() throws IOException {
		List<Long> java = new ArrayList<>();
		List<Long> libsam = new ArrayList<>();
		try (CorosyncCluster cluster = CorosyncCluster.start(1)) {
			CorosyncNode node = cluster.node(1);
			try (WatchedProgram program = new WatchedProgram(ClusterMember.class, node::command,
					"-Dsam.scenario.interval=1000"); Reference reference = new Reference(node)) {
				for (int round = 0; round < ROUNDS; round++) {
					int id = round;
					program.await("Start of instance " + id, (log) -> has(log, id, "started ns "));
					reference.await(id, "start OK");
					long voted = votes(node, 2);
					program.await("Warning of instance " + id, (log) -> has(log, id, "warned ns "));
					reference.await(id, "warned ns ");
					java.add((nanos(program.log(), id) - voted) / 1000);
					libsam.add((nanos(reference.log(), id) - voted) / 1000);
					votes(node, 1);
				}
			}
		}
		System.out.printf("Quorum taken away to warn signal in the application, %d rounds%n", ROUNDS);
		System.out.println("  SAM for Spring Boot: " + summary(java));
		System.out.println("  libsam:              " + summary(libsam));
		assertThat(median(java)).as("median in microseconds of %s", java).isLessThan(LIMIT_MICROS);
	}

	private static long votes(CorosyncNode node, int number) {
		String output = node.run(Libsam.program(), "votes", Integer.toString(number));
		return Long.parseLong(output.substring(output.lastIndexOf(' ') + 1).strip());
	}

	private static boolean has(EventLog log, int id, String what) {
		return log.of(id).stream().anyMatch((event) -> event.startsWith(what));
	}

	private static long nanos(EventLog log, int id) {
		String event = log.of(id).stream().filter((line) -> line.startsWith("warned ns ")).findFirst().orElseThrow();
		return Long.parseLong(event.substring("warned ns ".length()));
	}

	private static long median(List<Long> values) {
		List<Long> sorted = values.stream().sorted().toList();
		return sorted.get(sorted.size() / 2);
	}

	/**
	 * Return values in microseconds as a line.
	 */
	static String summary(List<Long> micros) {
		List<Long> sorted = micros.stream().sorted().toList();
		return String.format(Locale.ROOT, "median %.1f ms, worst %.1f ms  (%s)", median(micros) / 1000.0,
				sorted.get(sorted.size() - 1) / 1000.0,
				sorted.stream()
					.map((value) -> String.format(Locale.ROOT, "%.1f", value / 1000.0))
					.collect(Collectors.joining(" ")));
	}

	/**
	 * The same on libsam.
	 */
	private static final class Reference implements AutoCloseable {

		private final Path file;

		private final Process process;

		Reference(CorosyncNode node) throws IOException {
			this.file = Files.createTempFile("sam-reference", ".events");
			this.process = new ProcessBuilder(node.command(List.of(Libsam.program(), "-i", "1000", "warning")))
				.redirectOutput(this.file.toFile())
				.redirectError(ProcessBuilder.Redirect.INHERIT)
				.start();
		}

		EventLog log() {
			return EventLog.read(this.file);
		}

		void await(int id, String what) {
			Await.until("\"" + what + "\" of instance " + id, () -> log().toString(), () -> has(log(), id, what));
		}

		@Override
		public void close() {
			// the server and its component, which the program itself has forked
			this.process.descendants().forEach(ProcessHandle::destroyForcibly);
			this.process.destroyForcibly();
			this.file.toFile().delete();
		}

	}

}
