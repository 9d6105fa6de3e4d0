package io.github.samboot.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;

import io.github.samboot.acceptance.SupervisedApplication.Status;
import io.github.samboot.test.Await;
import io.github.samboot.test.ProcessTable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that prepares its later starts while it runs.
 */
@Tag("integration")
@Tag("long")
class FastStartIT {

	/** It has the lowest priority. */
	private static final Duration PREPARATION = Duration.ofMinutes(10);

	@TempDir
	private Path directory;

	private Path jar;

	private Path store;

	@BeforeEach
	void prepare() throws IOException {
		this.jar = Files.copy(SupervisedApplication.jar("sample"), this.directory.resolve("app.jar"));
		this.store = this.directory.resolve("store");
	}

	private SupervisedApplication start(String... arguments) {
		return launch().arguments(arguments).start();
	}

	private SupervisedApplication.Launch launch() {
		return SupervisedApplication.sample().jar(this.jar).temporary(this.directory).observedBy((processes) -> {
		})
			.arguments("--sam.fast-start.enabled=true", "--sam.fast-start.delay=0s",
					"--sam.fast-start.directory=" + this.store, "--sam.restart.delay=0");
	}

	private static Status awaitState(SupervisedApplication desk, String state) {
		Status[] last = new Status[1];
		Await.until("later starts to be " + state, PREPARATION, desk::output, () -> {
			last[0] = desk.status();
			return last[0] != null && state.equals(last[0].read("$.fastStart.state"));
		});
		return last[0];
	}

	private static Status killed(SupervisedApplication desk, Status before) {
		ProcessTable.signal("KILL", before.pid());
		Status next = desk.awaitStatus("the next instance",
				(status) -> status.instanceId() == before.instanceId() + 1 && status.state().equals("running"));
		desk.awaitHttp();
		return next;
	}

	private static String commandLine(long pid) {
		return read(pid, "cmdline");
	}

	private static String read(long pid, String file) {
		try {
			return Files.readString(Path.of("/proc", Long.toString(pid), file), StandardCharsets.ISO_8859_1);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Test
	void nextInstanceShouldStartFromTheArchiveAndANewJarShouldRun() throws Exception {
		try (SupervisedApplication desk = start().awaitHttp()) {
			Status first = awaitState(desk, "prepared");
			assertThat(commandLine(first.pid())).doesNotContain("SharedArchiveFile");
			assertThat(desk.directory().resolve("work")).isEmptyDirectory();
			Status second = killed(desk, first);
			assertThat((String) second.read("$.fastStart.state")).isEqualTo("used");
			assertThat(((Number) second.read("$.fastStart.size")).longValue()).isGreaterThan(10_000_000);
			assertThat(read(second.pid(), "maps")).contains("application.jsa");
			assertThat(desk.output()).contains("from its fast start entry").contains("without what was prepared");
			assertThat(desk.get("/orders").status()).isEqualTo(200);
			// another version, in the way that deployments do it
			Path aside = Files.copy(SupervisedApplication.jar("reactive"), this.directory.resolve("aside"));
			Files.move(aside, this.jar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
			Status third = killed(desk, second);
			assertThat((String) third.read("$.fastStart.state")).isNotEqualTo("used");
			assertThat(commandLine(third.pid())).doesNotContain("SharedArchiveFile").contains(this.jar.toString());
			desk.awaitOutput("Starting ReactiveApplication");
			assertThat(desk.output()).contains(this.jar + " has changed since it was made");
			assertThat(desk.directory().resolve("work")).isEmptyDirectory();
		}
	}

	@Test
	void startThatFailsShouldBeTriedOnceMoreThePlainWay() throws Exception {
		// no number if it was started from what was prepared
		try (SupervisedApplication desk = start("--server.tomcat.threads.max=${samboot.fast-start:200}").awaitHttp()) {
			Status first = awaitState(desk, "prepared");
			Status second = killed(desk, first);
			assertThat((String) second.read("$.fastStart.state")).isNotEqualTo("used");
			assertThat(second.recoveries()).isEqualTo(1);
			assertThat(desk.output()).contains("SAM starts it once more the plain way");
			awaitState(desk, "left alone");
			assertThat(desk.output()).contains("a start from what was prepared for this very jar has failed");
		}
	}

	/**
	 * Linked classes are the first to be given up.
	 */
	@Test
	void archiveThatTheJvmDoesNotTakeShouldBePutAway() throws Exception {
		// the archive is made without it
		try (SupervisedApplication desk = launch().jvmOptions("-XX:ObjectAlignmentInBytes=16").start().awaitHttp()) {
			Status first = awaitState(desk, "prepared");
			Status second = killed(desk, first);
			assertThat(commandLine(second.pid())).contains("SharedArchiveFile");
			if (Runtime.version().feature() == 25) {
				awaitState(desk, "prepared");
				second = killed(desk, second);
				assertThat(commandLine(second.pid())).contains("SharedArchiveFile");
			}
			awaitState(desk, "left alone");
			assertThat(desk.output()).contains("its JVM has not taken the archive");
			Status third = killed(desk, second);
			assertThat(commandLine(third.pid())).doesNotContain("SharedArchiveFile");
			awaitState(desk, "left alone");
			assertThat(desk.output()).contains("a start from what was prepared for this very jar has failed");
		}
	}

	@Test
	void launchesAtOnceShouldPrepareOnceAndTheirSparesStartFromThat() throws Exception {
		try (SupervisedApplication first = start();
				SupervisedApplication second = start("--sam.standby=hot", "--sam.standby-delay=500ms")) {
			first.awaitHttp();
			second.awaitHttp();
			Status prepared = awaitState(second, "prepared");
			awaitState(first, "prepared");
			assertThat((first.output() + second.output()).split("Fast start: unpacks ", -1)).hasSize(2);
			assertThat(this.store.resolve("entries").toFile().list()).hasSize(1);
			assertThat((String) prepared.read("$.fastStart.lastStart")).startsWith("PT");
			// there was no entry yet when the first spare was started
			long plain = awaitSpare(second, prepared.pid());
			ProcessTable.signal("KILL", prepared.pid());
			second.awaitStatus("the spare to be the instance",
					(status) -> status.pid() == plain && status.state().equals("running"));
			long spare = awaitSpare(second, plain);
			assertThat(read(spare, "maps")).contains("application.jsa");
			ProcessTable.signal("KILL", plain);
			Status promoted = second.awaitStatus("the next spare to be the instance",
					(status) -> status.pid() == spare && status.state().equals("running"));
			second.awaitHttp();
			assertThat((String) promoted.read("$.fastStart.state")).isEqualTo("used");
			// it has waited most of the time since it was started
			assertThat(promoted.<Map<String, Object>>read("$.fastStart")).doesNotContainKey("lastStart");
			assertThat(second.output()).doesNotContain("without what was prepared");
			assertThat(second.get("/orders").status()).isEqualTo(200);
		}
	}

	private static long awaitSpare(SupervisedApplication desk, long before) {
		Status status = desk.awaitStatus("a spare that is ready",
				(current) -> current.pid() == before && "ready".equals(current.read("$.standby.state")));
		return ((Number) status.read("$.standby.pid")).longValue();
	}

}
