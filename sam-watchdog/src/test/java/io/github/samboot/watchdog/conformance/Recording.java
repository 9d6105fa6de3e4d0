package io.github.samboot.watchdog.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.github.samboot.test.CorosyncCluster;
import io.github.samboot.test.CorosyncNode;
import io.github.samboot.test.ProcessTable;
import org.jspecify.annotations.Nullable;

/**
 * What happened when a scenario ran under the watchdog and, where that is possible, at
 * the same time on libsam. Each is run once per JVM, whoever asks.
 *
 * @param java the log of the Java program
 * @param libsam the log of the C program, empty without libsam
 * @param watchdogLog what the watchdog said
 * @param descriptors of the watchdog, early and late in {@link Scenario#SMOKE}
 * @param left what the watchdog has left behind
 */
record Recording(EventLog java, EventLog libsam, String watchdogLog, List<Integer> descriptors, List<String> left) {

	private static final Duration LIMIT = Duration.ofMinutes(5);

	private static final Map<Scenario, Recording> RECORDINGS = new EnumMap<>(Scenario.class);

	static synchronized Recording of(Scenario scenario) {
		return RECORDINGS.computeIfAbsent(scenario, Recording::make);
	}

	private static Recording make(Scenario scenario) {
		if (!scenario.needsCorosync()) {
			return record(scenario);
		}
		// not side by side: both change the votes
		try (CorosyncCluster cluster = CorosyncCluster.start(1)) {
			CorosyncNode node = cluster.node(1);
			Recording recording = run(scenario, node, node::command, false);
			if (scenario == Scenario.CMAP_QUIT) {
				Recording second = run(scenario, node, node::command, true);
				recording = new Recording(recording.java.then(second.java), recording.libsam,
						recording.watchdogLog + second.watchdogLog, List.of(), second.left);
			}
			EventLog libsam = EventLog.parse(Libsam.problem() == null
					? node.run(scenario.reference(Libsam.program()).toArray(String[]::new)) : "");
			return new Recording(recording.java, libsam, recording.watchdogLog, List.of(), recording.left);
		}
	}

	private static Recording record(Scenario scenario) {
		if (Libsam.problem() != null) {
			return run(scenario, null, UnaryOperator.identity(), false);
		}
		Path file = null;
		Process reference = null;
		try {
			file = Files.createTempFile("sam-reference", ".events");
			reference = new ProcessBuilder(scenario.reference(Libsam.program())).redirectOutput(file.toFile())
				.redirectError(ProcessBuilder.Redirect.INHERIT)
				.start();
			Recording recording = run(scenario, null, UnaryOperator.identity(), false);
			if (!reference.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
				throw new AssertionError("The reference program did not end: " + Files.readString(file));
			}
			return new Recording(recording.java, EventLog.read(file), recording.watchdogLog, recording.descriptors,
					recording.left);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
		finally {
			if (reference != null) {
				reference.descendants().forEach(ProcessHandle::destroyForcibly);
				reference.destroyForcibly();
			}
			if (file != null) {
				file.toFile().delete();
			}
		}
	}

	private static Recording run(Scenario scenario, @Nullable CorosyncNode node, UnaryOperator<List<String>> where,
			boolean isSecondPart) {
		try (WatchedProgram program = new WatchedProgram(scenario.program(), where, scenario.options(isSecondPart))) {
			List<Integer> descriptors = List.of();
			if (scenario == Scenario.SMOKE) {
				descriptors = List.of(descriptorsAt(program, Scenario.CRASHES / 5),
						descriptorsAt(program, Scenario.CRASHES * 9 / 10));
			}
			EventLog log = program.awaitEnd(LIMIT);
			if (node != null && scenario.usesCmap()) {
				log = log.plus(stateLeft(node, program.watchdogPid(), log));
			}
			return new Recording(log, EventLog.parse(""), program.watchdogLog(), descriptors,
					left(node, program.watchdogPid()));
		}
	}

	private static int descriptorsAt(WatchedProgram program, int instance) {
		program.await("Instance " + instance, (log) -> log.lastInstance() >= instance);
		return ProcessTable.entries(program.watchdogPid(), "fd");
	}

	private static EventLog.Event stateLeft(CorosyncNode node, long watchdogPid, EventLog log) {
		String prefix = "resources.process." + watchdogPid + ".";
		String text = node.run("sh", "-c", "corosync-cmapctl -g " + prefix + "state 2>/dev/null || true");
		int equals = text.indexOf(" = ");
		long millis = log.events().get(log.events().size() - 1).millis();
		// what is left on purpose must not be taken for that of the next run
		node.run("sh", "-c", "corosync-cmapctl -D " + prefix + " 2>/dev/null || true");
		return new EventLog.Event(millis, EventLog.SERVER,
				(equals < 0) ? "cmap state NOT_EXIST" : "cmap state=" + text.substring(equals + 3).strip());
	}

	/**
	 * The run directory.
	 */
	private static List<String> left(@Nullable CorosyncNode node, long watchdogPid) {
		String name = "sam-" + watchdogPid + "-";
		if (node != null) {
			return node.run("ls", "/dev/shm").lines().filter((file) -> file.startsWith(name)).toList();
		}
		try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
			return files.map((file) -> file.getFileName().toString()).filter((file) -> file.startsWith(name)).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public String toString() {
		return this.java + "\nWatchdog:\n" + this.watchdogLog + "\nlibsam:\n" + this.libsam;
	}

}
