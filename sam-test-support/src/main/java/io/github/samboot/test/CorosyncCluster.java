package io.github.samboot.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * A real Corosync cluster for a test, by {@code cluster/sam-cluster}; the test class
 * carries {@link RequiresCorosync}. The cluster goes down with {@link #close()}, or when
 * this JVM ends.
 */
public final class CorosyncCluster implements AutoCloseable {

	private static final AtomicInteger COUNT = new AtomicInteger();

	private final String name;

	private final List<CorosyncNode> nodes = new ArrayList<>();

	private CorosyncCluster(String name) {
		this.name = name;
	}

	/**
	 * Start a cluster and wait until all nodes are quorate.
	 * @param nodes the number of nodes
	 * @param options further options of {@code sam-cluster up}
	 * @return the cluster
	 */
	public static CorosyncCluster start(int nodes, String... options) {
		long pid = ProcessHandle.current().pid();
		CorosyncCluster cluster = new CorosyncCluster("test-" + pid + "-" + COUNT.incrementAndGet());
		List<String> arguments = new ArrayList<>(
				List.of("up", Integer.toString(nodes), "--while-pid", Long.toString(pid)));
		arguments.addAll(List.of(options));
		cluster.run(arguments.toArray(new String[0]));
		for (int i = 1; i <= nodes; i++) {
			cluster.nodes.add(new CorosyncNode(cluster, i));
		}
		return cluster;
	}

	/**
	 * Return why no cluster can be started here.
	 * @return one sentence, {@code null} if one can
	 */
	static @Nullable String problem() {
		try {
			BoundedProcess.Result result = BoundedProcess.run(List.of(script().toString(), "require"));
			return (result.exitCode() == 0) ? null : result.output().strip();
		}
		catch (IOException ex) {
			return ex.getMessage();
		}
	}

	/**
	 * Return a node.
	 * @param number its number, from 1
	 * @return the node
	 */
	public CorosyncNode node(int number) {
		return this.nodes.get(number - 1);
	}

	/**
	 * Return all nodes.
	 * @return the nodes, in order
	 */
	public List<CorosyncNode> nodes() {
		return List.copyOf(this.nodes);
	}

	@Override
	public void close() {
		run("down");
	}

	/**
	 * Run a command of {@code sam-cluster}.
	 * @param arguments the command and its arguments
	 * @return what it printed
	 */
	String run(String... arguments) {
		return BoundedProcess.runSuccessfully(command(arguments).toArray(String[]::new));
	}

	List<String> command(String... arguments) {
		List<String> command = new ArrayList<>(List.of(script().toString(), "--name", this.name));
		command.addAll(List.of(arguments));
		return command;
	}

	private static Path script() {
		for (Path directory = Path.of("").toAbsolutePath(); directory != null; directory = directory.getParent()) {
			Path script = directory.resolve("cluster/sam-cluster");
			if (Files.isExecutable(script)) {
				return script;
			}
		}
		throw new IllegalStateException("cluster/sam-cluster was not found above " + Path.of("").toAbsolutePath());
	}

}
