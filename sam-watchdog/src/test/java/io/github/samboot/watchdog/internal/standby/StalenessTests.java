package io.github.samboot.watchdog.internal.standby;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.samboot.watchdog.internal.process.ApplicationCommand;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When a spare is replaced because of files, and when that has no end.
 */
class StalenessTests {

	@TempDir
	private Path directory;

	private Path jar;

	private Staleness staleness;

	private long now;

	private int size;

	@BeforeEach
	void startSpare() throws IOException {
		this.jar = Files.writeString(this.directory.resolve("app.jar"), "one");
		this.staleness = new Staleness(
				new ApplicationCommand(List.of(bytes("java"), bytes("-jar"), bytes(this.jar.toString()))));
		begin();
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private void begin() {
		this.staleness.begin(this.directory);
		awaitLooks(5);
	}

	private void change() throws IOException {
		change(this.jar);
	}

	private void change(Path file) throws IOException {
		Files.writeString(file, "x".repeat(++this.size * 10));
	}

	/**
	 * Look until that has been done so often, or something has changed.
	 */
	private Staleness.Change awaitLooks(int times) {
		Staleness.Change change = Staleness.NONE;
		for (int i = 0; i < times && change == Staleness.NONE; i++) {
			try {
				// the look itself happens on another thread
				TimeUnit.MILLISECONDS.sleep(20);
			}
			catch (InterruptedException ex) {
				throw new AssertionError(ex);
			}
			change = this.staleness.look(this.now);
		}
		return change;
	}

	@Test
	void changedJarShouldMakeASpareStale() throws IOException {
		assertThat(awaitLooks(10)).isEqualTo(Staleness.NONE);
		change();
		Staleness.Change change = awaitLooks(1000);
		assertThat(change.isStale()).isTrue();
		assertThat(change.file()).isEqualTo(this.jar.toString());
	}

	/**
	 * Whatever cleans up may remove the run directory: the next instance makes a new
	 * list.
	 */
	@Test
	void configurationShouldCountAlsoAfterItsListWasRemoved() throws IOException {
		Path list = this.directory.resolve("configuration");
		Path configuration = Files.writeString(this.directory.resolve("application.yml"), "a: 1");
		Files.writeString(list, this.directory + "/application*.yml\n");
		begin();
		Files.delete(list);
		begin();
		change(configuration);
		assertThat(awaitLooks(1000).file()).isEqualTo(configuration.toString());
	}

	@Test
	void fileThatChangesAgainAndAgainShouldNotCountAnyMore() throws IOException {
		for (int i = 0; i < 2; i++) {
			change();
			assertThat(awaitLooks(1000).isStale()).isTrue();
			begin();
		}
		change();
		Staleness.Change change = awaitLooks(1000);
		assertThat(change.isStale()).isFalse();
		assertThat(change.isIgnored()).isTrue();
		change();
		assertThat(awaitLooks(30)).isEqualTo(Staleness.NONE);
	}

	/**
	 * As when a configuration is edited, edited again, and then a new version deployed.
	 */
	@Test
	void changesOfDifferentFilesShouldAllCount() throws IOException {
		Path libraries = Files.createDirectory(this.directory.resolve("lib"));
		for (Path file : List.of(libraries.resolve("a.jar"), libraries.resolve("b.jar"), this.jar)) {
			change(file);
			Staleness.Change change = awaitLooks(1000);
			assertThat(change.isStale()).isTrue();
			assertThat(change.file()).isEqualTo(file.toString());
			begin();
		}
	}

	@Test
	void changesOfEverNewFilesShouldNotReplaceSparesForEver() throws IOException {
		Path libraries = Files.createDirectory(this.directory.resolve("lib"));
		for (int i = 0; i < 6; i++) {
			change(libraries.resolve(i + ".jar"));
			assertThat(awaitLooks(1000).isStale()).isTrue();
			begin();
		}
		change();
		assertThat(awaitLooks(30)).isEqualTo(Staleness.NONE);
		this.now += TimeUnit.MINUTES.toNanos(15);
		assertThat(awaitLooks(1000).isStale()).as("later").isTrue();
	}

	@Test
	void changesFarApartShouldAlwaysCount() throws IOException {
		for (int i = 0; i < 4; i++) {
			change();
			assertThat(awaitLooks(1000).isStale()).isTrue();
			begin();
			this.now += TimeUnit.HOURS.toNanos(1);
		}
	}

}
