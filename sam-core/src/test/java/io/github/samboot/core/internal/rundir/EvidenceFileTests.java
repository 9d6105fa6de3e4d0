package io.github.samboot.core.internal.rundir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

class EvidenceFileTests {

	private static final long PID = 4711;

	/** Beyond what the kernel gives to any process. */
	private static final long PID_OF_NONE = 99_999_999;

	@TempDir
	private Path parent;

	private Path directory;

	private EvidenceFile file;

	@BeforeEach
	void create() throws IOException {
		this.directory = Files.createDirectory(this.parent.resolve("run"),
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
		this.file = EvidenceFile.create(this.directory, PID);
	}

	@AfterEach
	void close() throws IOException {
		this.file.close();
	}

	private String log(int most) throws IOException {
		try (VerifiedDirectory open = VerifiedDirectory.open(this.directory)) {
			return EvidenceFile.readLog(open, PID, most);
		}
	}

	private String state() throws IOException {
		try (VerifiedDirectory open = VerifiedDirectory.open(this.directory)) {
			return EvidenceFile.readState(open, PID);
		}
	}

	@Test
	void newFileShouldTellNothing() throws IOException {
		assertThat(state()).isEmpty();
		assertThat(log(50)).isEmpty();
		Path path = this.directory.resolve(EvidenceFile.name(PID));
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo("rw-------");
	}

	@Test
	void stateShouldReplaceTheLast() throws IOException {
		this.file.state("a long first état");
		this.file.state("short");
		assertThat(state()).isEqualTo("short");
		this.file.state("x".repeat(100_000));
		assertThat(state()).hasSizeBetween(8000, 8192).matches("x+");
	}

	@Test
	void lastLinesShouldBeKept() throws IOException {
		this.file.log("one");
		this.file.log("two\n\tat three\n");
		assertThat(log(50)).isEqualTo("one\ntwo\n\tat three\n");
		assertThat(log(2)).isEqualTo("two\n\tat three\n");
		assertThat(log(0)).isEmpty();
	}

	@Test
	void oldestLinesShouldMakeRoomForTheNewest() throws IOException {
		for (int i = 0; i < 10_000; i++) {
			this.file.log("line é " + i);
			assertThat(log(3)).endsWith("line é " + i + "\n").doesNotContain("\0");
		}
		assertThat(log(3)).isEqualTo("line é 9997\nline é 9998\nline é 9999\n");
		assertThat(log(100_000)).hasSizeGreaterThan(20_000);
		assertThat(this.directory.resolve(EvidenceFile.name(PID))).hasSize(40 * 1024);
	}

	@Test
	void lineLongerThanTheFileShouldLeaveItsEnd() throws IOException {
		this.file.log("before");
		this.file.log("x".repeat(100_000) + " end");
		assertThat(log(50)).endsWith("xx end\n").doesNotContain("before");
		this.file.log("after");
		assertThat(log(1)).isEqualTo("after\n");
		assertThat(this.directory.resolve(EvidenceFile.name(PID))).hasSize(40 * 1024);
	}

	@Test
	void zeroBytesShouldNotHideLines() throws IOException {
		this.file.log("a\0b");
		this.file.log("c");
		assertThat(log(50)).isEqualTo("a b\nc\n");
	}

	@Test
	void whatEndedProcessesHaveLeftShouldBeRemoved() throws IOException {
		long self = ProcessHandle.current().pid();
		EvidenceFile.create(this.directory, self).close();
		Files.writeString(this.directory.resolve(EvidenceFile.threads(PID_OF_NONE)), "");
		Files.writeString(this.directory.resolve("other-" + PID_OF_NONE), "");
		EvidenceFile.create(this.directory, PID_OF_NONE).close();
		assertThat(this.directory.resolve(EvidenceFile.name(self))).exists();
		assertThat(this.directory.resolve(EvidenceFile.threads(PID_OF_NONE))).doesNotExist();
		assertThat(this.directory.resolve("other-" + PID_OF_NONE)).exists();
		EvidenceFile.create(this.directory, self).close();
		assertThat(this.directory.resolve(EvidenceFile.name(PID_OF_NONE))).doesNotExist();
	}

	@Test
	void directoryOfOthersShouldGetNoFile() throws IOException {
		Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwxr-xr-x"));
		assertThatIOException().isThrownBy(() -> EvidenceFile.create(this.directory, 1));
	}

}
