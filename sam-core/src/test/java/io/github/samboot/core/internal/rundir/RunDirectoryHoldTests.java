package io.github.samboot.core.internal.rundir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;

import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.Requirement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RunDirectoryHold}.
 */
class RunDirectoryHoldTests {

	/** Beyond the largest pid of Linux. */
	private static final String ABANDONED = "sam-4194999-0123456789ab";

	@TempDir
	Path parent;

	private Path directory;

	@BeforeEach
	void makeDirectory() throws IOException {
		this.directory = this.parent.resolve(ABANDONED);
		RunDirectory.makePrivate(this.directory);
		Files.writeString(this.directory.resolve("data"), "data");
	}

	@Test
	void directoryThatNobodyHoldsShouldBeRemovedWithTheNextOne() throws Exception {
		Files.createFile(this.directory.resolve("lock"));
		makeAnother();
		assertThat(this.directory).doesNotExist();
	}

	@Test
	void directoryThatAnotherProcessHoldsShouldStayUntilThatIsKilled() throws Exception {
		Process holder = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-cp",
				System.getProperty("java.class.path"), Holder.class.getName(), this.directory.toString())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		try {
			assertThat(holder.getInputStream().read()).isEqualTo('h');
			makeAnother();
			assertThat(this.directory.resolve("data")).exists();
		}
		finally {
			BoundedProcess.exitCode(holder.destroyForcibly());
		}
		makeAnother();
		assertThat(this.directory).doesNotExist();
	}

	@Test
	void directoryOfAProcessThatLivesShouldStay() throws Exception {
		Path own = this.parent.resolve("sam-" + ProcessHandle.current().pid() + "-0123456789ab");
		RunDirectory.makePrivate(own);
		Files.createFile(own.resolve("lock"));
		makeAnother();
		assertThat(own).exists();
	}

	/**
	 * As in a container that is started again: its first process has the id of the one
	 * that was killed, and the directory is in a volume that outlives both.
	 */
	@Test
	void directoryShouldBeRemovedWhenItsOwnersIdHasBecomeThatOfAnotherProcess() throws Exception {
		String pid = String.valueOf(ProcessHandle.current().pid());
		Path earlier = this.parent.resolve("sam-" + pid + "-0123456789ab");
		RunDirectory.makePrivate(earlier);
		Files.writeString(earlier.resolve("lock"), pid + "-1");
		makeAnother();
		assertThat(earlier).doesNotExist();
	}

	/**
	 * An application whose watchdog was killed makes use of it with the next watchdog.
	 */
	@Test
	void directoryShouldStayWhenItsOwnerLivesAndItsHolderWasKilled() throws Exception {
		Path own = this.parent.resolve("sam-" + ProcessHandle.current().pid() + "-0123456789ab");
		RunDirectory.makePrivate(own);
		RunDirectoryHold.on(own).release();
		makeAnother();
		assertThat(own.resolve("lock")).hasContent(KnownProcess.of(ProcessHandle.current().pid()).format());
	}

	@Test
	void youngDirectoryWithoutALockShouldStay() throws Exception {
		makeAnother();
		assertThat(this.directory).exists();
	}

	@Test
	void oldDirectoryWithoutALockShouldBeRemoved() throws Exception {
		Files.setLastModifiedTime(this.directory, FileTime.from(Instant.now().minusSeconds(120)));
		makeAnother();
		assertThat(this.directory).doesNotExist();
	}

	@Test
	void directoriesOfOtherUsersShouldStay() throws Exception {
		Requirement.root();
		Files.createFile(this.directory.resolve("lock"));
		Files.setAttribute(this.directory, "unix:uid", 2);
		makeAnother();
		assertThat(this.directory.resolve("data")).exists();
	}

	@Test
	void lookShouldBeBoundedHoweverManyNamesThereAre() throws Exception {
		for (int i = 0; i < 5 * RunDirectoryHold.MOST_NAMES; i++) {
			Files.createFile(this.parent.resolve("sam-%d-0123456789ab".formatted(5_000_000 + i)));
		}
		assertThat(RunDirectoryHold.removeUnheld(this.parent)).isLessThanOrEqualTo(RunDirectoryHold.MOST_NAMES);
	}

	@Test
	void directoryWithAnotherNameShouldStay() throws Exception {
		Path other = Files.createDirectory(this.parent.resolve("sam-4194999-notes"));
		Files.createFile(other.resolve("lock"));
		makeAnother();
		assertThat(other).exists();
	}

	private void makeAnother() throws IOException {
		RunDirectory.create(List.of(this.parent), ProcessHandle.current().pid());
	}

	/**
	 * Holds a directory until it is killed.
	 */
	static final class Holder {

		private Holder() {
		}

		public static void main(String[] args) throws Exception {
			RunDirectoryHold hold = RunDirectoryHold.on(Path.of(args[0]));
			System.out.write('h');
			System.out.flush();
			Thread.currentThread().join();
			hold.release();
		}

	}

}
