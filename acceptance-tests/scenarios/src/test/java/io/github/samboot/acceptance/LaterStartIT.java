package io.github.samboot.acceptance;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;

import io.github.samboot.acceptance.SupervisedApplication.Status;
import io.github.samboot.test.ProcessTable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An instance that follows another one may not come up itself: that is told for what it
 * is, and tried again, within the limits.
 */
@Tag("integration")
@Tag("any-java")
class LaterStartIT {

	@Test
	@Tag("long")
	void portThatAnotherProcessHasTakenShouldBeWaitedFor() throws Exception {
		try (SupervisedApplication desk = SupervisedApplication.sample()
			.arguments("--sam.restart.delay=200ms")
			.start()
			.awaitHttp()) {
			Status first = desk.awaitRunning();
			desk.put("/orders/1", "kept");
			ProcessTable.signal("KILL", first.pid());
			try (ServerSocket other = listenOn(desk)) {
				desk.awaitOutput("Port " + desk.port() + " was already in use");
				desk.awaitOutput("WARN .*Instance 1 \\(pid \\d+\\) ended with exit code 1 \\(startup-failed\\); "
						+ "starting instance 2 in ");
			}
			Status later = desk.awaitStatus("an instance that came up",
					(status) -> status.instanceId() > 1 && status.state().equals("running"));
			assertThat(later.<List<String>>read("$.incidents[*].reason")).startsWith("startup-failed")
				.endsWith("startup-failed", "process-exit");
			assertThat(later.<String>read("$.incidents[0].message"))
				.isEqualTo("it ended with exit code 1 before start-up finished");
			assertThat(desk.get("/orders").<String>read("$['1']")).isEqualTo("kept");
			ProcessTable.signal("TERM", desk.launchedPid());
			assertThat(desk.awaitExit()).isEqualTo(143);
			desk.assertNothingIsLeft();
		}
	}

	/**
	 * The first restart is immediate, the second one waits, the third one is too much.
	 */
	@Test
	void listenerThatFailsInEachLaterInstanceShouldEndInAFailedExit() {
		try (SupervisedApplication worker = SupervisedApplication.worker()
			.withoutPort()
			.arguments("--worker.refuses-data=true", "--sam.restart.delay=1s", "--sam.restart.max-restarts=2")
			.start()) {
			worker.awaitOutput("worker \\d+ has data");
			worker.type("halt 7");
			assertThat(worker.awaitExit()).isEqualTo(1);
			worker.assertNothingIsLeft();
			assertThat(worker.output()).containsPattern("Instance 0 .* exit code 7 .*; starting instance 1 now")
				.contains("these data cannot be restored")
				.containsPattern(
						"Instance 1 .* exit code 1 \\(startup-failed\\); starting instance 2 in (0[.][89]|1[. ])")
				.containsPattern("Instance 2 .* exit code 1 \\(startup-failed\\)\\. Restart limit reached: 2 restarts "
						+ "within .* Giving up; the watchdog exits with code 1\\.");
			assertThat(worker.output().split("worker \\d+ has data")).hasSize(2);
		}
	}

	private static ServerSocket listenOn(SupervisedApplication desk) throws IOException {
		ServerSocket socket = new ServerSocket();
		try {
			// free as soon as the process is gone, and long before the next one wants it
			desk.await("port " + desk.port() + " is free", () -> {
				try {
					socket.bind(new InetSocketAddress(desk.port()));
					return true;
				}
				catch (IOException ex) {
					return false;
				}
			});
			return socket;
		}
		catch (AssertionError ex) {
			socket.close();
			throw ex;
		}
	}

}
