package io.github.samboot.watchdog.internal.prepare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;

import io.github.samboot.test.Await;
import io.github.samboot.test.BoundedProcess;
import io.github.samboot.watchdog.internal.faststart.Entry;
import io.github.samboot.watchdog.internal.faststart.FastStart;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is kept, and what is removed.
 */
class EntryStoreTests {

	private static final long MOST_BYTES = 100_000;

	private static final Path JAR = Path.of("/opt/app.jar");

	private static final Path OTHER_JAR = Path.of("/opt/other.jar");

	@TempDir
	private Path directory;

	private EntryStore store;

	private long clock = 1_000_000;

	@BeforeEach
	void prepare() throws IOException {
		this.store = new EntryStore(this.directory.resolve("store"), MOST_BYTES);
	}

	/**
	 * Make an entry that is newer than those before.
	 */
	private Path entry(Path jar, int bytes) throws IOException {
		Path entry = this.store.newDirectory("0123");
		Path record = entry.resolve(Entry.RECORD);
		Files.writeString(record, new Entry("0123", entry, 1, List.of("java"), jar, Map.of(), List.of()).format());
		Files.setLastModifiedTime(record, FileTime.fromMillis(this.clock += 1000));
		Files.write(Files.createDirectory(entry.resolve("lib")).resolve("a.jar"), new byte[bytes]);
		return entry;
	}

	@Test
	void lastThreeOfEachJarShouldBeKept() throws Exception {
		List<Path> old = List.of(entry(JAR, 1), entry(JAR, 1));
		List<Path> kept = List.of(entry(OTHER_JAR, 1), entry(JAR, 1), entry(OTHER_JAR, 1), entry(JAR, 1), entry(JAR, 1),
				entry(OTHER_JAR, 1), entry(OTHER_JAR, 1));
		this.store.prune(JAR, null);
		assertThat(old).allSatisfy((entry) -> assertThat(entry).doesNotExist());
		assertThat(kept).allSatisfy((entry) -> assertThat(entry).isDirectory());
	}

	@Test
	void commandsWhoseEntryIsGoneShouldBeForgotten() throws Exception {
		Entry gone = new Entry("0123", this.directory.resolve("gone"), 1, List.of("java"), JAR, Map.of(), List.of());
		this.store.put("gone", gone);
		this.store.put("kept", gone.with(entry(JAR, 1), List.of()));
		this.store.prune(JAR, null);
		assertThat(this.directory.resolve("store").resolve(FastStart.COMMANDS)).isDirectoryContaining("glob:**/kept")
			.isDirectoryNotContaining("glob:**/gone");
	}

	@Test
	void oldestBeyondTheLimitShouldBeRemovedButNotWhatWasJustMade() throws Exception {
		Path oldest = entry(OTHER_JAR, 40_000);
		Path older = entry(OTHER_JAR, 40_000);
		Path made = entry(JAR, 50_000);
		this.store.prune(JAR, made);
		assertThat(oldest).doesNotExist();
		assertThat(older).isDirectory();
		Path large = entry(JAR, (int) MOST_BYTES + 1);
		this.store.prune(JAR, large);
		assertThat(large).isDirectory();
		assertThat(older).doesNotExist();
		assertThat(made).doesNotExist();
	}

	@Test
	void entryThatAProcessRunsFromShouldStay() throws Exception {
		Path used = entry(JAR, (int) MOST_BYTES + 1);
		Path half = this.store.newDirectory("4567");
		Path unused = this.store.newDirectory("456");
		Process user = new ProcessBuilder("/bin/sh", "-c", "read line", "sh", used.resolve("app.jar").toString(),
				half.toString())
			.start();
		try {
			Await.until("the process to run", () -> commandLine(user.pid()).contains(half + "\0"));
			this.store.prune(JAR, null);
			assertThat(used).isDirectory();
			assertThat(half).isDirectory();
			assertThat(unused).doesNotExist();
		}
		finally {
			user.destroyForcibly();
			BoundedProcess.exitCode(user);
		}
		this.store.prune(JAR, null);
		assertThat(used).doesNotExist();
		assertThat(half).doesNotExist();
	}

	private static String commandLine(long pid) {
		try {
			return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
		}
		catch (IOException ex) {
			return "";
		}
	}

}
