package io.github.samboot.acceptance;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

import io.github.samboot.acceptance.SupervisedApplication.Answer;
import io.github.samboot.acceptance.SupervisedApplication.Status;
import io.github.samboot.test.ProcessTable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Planned replacements, as for an upgrade in place.
 */
@Tag("integration")
class ReplacementIT {

	@TempDir
	private Path releases;

	/**
	 * Return a release of the sample that tells which one it is.
	 */
	private Path release(String name) throws IOException {
		Path jar = Files.createDirectories(this.releases.resolve(name)).resolve("desk.jar");
		Files.copy(SupervisedApplication.jar("sample"), jar);
		try (FileSystem content = FileSystems.newFileSystem(jar)) {
			Path directory = Files.createDirectories(content.getPath("BOOT-INF/classes/config"));
			Files.writeString(directory.resolve("application.properties"),
					"info.release=" + name + "\nmanagement.info.env.enabled=true\n");
		}
		return jar;
	}

	/**
	 * Let the link lead to a release, as {@code ln -sfn} and {@code mv -T} do.
	 */
	private void current(String release) throws IOException {
		Path link = this.releases.resolve("new");
		Files.createSymbolicLink(link, Path.of(release));
		Files.move(link, this.releases.resolve("current"), StandardCopyOption.ATOMIC_MOVE);
	}

	private SupervisedApplication start() {
		return SupervisedApplication.sample()
			.jar(this.releases.resolve("current/desk.jar"))
			.withSpares(1)
			.arguments("--management.endpoint.sam.access=unrestricted")
			.start()
			.awaitHttp();
	}

	private static String release(SupervisedApplication desk) {
		Answer answer = desk.get("/actuator/info");
		return (answer.status() == 200) ? answer.read("$.release") : "";
	}

	private static Status awaitReplacement(SupervisedApplication desk, String state) {
		return desk.awaitStatus("replacement " + state,
				(status) -> status.json().contains("\"replacement\":{\"state\":\"" + state + "\""));
	}

	@Test
	@Tag("long")
	void newReleaseBehindTheSameLinkShouldTakeOver() throws Exception {
		release("1");
		release("2");
		current("1");
		try (SupervisedApplication desk = start()) {
			Status before = desk.awaitRunning();
			assertThat(desk.put("/orders/1", "kept").status()).isEqualTo(204);
			List<String> seen = new ArrayList<>(List.of(release(desk)));
			current("2");
			Answer answer = desk.act("replace");
			assertThat(answer.status()).as(answer.body()).isEqualTo(200);
			assertThat(answer.<String>read("$.replacement.state")).isEqualTo("preparing");
			assertThat(desk.act("replace").status()).isEqualTo(409);
			desk.await("release 2", () -> {
				String release = release(desk);
				if (!release.isEmpty() && !release.equals(seen.get(seen.size() - 1))) {
					seen.add(release);
				}
				return release.equals("2");
			});
			Status after = awaitReplacement(desk, "done");
			assertThat(seen).containsExactly("1", "2");
			assertThat(after.pid()).isNotEqualTo(before.pid());
			assertThat(after.instanceId()).isEqualTo(1);
			assertThat(after.watchdogPid()).isEqualTo(before.watchdogPid());
			assertThat(after.<Integer>read("$.recoveries")).isZero();
			assertThat(after.<Integer>read("$.recentRestarts")).isZero();
			assertThat(after.<List<Object>>read("$.incidents")).isEmpty();
			assertThat(desk.get("/orders").body()).contains("kept");
			assertThat(desk.output()).contains("Graceful shutdown complete", "to be replaced");
			desk.watch().assertNeverTwo();
			ProcessTable.signal("TERM", desk.launchedPid());
			assertThat(desk.awaitExit()).isEqualTo(143);
			desk.assertNothingIsLeft();
		}
	}

	@Test
	@Tag("long")
	@Tag("any-java")
	void releaseThatCannotStartShouldNotBeNoticed() throws Exception {
		release("1");
		Files.writeString(Files.createDirectory(this.releases.resolve("broken")).resolve("desk.jar"), "no jar");
		current("1");
		try (SupervisedApplication desk = start()) {
			Status before = desk.awaitRunning();
			current("broken");
			ProcessTable.signal("URG", desk.launchedPid());
			Status after = awaitReplacement(desk, "failed");
			assertThat(after.pid()).isEqualTo(before.pid());
			assertThat(after.state()).isEqualTo("running");
			assertThat(after.<String>read("$.replacement.message")).contains("exit code 1");
			assertThat(after.lastReason()).isEqualTo("requested");
			desk.awaitOutput("requested by SIGURG");
			desk.awaitOutput("The planned replacement of instance 0");
			current("1");
			ProcessTable.signal("URG", desk.launchedPid());
			assertThat(awaitReplacement(desk, "done").instanceId()).isEqualTo(1);
			desk.watch().assertNeverTwo();
		}
	}

	/**
	 * A request that is not complete keeps the instance that was asked to end.
	 */
	@Test
	@Tag("long")
	@Tag("any-java")
	void watchdogThatDiesInAReplacementShouldNotLetTheApplicationEnd() throws Exception {
		try (SupervisedApplication desk = SupervisedApplication.sample()
			.withSpares(1)
			.withSpareOfALostWatchdog()
			.arguments("--management.endpoint.sam.access=unrestricted",
					"--spring.lifecycle.timeout-per-shutdown-phase=5m", "--server.tomcat.connection-timeout=10m")
			.start()
			.awaitHttp(); Socket unfinished = new Socket("127.0.0.1", desk.port())) {
			Status before = desk.awaitRunning();
			assertThat(desk.put("/orders/1", "kept").status()).isEqualTo(204);
			unfinished.getOutputStream()
				.write("PUT /orders/2 HTTP/1.1\r\nHost: desk\r\nContent-Length: 9\r\n\r\nunf"
					.getBytes(StandardCharsets.US_ASCII));
			assertThat(desk.act("replace").status()).isEqualTo(200);
			desk.awaitOutput("is asked to end, as");
			ProcessTable.signal("KILL", before.watchdogPid());
			unfinished.close();
			Status after = desk.awaitStatus("the next instance, of another watchdog",
					(status) -> status.instanceId() == 1 && status.state().equals("running"));
			assertThat(after.watchdogPid()).isNotEqualTo(before.watchdogPid());
			assertThat(after.lastReason()).isEqualTo("requested");
			assertThat(desk.get("/orders").body()).contains("kept");
			desk.watch().assertNeverTwo();
			ProcessTable.signal("TERM", after.watchdogPid());
			desk.assertNothingIsLeft();
		}
	}

}
