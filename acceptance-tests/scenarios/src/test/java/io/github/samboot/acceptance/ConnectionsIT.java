package io.github.samboot.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.function.Consumer;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

import com.sun.jna.Native;
import io.github.samboot.acceptance.SupervisedApplication.Answer;
import io.github.samboot.acceptance.SupervisedApplication.Status;
import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.ProcessTable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Connections that wait for the next instance ({@code sam.connections.hold}).
 */
@Tag("integration")
class ConnectionsIT {

	private static final int CLIENTS = 4;

	private static SupervisedApplication.Launch holding(String longest) {
		return holding(SupervisedApplication.sample(), longest);
	}

	private static SupervisedApplication.Launch launch(String application) {
		return new SupervisedApplication.Launch().jar(SupervisedApplication.jar(application));
	}

	private static SupervisedApplication.Launch holding(SupervisedApplication.Launch launch, String longest) {
		return launch.arguments("--sam.connections.hold=true", "--sam.connections.longest-hold=" + longest,
				"--management.endpoint.sam.access=unrestricted");
	}

	/**
	 * Wait until clients are served that were not before.
	 */
	private static void awaitServed(SupervisedApplication desk, Clients clients) {
		int before = clients.served();
		desk.await("requests to be served", () -> clients.served() > before + 10 * CLIENTS);
	}

