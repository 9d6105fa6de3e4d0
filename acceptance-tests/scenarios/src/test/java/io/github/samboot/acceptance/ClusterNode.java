package io.github.samboot.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The only node of a real Corosync cluster, made by {@code cluster/sam-cluster}. Its
 * quorum comes and goes with the votes that are expected.
 */
final class ClusterNode implements AutoCloseable {

	private static final String SCRIPT = Path.of("../../cluster/sam-cluster").toAbsolutePath().normalize().toString();

	private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

	private final String name = "acceptance-" + ProcessHandle.current().pid();

	private final String host;

	private ClusterNode() {
		run("up", "1", "--while-pid", Long.toString(ProcessHandle.current().pid()));
		this.host = run("show", "1", "host-address").strip();
	}

	/**
	 * Start a node, or say why that is not possible here.
	 * @return the node
	 */
	static ClusterNode start() {
		Requirement.command("root, Corosync and network namespaces", SCRIPT, "require");
		return new ClusterNode();
	}

	/**
	 * Return what runs a command on the node.
	 * @return what to put before that command
	 */
	String[] prefix() {
		return new String[] { SCRIPT, "--name", this.name, "exec", "1" };
	}

	void takeQuorum() {
		run("expected-votes", "1", "2");
		run("wait", "1", "not-quorate");
	}

	void giveQuorum() {
		run("expected-votes", "1", "1");
		run("wait", "1", "quorate");
	}

	void stopDaemon() {
		run("stop-daemon", "1");
	}

	void startDaemon() {
		run("start-daemon", "1");
	}

	Answer get(int port, String path) {
		return exchange(port, path, "GET");
	}

	Answer post(int port, String path) {
		return exchange(port, path, "POST");
	}

	private Answer exchange(int port, String path, String method) {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + this.host + ":" + port + path))
			.method(method, BodyPublishers.noBody())
			.timeout(Duration.ofSeconds(5))
			.build();
		try {
			HttpResponse<String> response = HTTP.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
			return new Answer(response.statusCode(), response.headers().firstValue("Retry-After").orElse(null),
					response.body());
		}
		catch (IOException ex) {
			return new Answer(0, null, String.valueOf(ex));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
	}

	private String run(String... arguments) {
		List<String> command = new ArrayList<>(List.of(SCRIPT, "--name", this.name));
		command.addAll(List.of(arguments));
		try {
			// into a file: what stays behind the command would keep a pipe open
			Path output = Files.createTempFile("sam-cluster", ".out");
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(output.toFile())
				.start();
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(String.join(" ", command)).isTrue();
			String text = Files.readString(output);
			Files.delete(output);
			assertThat(process.exitValue()).as(String.join(" ", command) + ": " + text).isZero();
			return text;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
	}

	@Override
	public void close() {
		run("down");
	}

	/**
	 * An answer from the node.
	 *
	 * @param status the HTTP status, 0 if there was no answer
	 * @param retryAfter the header of that name
	 * @param body the body
	 */
	record Answer(int status, @Nullable String retryAfter, String body) {

	}

}
