package io.github.samboot.boot.internal.evidence;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.samboot.autoconfigure.SamPropertiesTests;
import io.github.samboot.boot.internal.health.HealthAnswer;
import io.github.samboot.boot.internal.health.HealthSupervision;
import io.github.samboot.boot.internal.launch.LaunchState;
import io.github.samboot.boot.internal.lifecycle.Supervision;
import io.github.samboot.core.WatchdogMode;
import io.github.samboot.core.internal.client.ProcessSam;
import io.github.samboot.core.internal.rundir.EvidenceFile;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.rundir.VerifiedDirectory;
import io.github.samboot.core.internal.rundir.WatchdogAddress;
import io.github.samboot.test.Await;
import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.JavaProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.boot.health.contributor.Health;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link InstanceEvidence}.
 */
class InstanceEvidenceTests {

	@Test
	void anotherContextShouldNotNoteInPlaceOfTheFirst(@TempDir Path parent) throws IOException {
		Path directory = parent.resolve("run");
		RunDirectory.makePrivate(directory);
		assertThat(BoundedProcess.runSuccessfully(JavaProgram.JAVA, "-cp", System.getProperty("java.class.path"),
				Contexts.class.getName(), directory.toString()))
			.contains("the file of the first: [true, true, false]")
			.containsPattern("orders \\(.*\\): up, UP after 2 ms at \\S+: count=3; then no answer for 9000 ms\n")
			.containsPattern("orders \\(.*\\): stuck, UP after 9100 ms at \\S+: count=4\n");
	}

	/** Is supervised, as far as it knows. What it prints counts. */
	static final class Contexts {

		private Contexts() {
		}

		public static void main(String[] arguments) throws IOException {
			Path directory = Path.of(arguments[0]);
			Path file = directory.resolve(EvidenceFile.name(ProcessHandle.current().pid()));
			ProcessSam.get().attach(new WatchdogAddress("test", directory));
			Supervision supervision = new Supervision(ProcessSam::get,
					() -> LaunchState.supervised(WatchdogMode.SIDECAR, ""));
			HealthSupervision health = new HealthSupervision(supervision, SamPropertiesTests.bind(Map.of()),
					(progress) -> Map.of(),
					new StaticListableBeanFactory().getBeanProvider(ApplicationAvailability.class),
					new MockEnvironment());
			List<Boolean> same = new ArrayList<>();
			InstanceEvidence first = new InstanceEvidence(supervision, health, 0);
			Object key = Files.getAttribute(file, "unix:fileKey");
			noteAnswers(first, directory);
			InstanceEvidence second = new InstanceEvidence(supervision, health, 0);
			same.add(Files.getAttribute(file, "unix:fileKey").equals(key));
			second.destroy();
			new InstanceEvidence(supervision, health, 0).destroy();
			same.add(Files.getAttribute(file, "unix:fileKey").equals(key));
			first.destroy();
			Files.move(file, directory.resolve("first"));
			new InstanceEvidence(supervision, health, 0).destroy();
			same.add(Files.getAttribute(file, "unix:fileKey").equals(key));
			System.out.println("the file of the first: " + same);
		}

		private static void noteAnswers(InstanceEvidence evidence, Path directory) {
			evidence.found(Map.of("orders", () -> Health.up().build()));
			evidence.checked("orders", "up", 2_000_000, new HealthAnswer("UP", Map.of("count", 3), false));
			evidence.overdue("orders", 9_000_000_000L);
			printOnceNoted(evidence, directory, "count=3");
			evidence.checked("orders", "stuck", 9_100_000_000L, new HealthAnswer("UP", Map.of("count", 4), false));
			printOnceNoted(evidence, directory, "count=4");
		}

		private static void printOnceNoted(InstanceEvidence evidence, Path directory, String expected) {
			Await.until(expected, () -> {
				evidence.heartbeats(List.of(0L));
				try (VerifiedDirectory open = VerifiedDirectory.open(directory)) {
					String state = EvidenceFile.readState(open, ProcessHandle.current().pid());
					System.out.print(state.contains(expected) ? state : "");
					return state.contains(expected);
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			});
		}

	}

}