	private static boolean isRefused(SupervisedApplication desk) {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress("127.0.0.1", desk.port()), 2000);
			return false;
		}
		catch (IOException ex) {
			return true;
		}
	}

	@Test
	void noConnectionShouldBeRefusedByAColdRecoveryNorAnyRequestLostByAReplacement() {
		noConnectionShouldBeRefusedNorAnyRequestLostByAReplacement(SupervisedApplication.sample(),
				SupervisedApplication::assertNothingIsLeft);
	}

	/** Jetty leaves temporary directories of the instance that was killed. */
	@Test
	@Tag("long")
	void jettyShouldRefuseNoConnectionNorLoseAnyRequestByAReplacement() {
		noConnectionShouldBeRefusedNorAnyRequestLostByAReplacement(SupervisedApplication.jetty(),
				ConnectionsIT::awaitNoProcess);
	}

	@Test
	@Tag("long")
	void nettyShouldRefuseNoConnectionNorLoseAnyRequestByAReplacement() {
		noConnectionShouldBeRefusedNorAnyRequestLostByAReplacement(
				SupervisedApplication.reactive().arguments("--sam.time-interval=10s"),
				SupervisedApplication::assertNothingIsLeft);
	}

	@Test
	@Tag("long")
	void http2ShouldLoseNoRequestByAReplacement() {
		try (SupervisedApplication desk = holding("10m")
			.arguments("--server.http2.enabled=true", "--sam.time-interval=10s")
			.withSpares(1)
			.start()
			.awaitHttp(); Clients clients = Clients.http2(desk.port(), CLIENTS)) {
			awaitServed(desk, clients);
			assertThat(desk.act("replace").status()).isEqualTo(200);
			desk.awaitStatus("the next instance",
					(status) -> status.instanceId() == 1 && status.state().equals("running"));
			awaitServed(desk, clients);
			assertThat(clients.refused()).isEmpty();
			assertThat(clients.failed()).as("lost by a planned replacement").isEmpty();
			desk.watch().assertNeverTwo();
		}
	}

	@Test
	@Tag("long")
	@Tag("any-java")
	void standardInputShouldBeAtItsEnd() {
		try (SupervisedApplication jetty = holding(SupervisedApplication.jetty(), "10s").start().awaitHttp()) {
			assertThat(jetty.get("/input").body()).isEqualTo("-1");
		}
	}

	private static void awaitNoProcess(SupervisedApplication desk) {
		desk.await("no process is left", () -> desk.processes().isEmpty());
		assertThat(desk.runDirectories()).isEmpty();
	}

	private static void noConnectionShouldBeRefusedNorAnyRequestLostByAReplacement(SupervisedApplication.Launch launch,
			Consumer<SupervisedApplication> atEnd) {
		try (SupervisedApplication desk = holding(launch, "10m").withSpares(1).start().awaitHttp()) {
			Status first = desk.awaitRunning();
			try (Clients clients = new Clients(desk.port(), CLIENTS)) {
				awaitServed(desk, clients);
				ProcessTable.signal("KILL", first.pid());
				desk.awaitStatus("the next instance",
						(status) -> status.instanceId() == 1 && status.state().equals("running"));
				awaitServed(desk, clients);
				assertThat(clients.refused()).isEmpty();
				int lost = clients.failed().size();
				assertThat(lost).as("what the dead process had accepted: " + clients.failed())
					.isLessThanOrEqualTo(CLIENTS);
				assertThat(desk.act("replace").status()).isEqualTo(200);
				Status third = desk.awaitStatus("another instance",
						(status) -> status.instanceId() == 2 && status.state().equals("running"));
				awaitServed(desk, clients);
				assertThat(clients.refused()).isEmpty();
				assertThat(clients.failed()).as("lost by a planned replacement").hasSize(lost);
				ProcessTable.signal("TERM", desk.launchedPid());
				desk.awaitOutput("are refused, as the application is being stopped");
				assertThat(third.recoveries()).isEqualTo(1);
			}
			assertThat(desk.awaitExit()).isEqualTo(143);
			assertThat(isRefused(desk)).isTrue();
			assertThat(desk.output()).contains("Graceful shutdown complete")
				.doesNotContain("Socket accept failed", "Accept Failure");
			desk.watch().assertNeverTwo();
			atEnd.accept(desk);
		}
	}

	@Test
	@Tag("long")
	@Tag("any-java")
	void connectionsShouldBeRefusedAfterTheLongestHoldUntilTheNextInstanceListens() {
		try (SupervisedApplication desk = holding("50ms").start().awaitHttp()) {
			Status first = desk.awaitRunning();
			ProcessTable.signal("KILL", first.pid());
			desk.awaitOutput("are refused, as no instance has served for longer");
			assertThat(isRefused(desk)).isTrue();
			desk.awaitHttp();
			desk.watch().assertNeverTwo();
		}
	}

	@Test
	@Tag("long")
	@Tag("any-java")
	void instancesShouldListenByThemselvesOnceHoldIsSwitchedOff(@TempDir Path elsewhere) throws IOException {
		Path mounted = Files.writeString(elsewhere.resolve("application.properties"),
				"sam.connections.hold=true\nsam.connections.longest-hold=10m\n");
		try (SupervisedApplication desk = SupervisedApplication.sample()
			.arguments("--spring.config.additional-location=" + elsewhere + "/")
			.start()
			.awaitHttp()) {
			Status first = desk.awaitRunning();
			ProcessTable.signal("KILL", first.pid());
			desk.awaitOutput("Connections to port " + desk.port() + " are held from now on");
			Status second = desk.awaitStatus("the next instance",
					(status) -> status.pid() != first.pid() && status.state().equals("running"));
			Files.writeString(mounted, "sam.connections.hold=false\n");
			ProcessTable.signal("KILL", second.pid());
			desk.awaitOutput("are no longer held, as sam.connections.hold or sam.enabled is false now");
			Status third = desk.awaitStatus("an instance after that",
					(status) -> status.pid() != second.pid() && status.state().equals("running"));
			assertThat(third.instanceId()).isEqualTo(2);
			assertThat(third.json()).doesNotContain("\"connections\"");
		}
	}

	@Test
	@Tag("long")
	@Tag("any-java")
	void instanceThatIsNotSupervisedShouldListenByItself(@TempDir Path elsewhere) throws IOException {
		Path mounted = Files.writeString(elsewhere.resolve("application.properties"), "sam.enabled=true\n");
		try (SupervisedApplication desk = holding("10m")
			.arguments("--spring.config.additional-location=" + elsewhere + "/")
			.start()
			.awaitHttp()) {
			Status first = desk.awaitRunning();
			Files.writeString(mounted, "sam.enabled=false\n");
			ProcessTable.signal("KILL", first.pid());
			desk.awaitOutput("are no longer held");
			desk.awaitHttp();
			assertThat(desk.output()).contains("runs unsupervised");
		}
	}

	/**
	 * The first instance of a sidecar listens by itself. The watchdog that follows one
	 * that was lost goes on with the socket of that one.
	 */
	@Test
	@Tag("long")
	@Tag("any-java")
	void sidecarShouldHoldConnectionsFromItsFirstRecoveryOnAlsoIfItIsReplaced(@TempDir Path elsewhere)
			throws IOException {
		try (SupervisedApplication desk = holding("10m")
			.arguments("--sam.watchdog.mode=sidecar", "--spring.config.additional-location=" + elsewhere + "/")
			.start()
			.awaitHttp()) {
			Status first = desk.awaitRunning();
			ProcessTable.signal("KILL", first.pid());
			desk.awaitOutput("Connections to port " + desk.port() + " are held from now on");
			desk.awaitHttp();
			Status second = desk.awaitRunning();
			replaceWatchdog(desk, second);
			Status third;
			try (Clients clients = new Clients(desk.port(), CLIENTS)) {
				awaitServed(desk, clients);
				ProcessTable.signal("KILL", second.pid());
				third = desk.awaitStatus("the next instance",
						(status) -> status.pid() != second.pid() && status.state().equals("running"));
				awaitServed(desk, clients);
				assertThat(clients.refused()).isEmpty();
			}
			replaceWatchdog(desk, third);
			Files.writeString(elsewhere.resolve("application.properties"), "server.address=127.0.0.1\n");
			ProcessTable.signal("KILL", third.pid());
			desk.awaitOutput("are refused, as an instance listens on another address, port " + desk.port());
			desk.awaitHttp();
		}
	}

	@Test
	@Tag("long")
	@Tag("any-java")
	void hotSpareShouldHaveTheThreadsOfItsWebServerBeforeItServes() throws IOException {
		try (SupervisedApplication desk = holding("10m").withSpare("hot").start()) {
			long spare = desk.awaitSpare();
			long threads = webThreads(spare);
			assertThat(threads).isGreaterThan(1);
			ProcessTable.signal("KILL", desk.awaitRunning().pid());
			desk.awaitStatus("the spare", (status) -> status.pid() == spare && status.state().equals("running"));
			assertThat(webThreads(spare)).as("with a poller and an acceptor").isEqualTo(threads + 2);
			desk.watch().assertNeverTwo();
		}
	}

	private static long webThreads(long pid) throws IOException {
		long count = 0;
		try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
			for (Path thread : threads) {
				count += name(thread).startsWith("http-nio-") ? 1 : 0;
			}
		}
		return count;
	}

	private static String name(Path thread) {
		try {
			return Files.readString(thread.resolve("comm"));
		}
		catch (IOException ex) {
			// it has ended
			return "";
		}
	}

	private static void replaceWatchdog(SupervisedApplication desk, Status last) {
		ProcessTable.signal("KILL", last.watchdogPid());
		desk.awaitStatus("another watchdog", (status) -> status.watchdogPid() != last.watchdogPid()
				&& status.state().equals("running") && status.pid() == last.pid());
	}

	@Test
	@Tag("long")
	@Tag("any-java")
	void externalWatchdogShouldHoldConnectionsFromItsFirstInstanceOn() throws Exception {
		Path jna = Path.of(Native.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		try (SupervisedApplication desk = holding("10m")
			.under(SupervisedApplication.javaHome().resolve("bin/java").toString(), "-jar",
					SupervisedApplication.jar("watchdog").toString(), "--hold", "--jna=" + jna, "--")
			.start()
			.awaitHttp()) {
			Status first = desk.awaitRunning();
			assertThat(first.mode()).isEqualTo("external");
			assertThat(first.<String>read("$.connections.state")).isEqualTo("accepting");
			assertThat(first.<Integer>read("$.connections.port")).isEqualTo(desk.port());
			try (Clients clients = new Clients(desk.port(), CLIENTS)) {
				awaitServed(desk, clients);
				ProcessTable.signal("KILL", first.pid());
				desk.awaitStatus("the next instance", (status) -> status.pid() != first.pid());
				awaitServed(desk, clients);
				assertThat(clients.refused()).isEmpty();
			}
		}
	}

	@ParameterizedTest
	@Tag("long")
	@Tag("any-java")
	@ValueSource(strings = { "jetty", "reactive" })
	void secondWebServerOfTheProcessShouldListenByItself(String application) throws IOException {
		try (SupervisedApplication desk = holding(launch(application), "10m").arguments("--sam.time-interval=10s")
			.start()
			.awaitHttp()) {
			desk.awaitOutput("Connections to port " + desk.port() + " are held from now on");
			int neighbour = Integer.parseInt(desk.post("/neighbour").body());
			assertThat(neighbour).isNotEqualTo(desk.port());
			assertThat(desk.output()).contains("This web server listens by itself");
			assertThat(desk.get("/orders").status()).isEqualTo(200);
			new Socket("127.0.0.1", neighbour).close();
			assertThat(desk.post("/again").status()).isEqualTo(200);
			desk.awaitOutput("(?s)started on port.* started on port.* started on port");
			assertThat(desk.get("/orders").status()).isEqualTo(200);
			assertThat(desk.output()).containsOnlyOnce("This web server listens by itself")
				.doesNotContain("are refused");
		}
	}

	/** That of a child context is the second web server. */
	@Test
	@Tag("long")
	@Tag("any-java")
	void managementPortShouldListenByItselfAlsoAfterARecovery() throws IOException {
		int management = SupervisedApplication.freePort();
		try (SupervisedApplication desk = holding("10m").arguments("--management.server.port=" + management).start()) {
			Status first = awaitBothPorts(desk, management, 0);
			ProcessTable.signal("KILL", first.pid());
			desk.awaitOutput("Connections to port " + desk.port() + " wait for the next instance");
			new Socket("127.0.0.1", desk.port()).close();
			awaitBothPorts(desk, management, 1);
			assertThat(desk.output()).containsOnlyOnce("are held from now on").doesNotContain("are refused");
			desk.watch().assertNeverTwo();
		}
	}

	private static Status awaitBothPorts(SupervisedApplication desk, int management, int instance) {
		Status[] found = new Status[1];
		desk.await("instance " + instance + " at both ports", () -> {
			Answer answer = SupervisedApplication
				.exchange(SupervisedApplication.request("127.0.0.1", management, "/actuator/sam"));
			found[0] = (answer.status() == 200) ? Status.of(answer.body()) : null;
			return found[0] != null && found[0].instanceId() == instance && found[0].state().equals("running")
					&& desk.get("/orders").status() == 200;
		});
		assertThat(found[0].<Integer>read("$.connections.port")).isEqualTo(desk.port());
		assertThat(ProcessTable.listening(found[0].pid())).isEqualTo(2);
		return found[0];
	}

	@ParameterizedTest
	@Tag("long")
	@Tag("any-java")
	@ValueSource(strings = { "sample", "jetty", "reactive" })
	void portThatIsTakenShouldBeExplainedBySpringBoot(String application) throws IOException {
		try (ServerSocket taken = new ServerSocket(0);
				SupervisedApplication desk = holding(launch(application), "10s").withoutPort()
					.arguments("--server.port=" + taken.getLocalPort())
					.start()) {
			assertThat(desk.awaitExit()).isEqualTo(1);
			assertThat(desk.output()).contains("APPLICATION FAILED TO START",
					"Web server failed to start. Port " + taken.getLocalPort() + " was already in use.");
		}
	}

	@ParameterizedTest
	@Tag("long")
	@Tag("any-java")
	@ValueSource(strings = { "sample", "jetty", "reactive" })
	void addressAndTlsShouldBeThoseOfTheWebServer(String application, @TempDir Path directory) throws Exception {
		Path keys = directory.resolve("keys.p12");
		BoundedProcess.runSuccessfully(SupervisedApplication.javaHome().resolve("bin/keytool").toString(),
				"-genkeypair", "-alias", "desk", "-dname", "CN=localhost", "-keyalg", "EC", "-validity", "1",
				"-storepass", "of a test", "-keystore", keys.toString());
		int port = SupervisedApplication.freePort();
		try (SupervisedApplication desk = holding(launch(application), "10m").withoutPort()
			.arguments("--server.port=" + port, "--server.address=::1", "--server.ssl.key-store=" + keys,
					"--server.ssl.key-store-password=of a test")
			.start()) {
			desk.awaitOutput("Started \\w+Application");
			assertThat(statusOverTls(port)).startsWith("HTTP/1.1 200 ");
			ProcessTable.signal("KILL", desk.applications().get(0).pid());
			assertThat(statusOverTls(port)).as("of a connection that has waited").startsWith("HTTP/1.1 200 ");
			assertThat(desk.applications()).hasSize(1);
		}
	}

	private static String statusOverTls(int port) throws Exception {
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, new TrustManager[] { new X509ExtendedTrustManager() {

			@Override
			public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
			}

			@Override
			public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
			}

			@Override
			public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
			}

			@Override
			public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
			}

			@Override
			public void checkClientTrusted(X509Certificate[] chain, String authType) {
			}

			@Override
			public void checkServerTrusted(X509Certificate[] chain, String authType) {
			}

			@Override
			public X509Certificate[] getAcceptedIssuers() {
				return new X509Certificate[0];
			}

		} }, null);
		try (Socket socket = context.getSocketFactory().createSocket("::1", port)) {
			socket.setSoTimeout(120_000);
			socket.getOutputStream()
				.write("GET /orders HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
					.getBytes(StandardCharsets.US_ASCII));
			return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
				.readLine();
		}
	}

	@Test
	@Tag("long")
	@Tag("any-java")
	void webServerThatCannotUseTheSocketShouldBeRefusedWithAnExplanation() {
		try (SupervisedApplication application = SupervisedApplication.jetty()
			.arguments("--sam.connections.hold=true", "--server.jetty.threads.acceptors=0")
			.start()) {
			assertThat(application.awaitExit()).isEqualTo(1);
			assertThat(application.output()).contains("APPLICATION FAILED TO START", "sam.connections.hold",
					"takes Tomcat with its usual protocol, Jetty with an acceptor thread, or Reactor Netty");
		}
	}

}
