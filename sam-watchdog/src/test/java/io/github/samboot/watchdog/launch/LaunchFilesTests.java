package io.github.samboot.watchdog.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What makes a spare a stale one.
 */
class LaunchFilesTests {

	@TempDir
	private Path directory;

	private Path list;

	private Path jar;

	@BeforeEach
	void createFiles() throws IOException {
		this.list = this.directory.resolve("configuration");
		this.jar = Files.writeString(this.directory.resolve("my app.jar"), "one");
	}

	@Test
	void fingerprintShouldStayWhileFilesDo() {
		assertThat(files("java", "-jar", this.jar.toString()).fingerprint())
			.isEqualTo(files("java", "-jar", this.jar.toString()).fingerprint());
	}

	@Test
	void fingerprintShouldChangeWithTheJar() throws IOException {
		LaunchFiles files = files("java", "-jar", this.jar.toString());
		assertChange(files, this.jar);
	}

	@Test
	void fingerprintShouldChangeWithEveryPartOfAClassPath() throws IOException {
		Path second = Files.writeString(this.directory.resolve("second.jar"), "one");
		LaunchFiles files = files("java", "-cp", this.jar + ":" + second, "example.Main");
		assertChange(files, this.jar);
		assertChange(files, second);
	}

	@Test
	void fingerprintShouldChangeWithFilesInOptions() throws IOException {
		Path options = Files.writeString(this.directory.resolve("jvm.options"), "-Xmx1g");
		Path agent = Files.writeString(this.directory.resolve("agent.jar"), "one");
		LaunchFiles files = files("java", "@" + options, "-Dagent=" + agent);
		assertChange(files, options);
		assertChange(files, agent);
	}

	@Test
	void fingerprintShouldChangeWhenALibraryIsReplaced() throws IOException {
		Path libraries = Files.createDirectory(this.directory.resolve("lib"));
		Path library = Files.writeString(libraries.resolve("a.jar"), "one");
		LaunchFiles files = files("java", "-jar", this.jar.toString());
		long before = files.fingerprint();
		Files.delete(library);
		Files.writeString(libraries.resolve("b.jar"), "two");
		assertThat(files.fingerprint()).isNotEqualTo(before);
	}

	@Test
	void fingerprintShouldChangeWhenALibraryIsOverwritten() throws IOException {
		Path libraries = Files.createDirectory(this.directory.resolve("lib"));
		Path library = Files.writeString(libraries.resolve("a.jar"), "one");
		Files.writeString(libraries.resolve("b.jar"), "one");
		assertChange(files("java", "-jar", this.jar.toString()), library);
	}

	@Test
	void fingerprintShouldStayWhateverElseLiesBesideTheLibraries() throws IOException {
		Path libraries = Files.createDirectory(this.directory.resolve("lib"));
		LaunchFiles files = files("java", "-jar", this.jar.toString());
		long before = files.fingerprint();
		Files.writeString(libraries.resolve("today.log"), "one");
		assertThat(files.fingerprint()).isEqualTo(before);
	}

	@Test
	void fingerprintShouldChangeWithConfigurationThatWasRead() throws IOException {
		Path configuration = Files.writeString(this.directory.resolve("elsewhere.yml"), "a: 1");
		Files.writeString(this.list, configuration + "\n");
		assertChange(files("java", "-jar", this.jar.toString()), configuration);
	}

	@Test
	void fingerprintShouldChangeWhenConfigurationThatWasReadGoes() throws IOException {
		Path configuration = Files.writeString(this.directory.resolve("elsewhere.yml"), "a: 1");
		Files.writeString(this.list, configuration + "\n");
		LaunchFiles files = files("java");
		long before = files.fingerprint();
		Files.delete(configuration);
		assertThat(files.fingerprint()).isNotEqualTo(before);
	}

	@Test
	void listThatIsNoTextShouldBeLeftOut() throws IOException {
		Files.write(this.list, new byte[] { (byte) 0xff, (byte) 0xfe, '\n' });
		assertChange(files("java", "-jar", this.jar.toString()), this.jar);
	}

	private void assertChange(LaunchFiles files, Path file) throws IOException {
		long before = files.fingerprint();
		Files.writeString(file, "something longer");
		assertThat(files.fingerprint()).as("%s", file).isNotEqualTo(before);
	}

	private LaunchFiles files(String... arguments) {
		return new LaunchFiles(
				Stream.of(arguments).map((argument) -> argument.getBytes(StandardCharsets.UTF_8)).toList(), this.list);
	}

}
