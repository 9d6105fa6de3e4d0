package io.github.samboot.watchdog.internal.incident;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import io.github.samboot.core.Incident;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.SamOptions.Incidents;
import io.github.samboot.core.internal.rundir.EvidenceFile;
import io.github.samboot.watchdog.internal.log.Log;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class IncidentReportsTests {

	private final IncidentReports reports = new IncidentReports(new Log());

	private static final FileAttribute<?> PRIVATE = PosixFilePermissions
		.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

	@TempDir
	private Path directory;

	private static Incident incident(int id, @Nullable Instant recovered) {
		return new Incident(id, 4711, IncidentReason.UNHEALTHY, "\"orders\" is DOWN\n\\o/ \u0001 é",
				Instant.parse("2026-01-02T03:04:05.006Z").plusSeconds(id), recovered,
				(recovered != null) ? Duration.ofMillis(180) : null, "SIGKILL");
	}

	private List<String> names() throws IOException {
		try (Stream<Path> files = Files.list(this.directory)) {
			return files.map((file) -> file.getFileName().toString()).sorted().toList();
		}
	}

	@Test
	void reportShouldBeWrittenAsJsonAndText() throws IOException {
		this.reports.write(new Incidents(this.directory.resolve("new/one"), 20, 50), this.directory,
				incident(3, Instant.parse("2026-01-02T03:04:09Z")));
		this.reports.awaitWritten();
		Path json = this.directory.resolve("new/one/incident-20260102-030408006-instance-3.json");
		assertThat(json).content().startsWith("""
				{
				  "instanceId": 3,
				  "pid": 4711,
				  "reason": "unhealthy",
				  "message": "\\"orders\\" is DOWN\\u000a\\\\o/ \\u0001 é",
				  "detectedAt": "2026-01-02T03:04:08.006Z",
				  "recoveredAt": "2026-01-02T03:04:09Z",
				  "downtime": "PT0.18S",
				  "exit": "SIGKILL",
				  "evidence": \"""").endsWith("\"\n}\n");
		assertThat(this.directory.resolve("new/one/incident-20260102-030408006-instance-3.txt")).content()
			.contains("Instance 3 (pid 4711)")
			.contains("Reason:    unhealthy")
			.contains("Downtime:  180 ms");
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(json))).isEqualTo("rw-------");
	}

	@Test
	void whatWasDoneAboutTheInstanceShouldBeTold() throws IOException {
		this.reports.note(12, "SIGTERM sent to process 12");
		this.reports.note(4711, "SIGTERM sent to process 4711");
		this.reports.note("instance 2 started as process 4712");
		this.reports.write(new Incidents(null, 20, 50), Files.createDirectory(this.directory.resolve("run"), PRIVATE),
				incident(1, null));
		this.reports.awaitWritten();
		Path text = this.directory.resolve("run/incident-20260102-030406006-instance-1.txt");
		assertThat(text).content()
			.containsPattern("Done:      20.*Z SIGTERM sent to process 4711\n           20.*Z instance 2 started")
			.doesNotContain("process 12");
		assertThat(this.directory.resolve("run/incident-20260102-030406006-instance-1.json")).content()
			.containsPattern("\"actions\": \\[\n    \"20.*Z SIGTERM sent to process 4711\",\n    \"20.*Z instance 2");
	}

	@Test
	void whatWasDoneShouldStillBeToldWhenItIsOver() throws IOException {
		Incidents options = new Incidents(this.directory, 20, 50);
		this.reports.note(4711, "SIGTERM sent to process 4711");
		for (long pid = 4712; pid < 4714; pid++) {
			this.reports.note(pid, "instance started as process " + pid);
		}
		this.reports.write(options, this.directory, incident(1, Instant.parse("2026-01-02T03:04:09Z")));
		this.reports.awaitWritten();
		assertThat(this.directory.resolve("incident-20260102-030406006-instance-1.txt")).content()
			.contains("SIGTERM sent to process 4711")
			.doesNotContain("4712", "4713");
	}

	@Test
	void whatAnotherWatchdogHasDoneShouldStillBeToldWhenItIsOver() throws IOException {
		Incidents options = new Incidents(this.directory, 20, 50);
		this.reports.note(4711, "SIGTERM sent to process 4711");
		this.reports.note("instance 2 started as process 4712");
		this.reports.write(options, this.directory, incident(1, null));
		this.reports.awaitWritten();
		IncidentReports another = new IncidentReports(new Log());
		another.write(options, this.directory, incident(1, Instant.parse("2026-01-02T03:04:09Z")));
		another.awaitWritten();
		assertThat(this.directory.resolve("incident-20260102-030406006-instance-1.txt")).content()
			.containsPattern(
					"Recovered: (.*\n)+Done:      20.*Z SIGTERM sent to process 4711\n           20.*Z instance 2");
		assertThat(this.directory.resolve("incident-20260102-030406006-instance-1.json")).content()
			.containsPattern("\"actions\": \\[\n    \"20.*Z SIGTERM sent to process 4711\",\n    \"20.*Z instance 2");
	}

	@Test
	void failedStartWithoutAProcessShouldNotTellWhatWasDoneBefore() throws Exception {
		this.reports.note("instance 0 started as process 4711");
		this.reports.preload();
		this.reports.write(new Incidents(this.directory, 20, 50), this.directory, new Incident(1, 0,
				IncidentReason.STARTUP_FAILED, "", Instant.parse("2026-01-02T03:04:06.006Z"), null, null, null));
		this.reports.awaitWritten();
		assertThat(this.directory.resolve("incident-20260102-030406006-instance-1.txt")).content()
			.doesNotContain("Done:");
	}

	@Test
	void whatIsRepeatedForEverShouldNotBeKeptForEver() throws IOException {
		for (int i = 0; i < 1000; i++) {
			this.reports.note(4711, "action " + i);
		}
		this.reports.write(new Incidents(this.directory, 20, 50), this.directory, incident(1, null));
		this.reports.awaitWritten();
		assertThat(this.directory.resolve("incident-20260102-030406006-instance-1.txt")).content()
			.contains("action 0\n", "action 999\n")
			.satisfies((content) -> assertThat(content.substring(0, content.indexOf("\n\n")).lines()).hasSize(14));
	}

	/**
	 * The run directory may be cleared away, and be another user's directory by now.
	 */
	@Test
	void directoryThatIsNotPrivateShouldGetNoReport() throws IOException {
		Path open = Files.createDirectory(this.directory.resolve("open"),
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
		this.reports.write(new Incidents(null, 20, 50), open, incident(1, null));
		this.reports.write(new Incidents(null, 20, 50), this.directory.resolve("none"), incident(1, null));
		this.reports.awaitWritten();
		assertThat(open).isEmptyDirectory();
		assertThat(names()).containsExactly("open");
	}

	/**
	 * What is seen of a process goes there first: what its threads do must not be seen by
	 * others, nor go where a link leads.
	 */
	@Test
	void directoryThatIsNotPrivateShouldGetNoEvidence() throws IOException {
		Path open = Files.createDirectory(this.directory.resolve("open"),
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
		long self = ProcessHandle.current().pid();
		Path precious = Files.writeString(this.directory.resolve("precious"), "precious");
		Files.createSymbolicLink(open.resolve(EvidenceFile.threads(self)), precious);
		Evidence evidence = new Evidence(self, open);
		evidence.look();
		evidence.write(OutputStream.nullOutputStream(), incident(1, null), false, "", 50);
		assertThat(precious).hasContent("precious");
		assertThat(open.resolve(EvidenceFile.threads(self))).isSymbolicLink();
		Files.delete(open.resolve(EvidenceFile.threads(self)));
		evidence.look();
		assertThat(open).isEmptyDirectory();
		evidence.look();
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		evidence.write(out, incident(1, null), false, "", 50);
		assertThat(out.toString(StandardCharsets.UTF_8)).contains("State:     ");
	}

	@Test
	void dumpThatIsTooLongShouldBeCutAtTheEndOfALine() throws IOException {
		Path run = Files.createDirectory(this.directory.resolve("run"), PRIVATE);
		String line = "é".repeat(40) + "\n";
		Files.writeString(run.resolve(EvidenceFile.threads(4711)), line.repeat(5_000));
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		new Evidence(4711, run).write(out, incident(1, null), false, "", 50);
		String text = out.toString(StandardCharsets.UTF_8);
		assertThat(text).hasSizeLessThan(200_000).endsWith(line).doesNotContain("\ufffd");
		assertThat(text.split("\n")).filteredOn((each) -> each.startsWith("é"))
			.hasSizeGreaterThan(2_000)
			.allMatch(line.strip()::equals);
	}

	@Test
	void reportsShouldNotTakeMoreThanAFewMegabytes() throws IOException {
		for (int id = 0; id < 6; id++) {
			this.reports.write(new Incidents(this.directory, 20, 50), this.directory, incident(id, null));
		}
		this.reports.awaitWritten();
		for (String name : names()) {
			if (name.endsWith(".txt")) {
				Files.write(this.directory.resolve(name), new byte[2_500_000]);
			}
		}
		this.reports.write(new Incidents(this.directory, 20, 50), this.directory, incident(6, null));
		this.reports.awaitWritten();
		assertThat(names()).hasSize(8).noneMatch((name) -> name.contains("instance-2"));
	}

	@Test
	void reportThatKnowsMoreShouldReplaceTheFirst() throws IOException {
		for (int i = 0; i < 50; i++) {
			this.reports.write(new Incidents(this.directory, 20, 50), this.directory, incident(1, null));
		}
		this.reports.write(new Incidents(this.directory, 20, 50), this.directory,
				incident(1, Instant.parse("2026-01-02T03:04:09Z")));
		this.reports.awaitWritten();
		assertThat(names()).hasSize(2);
		assertThat(this.directory.resolve(names().get(0))).content().contains("recoveredAt");
	}

	@Test
	void onlyTheNewestShouldBeKeptAndOtherFilesLeftAlone() throws IOException {
		Files.writeString(this.directory.resolve("notes.txt"), "mine");
		for (int id = 0; id < 6; id++) {
			this.reports.write(new Incidents(this.directory, 2, 50), this.directory, incident(id, null));
		}
		this.reports.awaitWritten();
		assertThat(names()).containsExactly("incident-20260102-030409006-instance-4.json",
				"incident-20260102-030409006-instance-4.txt", "incident-20260102-030410006-instance-5.json",
				"incident-20260102-030410006-instance-5.txt", "notes.txt");
	}

	/**
	 * As when a watchdog is killed while it writes.
	 */
	@Test
	void partsOfReportsShouldNotBeKeptForEver() throws IOException {
		for (String part : List.of("3.txt", "4.json", "5.json.new", "6.txt.new")) {
			Files.writeString(this.directory.resolve("incident-20250102-030406006-instance-" + part), "part");
		}
		this.reports.write(new Incidents(this.directory, 1, 50), this.directory, incident(1, null));
		this.reports.awaitWritten();
		assertThat(names()).hasSize(2).allMatch((name) -> name.startsWith("incident-2026"));
	}

	/**
	 * As when the clock was set back.
	 */
	@Test
	void reportJustWrittenShouldBeKeptThoughOthersAreNewer() throws IOException {
		for (int id = 3; id < 6; id++) {
			this.reports.write(new Incidents(this.directory, 2, 50), this.directory, incident(id, null));
		}
		this.reports.write(new Incidents(this.directory, 2, 50), this.directory, incident(0, null));
		this.reports.awaitWritten();
		assertThat(names()).hasSize(4).anyMatch((name) -> name.contains("instance-0"));
	}

	@Test
	void reportThatCannotBeWrittenShouldLeaveNothingAndNotEndTheWriter() throws IOException {
		Path taken = this.directory.resolve("incident-20260102-030405006-instance-0.json");
		Files.createDirectories(taken.resolve("not empty"));
		this.reports.write(new Incidents(this.directory, 20, 50), this.directory, incident(0, null));
		this.reports.write(new Incidents(this.directory, 20, 50), this.directory, incident(1, null));
		this.reports.awaitWritten();
		assertThat(names()).hasSize(3).noneMatch((name) -> name.endsWith(".new"));
	}

	@Test
	void directoryThatCannotBeMadeShouldDoNoHarm() throws IOException {
		Path file = Files.writeString(this.directory.resolve("file"), "");
		this.reports.write(new Incidents(file.resolve("reports"), 20, 50), this.directory, incident(0, null));
		this.reports.awaitWritten();
		this.reports.write(new Incidents(this.directory, 20, 50), this.directory, incident(0, null));
		this.reports.awaitWritten();
		assertThat(names()).hasSize(3);
	}

	/**
	 * The working directory is the application's.
	 */
	@Test
	void preloadingShouldLeaveNothingBehind() throws Exception {
		String[] before = new File("").getAbsoluteFile().list();
		this.reports.preload();
		assertThat(new File("").getAbsoluteFile().list()).containsExactlyInAnyOrder(before);
	}

	@Test
	void preloadShouldLeaveNothing() throws Exception {
		this.reports.preload();
		assertThat(Path.of("threads-0")).doesNotExist();
	}

	@Test
	void nothingToWriteShouldNotBeWaitedFor() {
		this.reports.awaitWritten();
	}

}
