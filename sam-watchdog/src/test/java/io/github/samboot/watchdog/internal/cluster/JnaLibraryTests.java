package io.github.samboot.watchdog.internal.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.internal.library.JnaFiles;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.watchdog.internal.library.JnaLibrary;
import io.github.samboot.watchdog.internal.library.NativeCalls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link JnaLibrary}, in JVMs with the flags and the class path of the
 * watchdog. Corosync need not be there: its absence is reported through JNA, too.
 */
@Timeout(240)
class JnaLibraryTests {

	@TempDir
	private Path directory;

	@Test
	void jarBesideTheWatchdogShouldBeLoaded() throws IOException {
		assertThatCorosyncCanBeAsked(ProbeProcess.jnaJar().toString());
	}

	@Test
	void jarInsideTheApplicationShouldBeLoaded() throws IOException {
		assertThatCorosyncCanBeAsked(inside(this.directory.resolve("application.jar")));
	}

	/**
	 * By the watchdog that replaces one, after an update has removed what runs.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void jarInsideAnApplicationThatIsGoneShouldBeLoaded(boolean isPathKnown) throws IOException {
		Path runDirectory = this.directory.resolve("run");
		RunDirectory.makePrivate(runDirectory);
		Path outer = this.directory.resolve("application.jar");
		String jna = inside(outer);
		assertThatCorosyncCanBeAsked(jna, "-Drun-directory=" + runDirectory);
		Files.delete(outer);
		assertThatCorosyncCanBeAsked(isPathKnown ? jna : this.directory + "/none.jar",
				"-Drun-directory=" + runDirectory);
	}

	private static String inside(Path outer) throws IOException {
		byte[] jna = Files.readAllBytes(ProbeProcess.jnaJar());
		try (OutputStream out = Files.newOutputStream(outer); ZipOutputStream zip = new ZipOutputStream(out)) {
			ZipEntry entry = new ZipEntry("BOOT-INF/lib/jna-1.jar");
			entry.setMethod(ZipEntry.STORED);
			entry.setSize(jna.length);
			CRC32 crc = new CRC32();
			crc.update(jna);
			entry.setCrc(crc.getValue());
			zip.putNextEntry(entry);
			zip.write(jna);
			zip.closeEntry();
		}
		return outer + "!/BOOT-INF/lib/jna-1.jar";
	}

	@Test
	void jarOnTheClassPathShouldBeLoaded() throws IOException {
		assertThatCorosyncCanBeAsked("");
	}

	private void assertThatCorosyncCanBeAsked(String jna, String... options) throws IOException {
		Path temporary = Files.createDirectories(this.directory.resolve("tmp"));
		List<String> all = new ArrayList<>(List.of(options));
		all.add("-Djava.io.tmpdir=" + temporary);
		RecordingListener listener = new RecordingListener();
		try (ProbeProcess probe = new ProbeProcess(UnaryOperator.identity(), jna, listener::add,
				all.toArray(String[]::new))) {
			probe.ask("quorum");
			assertThat(listener.next()).startsWith("quorum ");
			assertThat(temporary).as("what JNA left").isEmptyDirectory();
		}
	}

	@Test
	void missingNestedJarShouldBeNamed() throws IOException {
		Path outer = this.directory.resolve("application.jar");
		try (OutputStream out = Files.newOutputStream(outer); ZipOutputStream zip = new ZipOutputStream(out)) {
			zip.putNextEntry(new ZipEntry("nothing"));
		}
		JnaFiles files = new JnaFiles("nothing is written");
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> JnaLibrary.jar(outer + "!/BOOT-INF/lib/jna.jar", this.directory, files))
			.withMessageContaining("BOOT-INF/lib/jna.jar", outer.toString());
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> JnaLibrary.jar(this.directory + "/none.jar", this.directory, files))
			.withMessageContaining("none.jar");
	}

	/**
	 * A loader and an unpacked native part for each purpose would cost memory that the
	 * watchdog should not have.
	 */
	@Test
	void libraryShouldBeLoadedOnceForAllPurposes() {
		JnaLibrary library = new JnaLibrary(null, () -> this.directory);
		NativeCalls calls = library.calls("to talk to Corosync");
		assertThat(calls.call(NativeCalls.C, "getpid")).isEqualTo((int) ProcessHandle.current().pid());
		assertThat(library.calls("to hold a socket")).isSameAs(calls);
	}

	@Test
	void missingJnaShouldSayWhatToAdd() {
		JnaLibrary library = new JnaLibrary(null, () -> this.directory.resolve("none"),
				ClassLoader.getPlatformClassLoader());
		assertThatExceptionOfType(SamException.class).isThrownBy(() -> library.calls("to talk to Corosync"))
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(CsError.LIBRARY))
			.withMessageContaining("net.java.dev.jna:jna");
	}

}
