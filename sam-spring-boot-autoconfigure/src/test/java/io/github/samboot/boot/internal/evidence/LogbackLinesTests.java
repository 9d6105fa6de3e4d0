package io.github.samboot.boot.internal.evidence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import ch.qos.logback.core.status.Status;
import io.github.samboot.core.internal.rundir.EvidenceFile;
import io.github.samboot.core.internal.rundir.VerifiedDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LogbackLines}.
 */
class LogbackLinesTests {

	@Test
	void linesShouldBeNotedBesideOtherAppendersAndHarmNobody(@TempDir Path parent) throws IOException {
		Path directory = Files.createDirectory(parent.resolve("run"),
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
		EvidenceFile file = EvidenceFile.create(directory, 1);
		LogbackLines lines = LogbackLines.into(file);
		assertThat(lines).isNotNull();
		LoggerFactory.getLogger("some.Logger")
			.warn("The {} is broken", "cup", new IllegalStateException("glue is off", new IOException("glue is dry")));
		assertThat(log(directory)).containsPattern(
				"20.*Z WARN \\[main] some.Logger : The cup is broken\\njava.lang.IllegalStateException: glue is off\\n(\\tat .*\\n){5}Caused by: java.io.IOException: glue is dry\\n");
		// as when the run directory is full
		file.close();
		LoggerFactory.getLogger("some.Logger").warn("This is not noted");
		assertThat(lines.isStarted()).isFalse();
		LoggerFactory.getLogger("some.Logger").warn("This is not noted either");
		assertThat(lines.getStatusManager().getCopyOfStatusList()).extracting(Status::getMessage)
			.noneMatch((message) -> message.contains("sam-incidents"));
		assertThat(log(directory)).doesNotContain("not noted");
	}

	private static String log(Path runDirectory) throws IOException {
		try (VerifiedDirectory directory = VerifiedDirectory.open(runDirectory)) {
			return EvidenceFile.readLog(directory, 1, 50);
		}
	}

}
