package io.github.samboot.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.samboot.test.Await;
import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.Requirement;

/**
 * A machine with a real systemd as process 1, by {@code systemd-machine.sh}. It ends with
 * {@link #close()}, or with this JVM.
 */
final class SystemdMachine implements AutoCloseable {

	private static final List<String> NAMESPACE = List.of("unshare", "--mount", "--propagation", "private");

	private final Path directory;

	private final Process script;

	private final String pid;

	private SystemdMachine(Path directory, Process script, String pid) {
		this.directory = directory;
		this.script = script;
		this.pid = pid;
	}

	/**
	 * Start a machine.
	 * @param programs directories to show there, besides those of the system
	 */
	static SystemdMachine start(Path... programs) throws IOException {
		Requirement.root();
		Requirement.command("systemd", "/usr/lib/systemd/systemd", "--version");
		Requirement.command("namespaces of its own", "unshare", "--mount", "--pid", "--fork", "--cgroup", "true");
		Path directory = Files.createTempDirectory("systemd-machine");
		List<String> command = new ArrayList<>(NAMESPACE);
		command.addAll(List.of("bash", script().toString(), directory.toString()));
		for (Path program : programs) {
			command.add(program.toString());
		}
		Process script = new ProcessBuilder(command).redirectError(directory.resolve("problems").toFile()).start();
		BufferedReader output = new BufferedReader(
				new InputStreamReader(script.getInputStream(), StandardCharsets.UTF_8));
		SystemdMachine machine = new SystemdMachine(directory, script, String.valueOf(output.readLine()).strip());
		try {
			Await.until("systemd is up", machine::problems, () -> machine.isUp());
			return machine;
		}
		catch (AssertionError ex) {
			machine.close();
			throw ex;
		}
	}

	private static Path script() {
		try {
			return Path.of(SystemdMachine.class.getResource("systemd-machine.sh").toURI());
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private boolean isUp() {
		String state = execute("systemctl", "is-system-running").output().strip();
		return state.equals("running") || state.equals("degraded");
	}

	private String problems() {
		try {
			return Files.readString(this.directory.resolve("problems"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return a file of the machine.
	 */
	Path file(String path) {
		return Path.of("/proc", this.pid, "root" + path);
	}

	BoundedProcess.Result execute(String... command) {
		try {
			return BoundedProcess.run(command(command));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	List<String> command(String... command) {
		List<String> all = new ArrayList<>(List.of("nsenter", "--target", this.pid, "--mount", "--pid", "--net",
				"--cgroup", "--ipc", "--uts", "--"));
		all.addAll(List.of(command));
		return all;
	}

	/**
	 * Run a command, which must be a success.
	 * @return what it printed
	 */
	String run(String... command) {
		return BoundedProcess.runSuccessfully(command(command).toArray(String[]::new));
	}

	/**
	 * Return what systemd knows about a unit.
	 */
	Map<String, String> show(String unit) {
		// left out while it is empty
		Map<String, String> properties = new TreeMap<>(Map.of("StatusText", ""));
		for (String line : run("systemctl", "show", unit).split("\n")) {
			int equals = line.indexOf('=');
			properties.put(line.substring(0, equals), line.substring(equals + 1));
		}
		return properties;
	}

	@Override
	public void close() throws IOException {
		this.script.getOutputStream().close();
		BoundedProcess.exitCode(this.script);
		Files.deleteIfExists(this.directory.resolve("problems"));
		Files.delete(this.directory);
	}

}
