package io.github.samboot.boot.internal.evidence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import io.github.samboot.core.internal.rundir.EvidenceFile;
import io.github.samboot.core.internal.rundir.VerifiedDirectory;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.core.LoggerContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Log4jLines}, with a real logger context.
 */
class Log4jLinesTests {

	@Test
	void linesShouldBeNotedBesideOtherAppendersAndHarmNobody(@TempDir Path parent) throws IOException {
		Path directory = Files.createDirectory(parent.resolve("run"),
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
		EvidenceFile file = EvidenceFile.create(directory, 1);
		try (LoggerContext context = new LoggerContext("test")) {
			context.start();
			Runnable lines = Log4jLines.into(file, context);
			Logger logger = context.getLogger("some.Logger");
			logger.error("The {} is broken", "cup",
					new IllegalStateException("glue is off", new IOException("glue is dry")));
			assertThat(log(directory)).containsPattern(
					"20.*Z ERROR \\[main] some.Logger : The cup is broken\\njava.lang.IllegalStateException: glue is off\\n(\\tat .*\\n){5}Caused by: java.io.IOException: glue is dry\\n");
			// as when the run directory is full
			file.close();
			logger.error("This is not noted");
			assertThat(context.getConfiguration().getRootLogger().getAppenders()).doesNotContainKey("sam-incidents");
			lines.run();
			assertThat(log(directory)).doesNotContain("not noted");
		}
	}

	private static String log(Path runDirectory) throws IOException {
		try (VerifiedDirectory directory = VerifiedDirectory.open(runDirectory)) {
			return EvidenceFile.readLog(directory, 1, 50);
		}
	}

}
