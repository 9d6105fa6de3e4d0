package io.github.samboot.acceptance;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import com.jayway.jsonpath.JsonPath;
import io.github.samboot.acceptance.SupervisedApplication.Answer;
import io.github.samboot.acceptance.SupervisedApplication.Launch;
import io.github.samboot.test.CorosyncCluster;
import io.github.samboot.test.CorosyncNode;
import io.github.samboot.test.ProcessTable;
import io.github.samboot.test.RequiresCorosync;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an application does that may only work while the cluster is quorate, on a real
 * Corosync.
 */
@Tag("integration")
@Tag("any-java")
@RequiresCorosync
@TestInstance(Lifecycle.PER_CLASS)
class QuorumGateIT {

	private static final String WAITING = "Start-up waits here until the cluster is quorate";

	private final int port = SupervisedApplication.freePort();

	private final int managementPort = SupervisedApplication.freePort();

	private CorosyncCluster cluster;

	private CorosyncNode node;

	private String host;

	@BeforeAll
	void startCluster() {
		this.cluster = CorosyncCluster.start(1);
		this.node = this.cluster.node(1);
		this.host = this.node.hostAddress();
	}

	@BeforeEach
	void takeQuorum() {
		this.node.expectedVotes(2);
		this.node.awaitNotQuorate();
	}

	private void giveQuorum() {
		this.node.expectedVotes(1);
		this.node.awaitQuorate();
	}

	@AfterAll
	void stopCluster() {
		if (this.cluster != null) {
			this.cluster.close();
		}
	}

	@Test
	@Tag("long")
	void contextGateShouldHoldTheWebServerAndEndInTime() {
		try (SupervisedApplication desk = launch("sample", "--sam.connections.hold=true")) {
			desk.awaitOutput(WAITING + ", nodes in sight: \\[1\\]");
			assertThat(get("/actuator/health").status()).isZero();
			giveQuorum();
			desk.await("service", () -> get("/orders").status() == 200);
			desk.awaitOutput("Start-up goes on after waiting \\d+\\.\\d s for quorum");
			assertThat(get("/actuator/prometheus").body()).containsPattern("(?m)^sam_quorate 1\\.0$");
			takeQuorum();
			desk.awaitOutput("are refused, as this node has lost quorum");
			desk.awaitOutput("(?s)" + WAITING + ".*" + WAITING);
			assertThat(get("/actuator/health").status()).as("held connections do not wait for quorum").isZero();
			assertEndsInTime(desk);
		}
	}

	@ParameterizedTest
	@Tag("long")
	@CsvSource({ "sample, false", "sample, true", "reactive, false", "reactive, true" })
	void trafficGateShouldRefuseAllButTheActuator(String application, boolean separate) {
		int actuator = separate ? this.managementPort : this.port;
		String path = application.equals("sample") ? "/orders" : "/tide/UP";
		try (SupervisedApplication desk = launch(application, "--sam.quorum.gate=traffic",
				"--management.server.port=" + actuator, "--sam.grace-period=5s")) {
			desk.awaitOutput(WAITING);
			assertWaits(desk, actuator, path);
			giveQuorum();
			desk.await("service", () -> request(path).status() == 200);
			desk.await("readiness", () -> answer(actuator, "/actuator/health/readiness").status() == 200);
			takeQuorum();
			// refused, or not even listening any more
			desk.await("refusal", () -> List.of(503, 0).contains(request(path).status()));
			desk.awaitOutput("(?s)" + WAITING + ".*" + WAITING);
			assertWaits(desk, actuator, path);
			assertThat(JsonPath.<String>read(answer(actuator, "/actuator/sam").body(), "$.incidents[0].reason"))
				.isEqualTo("quorum-lost");
			assertEndsInTime(desk);
		}
	}

	/**
	 * A promoted spare is past register, not past start: it waits as any other instance.
	 */
	@Test
	void promotedSpareShouldWaitForQuorum() {
		giveQuorum();
		try (SupervisedApplication worker = new Launch().jar(SupervisedApplication.jar("worker"))
			.under(this.node.command(List.of()).toArray(String[]::new))
			.withSpare("hot", "1s")
			.withoutPort()
			.arguments("--sam.recovery-policy=quorum-restart", "--worker.tools=true", "--sam.restart.delay=0s",
					"--sam.restart.max-delay=0s")
			.start()) {
			long spare = worker.awaitSpare();
			takeQuorum();
			worker.awaitOutput("registered as 1 by promotion in " + spare);
			worker.awaitOutput("(?s)registered as 1 by promotion.*" + WAITING);
			assertThat(worker.output()).doesNotContain("ledger opened in " + spare, "consumer started in " + spare);
			giveQuorum();
			worker.awaitOutput("(?s)ledger opened in " + spare + ".*consumer started in " + spare + ".*worker " + spare
					+ " has data");
			ProcessTable.signal("TERM", worker.launchedPid());
			assertThat(worker.awaitExit()).isEqualTo(143);
		}
	}

