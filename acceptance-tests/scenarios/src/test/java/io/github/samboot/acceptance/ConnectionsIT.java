package io.github.samboot.acceptance;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

import io.github.samboot.acceptance.SupervisedApplication.Status;
import io.github.samboot.test.ProcessTable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Connections that wait for the next instance ({@code sam.connections.hold}).
 */
@Tag("integration")
class ConnectionsIT {

	private static final int CLIENTS = 4;

	private static SupervisedApplication.Launch holding(String longest) {
		return SupervisedApplication.sample()
			.arguments("--sam.connections.hold=true", "--sam.connections.longest-hold=" + longest,
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
		try (SupervisedApplication desk = holding("10m").withSpares(1).start().awaitHttp()) {
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
			assertThat(desk.output()).contains("Graceful shutdown complete").doesNotContain("Socket accept failed");
			desk.assertNothingIsLeft();
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

	/**
	 * The first instance of a sidecar listens by itself. The watchdog that follows one
	 * that was lost goes on with the socket of that one.
	 */
	@Test
	@Tag("long")
	@Tag("any-java")
	void sidecarShouldHoldConnectionsFromItsFirstRecoveryOnAlsoIfItIsReplaced() {
		try (SupervisedApplication desk = holding("10m").arguments("--sam.watchdog.mode=sidecar").start().awaitHttp()) {
			Status first = desk.awaitRunning();
			ProcessTable.signal("KILL", first.pid());
			desk.awaitOutput("Connections to port " + desk.port() + " are held from now on");
			desk.awaitHttp();
			Status second = desk.awaitRunning();
			ProcessTable.signal("KILL", second.watchdogPid());
			desk.awaitStatus("another watchdog", (status) -> status.watchdogPid() != second.watchdogPid()
					&& status.state().equals("running") && status.pid() == second.pid());
			try (Clients clients = new Clients(desk.port(), CLIENTS)) {
				awaitServed(desk, clients);
				ProcessTable.signal("KILL", second.pid());
				desk.awaitStatus("the next instance", (status) -> status.pid() != second.pid());
				awaitServed(desk, clients);
				assertThat(clients.refused()).isEmpty();
			}
		}
	}

	@Test
	@Tag("long")
	@Tag("any-java")
	void portThatIsTakenShouldBeExplainedBySpringBoot() throws IOException {
		try (ServerSocket taken = new ServerSocket(0);
				SupervisedApplication desk = holding("10s").withoutPort()
					.arguments("--server.port=" + taken.getLocalPort())
					.start()) {
			assertThat(desk.awaitExit()).isEqualTo(1);
			assertThat(desk.output()).contains("APPLICATION FAILED TO START",
					"Web server failed to start. Port " + taken.getLocalPort() + " was already in use.");
		}
	}

	@Test
	@Tag("long")
	@Tag("any-java")
	void otherWebServerShouldBeRefusedWithAnExplanation() {
		try (SupervisedApplication application = SupervisedApplication.reactive()
			.arguments("--sam.connections.hold=true")
			.start()) {
			assertThat(application.awaitExit()).isEqualTo(1);
			assertThat(application.output()).contains("APPLICATION FAILED TO START", "sam.connections.hold",
					"Use Tomcat");
		}
	}

}
