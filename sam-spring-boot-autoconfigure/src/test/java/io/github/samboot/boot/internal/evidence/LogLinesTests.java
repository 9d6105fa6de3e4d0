package io.github.samboot.boot.internal.evidence;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.core.status.Status;
import io.github.samboot.boot.internal.health.SideThread;
import io.github.samboot.core.internal.rundir.EvidenceFile;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.rundir.VerifiedDirectory;
import io.github.samboot.test.Await;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.core.LoggerContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * Tests for {@link LogbackLines}, and for {@link Log4jLines} with a logger context of its
 * own.
 */
class LogLinesTests {

	private Path directory;

	private EvidenceFile file;

	@BeforeEach
	void create(@TempDir Path parent) throws IOException {
		this.directory = parent.resolve("run");
		RunDirectory.makePrivate(this.directory);
		this.file = EvidenceFile.create(this.directory, 1);
	}

	@Test
	void logbackLinesShouldBeNotedBesideOtherAppendersAndHarmNobody() throws IOException {
		LogbackLines lines = LogbackLines.into(this.file::log);
		assertThat(lines).isNotNull();
		LoggerFactory.getLogger("some.Logger")
			.warn("The {} is broken", "cup", new IllegalStateException("glue is off", new IOException("glue is dry")));
		assertThat(log()).containsPattern(
				"20.*Z WARN \\[main] some.Logger : The cup is broken\\njava.lang.IllegalStateException: glue is off\\n(\\tat .*\\n){5}Caused by: java.io.IOException: glue is dry\\n");
		// as when the run directory is full
		this.file.close();
		LoggerFactory.getLogger("some.Logger").warn("This is not noted");
		assertThat(lines.isStarted()).isFalse();
		LoggerFactory.getLogger("some.Logger").warn("This is not noted either");
		assertThat(lines.getStatusManager().getCopyOfStatusList()).extracting(Status::getMessage)
			.noneMatch((message) -> message.contains("sam-incidents"));
		assertThat(log()).doesNotContain("not noted");
	}

	@Test
	void log4jLinesShouldBeNotedBesideOtherAppendersAndHarmNobody() throws IOException {
		try (LoggerContext context = new LoggerContext("test")) {
			context.start();
			Runnable lines = Log4jLines.into(this.file::log, context);
			Logger logger = context.getLogger("some.Logger");
			logger.error("The {} is broken", "cup",
					new IllegalStateException("glue is off", new IOException("glue is dry")));
			assertThat(log()).containsPattern(
					"20.*Z ERROR \\[main] some.Logger : The cup is broken\\njava.lang.IllegalStateException: glue is off\\n(\\tat .*\\n){5}Caused by: java.io.IOException: glue is dry\\n");
			// as when the run directory is full
			this.file.close();
			logger.error("This is not noted");
			assertThat(context.getConfiguration().getRootLogger().getAppenders()).doesNotContainKey("sam-incidents");
			lines.run();
			assertThat(log()).doesNotContain("not noted");
		}
	}

	/**
	 * Whoever writes to a disk that hangs holds the file.
	 */
	@Test
	void threadThatLogsShouldNotWaitForADisk() throws Exception {
		SideThread disk = new SideThread("disk");
		LogLine.Target target = InstanceEvidence.target(this.file, false, disk);
		synchronized (this.file) {
			CompletableFuture.runAsync(() -> assertThatCode(() -> target.log("a line")).doesNotThrowAnyException())
				.get(60, TimeUnit.SECONDS);
		}
		Await.until("the line", () -> log().contains("a line"));
		disk.end();
	}

	@Test
	void logbackLinesShouldBeNotedAfterANewConfiguration() throws IOException {
		ch.qos.logback.classic.LoggerContext context = new ch.qos.logback.classic.LoggerContext();
		LogbackLines lines = LogbackLines.into(this.file::log, context);
		context.reset();
		context.getLogger("some.Logger").warn("This is noted");
		assertThat(log()).containsOnlyOnce("This is noted");
		lines.end();
		context.reset();
		context.getLogger("some.Logger").warn("This is not noted");
		assertThat(log()).doesNotContain("not noted");
	}

	@Test
	void log4jLinesShouldBeNotedAfterANewConfiguration() throws IOException {
		try (LoggerContext context = new LoggerContext("test")) {
			context.start();
			Runnable lines = Log4jLines.into(this.file::log, context);
			context.reconfigure();
			context.getLogger("some.Logger").error("This is noted");
			assertThat(log()).containsOnlyOnce("This is noted");
			lines.run();
			context.reconfigure();
			context.getLogger("some.Logger").error("This is not noted");
			assertThat(log()).doesNotContain("not noted");
		}
	}

	private String log() {
		try (VerifiedDirectory open = VerifiedDirectory.open(this.directory)) {
			return EvidenceFile.readLog(open, 1, 50);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