	/**
	 * JNA was in it.
	 */
	@Test
	@Tag("long")
	void lossOfQuorumShouldBeNoticedByAWatchdogThatWasStartedWithoutTheJar(@TempDir Path directory) throws IOException {
		Path jar = Files.copy(SupervisedApplication.jar("worker"), directory.resolve("worker.jar"));
		giveQuorum();
		try (SupervisedApplication worker = new Launch().jar(jar)
			.under(this.node.command(List.of()).toArray(String[]::new))
			.withoutPort()
			.arguments("--sam.recovery-policy=quorum-restart")
			.start()) {
			worker.awaitOutput("worker \\d+ has data");
			Files.delete(jar);
			ProcessTable.signal("KILL", worker.launchedPid());
			worker.awaitOutput("supervises this application now");
			takeQuorum();
			worker.awaitOutput("this node lost quorum. Sending SIGTERM");
		}
	}

	@Test
	@Tag("long")
	void missingDaemonShouldBeExplainedOrAwaited() {
		this.node.stopDaemon();
		try {
			try (SupervisedApplication desk = launch("sample")) {
				assertThat(desk.awaitExit()).isEqualTo(1);
				assertThat(desk.output()).contains("Corosync is not running here", "sam.quorum.await-daemon=true",
						"sam.recovery-policy=restart");
			}
			try (SupervisedApplication desk = launch("sample", "--sam.quorum.await-daemon=true")) {
				desk.awaitOutput(WAITING + ", no nodes in sight");
				this.node.startDaemon();
				desk.await("service", () -> get("/orders").status() == 200);
			}
		}
		catch (AssertionError ex) {
			this.node.startDaemon();
			throw ex;
		}
	}

	private SupervisedApplication launch(String application, String... arguments) {
		return new Launch().jar(SupervisedApplication.jar(application))
			.under(this.node.command(List.of()).toArray(String[]::new))
			.arguments("--server.port=" + this.port, "--sam.recovery-policy=quorum-restart")
			.arguments(arguments)
			.withoutPort()
			.start();
	}

	private void assertWaits(SupervisedApplication desk, int actuator, String path) {
		desk.await("the actuator", () -> answer(actuator, "/actuator/health").status() == 503);
		Answer health = answer(actuator, "/actuator/health");
		assertThat(JsonPath.<String>read(health.body(), "$.status")).isEqualTo("OUT_OF_SERVICE");
		assertThat(JsonPath.<String>read(health.body(), "$.components.sam.status")).isEqualTo("OUT_OF_SERVICE");
		assertThat(JsonPath.<Object>read(health.body(), "$.components.sam.details.quorum.members")).hasToString("[1]");
		assertThat(answer(actuator, "/actuator/health/readiness").status()).isEqualTo(503);
		assertThat(answer(actuator, "/actuator/health/liveness").status()).isEqualTo(200);
		Answer status = answer(actuator, "/actuator/sam");
		assertThat(JsonPath.<String>read(status.body(), "$.state")).isEqualTo("waiting for quorum");
		assertThat(JsonPath.<Boolean>read(status.body(), "$.quorum.quorate")).isFalse();
		Answer refused = request(path);
		assertThat(refused.status()).isEqualTo(503);
		assertThat(refused.retryAfter()).isEqualTo("5");
		assertThat(refused.body()).contains("not in the quorate part of its cluster");
	}

	private void assertEndsInTime(SupervisedApplication desk) {
		long asked = System.nanoTime();
		ProcessTable.signal("TERM", desk.launchedPid());
		assertThat(desk.awaitExit()).isEqualTo(143);
		// on a loaded machine everything takes longer
		assertThat(Duration.ofNanos(System.nanoTime() - asked))
			.isLessThan(Duration.ofSeconds(2).plus(desk.watch().worstLateness().multipliedBy(2)));
		assertThat(desk.processes()).isEmpty();
	}

	private Answer get(String path) {
		return answer(this.port, path);
	}

	private Answer answer(int port, String path) {
		return SupervisedApplication.exchange(SupervisedApplication.request(this.host, port, path));
	}

	private Answer request(String path) {
		return path.startsWith("/tide")
				? SupervisedApplication
					.exchange(SupervisedApplication.request(this.host, this.port, path).POST(BodyPublishers.noBody()))
				: get(path);
	}

}
