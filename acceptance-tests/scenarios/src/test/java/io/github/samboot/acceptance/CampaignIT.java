package io.github.samboot.acceptance;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.github.samboot.test.Await;
import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.JavaProgram;
import io.github.samboot.test.ProcessTable;
import io.github.samboot.test.Requirement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random faults of real processes. How to do more of it: {@code docs/reliability.md}.
 */
@Tag("integration")
@Tag("any-java")
class CampaignIT {

	@TempDir
	private Path directory;

	@BeforeEach
	void checkRequirements() {
		Requirement.root();
		Requirement.command("mount namespaces, and so the right to mount", "unshare", "-m", "true");
		Requirement.command("strace", "strace", "-qq", "-o", "/dev/null", "-e", "inject=getppid:error=EAGAIN", "true");
	}

	/**
	 * As many actions as there is time for: a seed whose actions come from many kinds.
	 */
	@Test
	void someRandomFaultsShouldBeRecoveredFrom() {
		CampaignProgram program = new CampaignProgram(this.directory);
		program.run(3, 100, Duration.ofSeconds(20));
		assertThat(program.violations()).isEmpty();
	}

	@Test
	@Tag("long")
	void randomFaultsShouldBeRecoveredFromInAllModes() {
		CampaignProgram program = new CampaignProgram(this.directory);
		program.run(1, 100, Duration.ofSeconds(10));
		for (int seed = 100; seed < 109; seed++) {
			program.run(seed, 100, Duration.ofSeconds(10));
		}
		assertThat(program.violations()).isEmpty();
	}

	@Test
	@Tag("long")
	void campaignThatIsEndedShouldLeaveNothing() throws IOException {
		String mark = "CAMPAIGN_TEST=" + UUID.randomUUID();
		ProcessBuilder builder = new ProcessBuilder(JavaProgram.JAVA, "-Djava.io.tmpdir=" + this.directory,
				"-Dacceptance.worker=" + SupervisedApplication.jar("worker"),
				"-Dacceptance.watchdog=" + SupervisedApplication.jar("watchdog"), "-cp",
				System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
				CampaignProgram.class.getName(), "1", "1", "100");
		builder.environment().put("CAMPAIGN_TEST", mark.substring(mark.indexOf('=') + 1));
		Process campaign = builder.redirectErrorStream(true).redirectOutput(Redirect.DISCARD).start();
		try {
			Await.until("an application", Duration.ofMinutes(3), () -> "",
					() -> ProcessTable.withEnvironment(mark)
						.stream()
						.anyMatch((one) -> one.isJava() && !one.isWatchdog() && one.pid() != campaign.pid()));
			ProcessTable.signal("TERM", campaign.pid());
			assertThat(BoundedProcess.exitCode(campaign)).isEqualTo(143);
		}
		finally {
			campaign.destroyForcibly();
			ProcessTable.withEnvironment(mark).forEach((left) -> ProcessTable.signal("KILL", left.pid()));
		}
		assertThat(this.directory).isEmptyDirectory();
		assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain(this.directory.toString());
	}

	/**
	 * A campaign that finds nothing says something only if it would find it.
	 */
	@Test
	void instancesThatNoWatchdogKnowsShouldBeSeen() throws IOException {
		Witness witness = new Witness(ProcessTable::isGone);
		FollowedFile journal = new FollowedFile(this.directory.resolve("journal"));
		try (SupervisedApplication first = unsupervised(); SupervisedApplication second = unsupervised()) {
			first.awaitOutput("worker \\d+ has data");
			second.awaitOutput("worker \\d+ has data");
			journal.newLines().forEach(witness::read);
			witness.look(System.nanoTime());
			assertThat(witness.takeViolations())
				.anyMatch((violation) -> violation.contains("while another one had the lock"))
				.anyMatch((violation) -> violation.startsWith("instances at one time: "));
			ProcessTable.signal("KILL", second.launchedPid());
			Await.until("the end of the second", () -> ProcessTable.isGone(second.launchedPid()));
			witness.look(System.nanoTime());
			List<String> found = new ArrayList<>(witness.takeViolations());
			// where this thread had to wait for a processor
			found.addAll(witness.excuses());
			assertThat(found).singleElement().asString().contains("nothing was done to it");
		}
	}

	private SupervisedApplication unsupervised() {
		return SupervisedApplication.worker()
			.withoutPort()
			.arguments("--sam.enabled=false", "--worker.journal=" + this.directory)
			.start();
	}

}
