package io.github.samboot.watchdog.internal.standby;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;

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
	void nothingShouldChangeWhileFilesDoNot() {
		LaunchFiles files = files("java", "-jar", this.jar.toString());
		assertThat(LaunchFiles.difference(files.look(), files.look())).isEmpty();
	}

	@Test
	void jarShouldCount() throws IOException {
		assertChange(files("java", "-Xmx1g", "-jar", this.jar.toString(), "--debug"), this.jar);
		assertChange(files("/bin/sh", "-c", "exec \"$@\"", "sh", "/opt/jdk/bin/java", "-jar", this.jar.toString()),
				this.jar);
	}

	@Test
	void everyPartOfAClassPathShouldCount() throws IOException {
		Path second = Files.writeString(this.directory.resolve("second.jar"), "one");
		for (String option : List.of("-cp", "-classpath", "--class-path")) {
			LaunchFiles files = files("java", "--add-opens", "java.base/java.lang=ALL-UNNAMED", option,
					this.jar + ":" + second, "example.Main");
			assertChange(files, this.jar);
			assertChange(files, second);
		}
		assertChange(files("java", "--class-path=" + this.jar + ":" + second, "example.Main"), second);
	}

	@Test
	void fileWithAClassPathShouldCount() throws IOException {
		Path file = Files.writeString(this.directory.resolve("path"), this.jar.toString());
		assertChange(files("java", "-cp", "@" + file, "example.Main"), file);
		assertChange(files("java", "@" + file, "example.Main"), file);
	}

	@Test
	void jarsOfAWildcardShouldCount() throws IOException {
		Path third = Files.createDirectory(this.directory.resolve("third"));
		Path library = Files.writeString(third.resolve("a.jar"), "one");
		LaunchFiles files = files("java", "-cp", this.jar + ":" + third + "/*", "example.Main");
		assertChange(files, library);
		Path another = third.resolve("b.jar");
		Map<String, Long> before = files.look();
		Files.writeString(another, "one");
		assertThat(LaunchFiles.difference(before, files.look())).isEqualTo(another.toString());
	}

	@Test
	void directoryOfClassesShouldCount() throws IOException {
		Path classes = Files.createDirectory(this.directory.resolve("classes"));
		LaunchFiles files = files("java", "-cp", classes.toString(), "example.Main");
		Map<String, Long> before = files.look();
		Files.setLastModifiedTime(classes, FileTime.fromMillis(1_000_000_000_000L));
		assertThat(LaunchFiles.difference(before, files.look())).isEqualTo(classes.toString());
	}

	@Test
	void filesInOptionsShouldCount() throws IOException {
		Path options = Files.writeString(this.directory.resolve("jvm.options"), "-Xmx1g");
		Path agent = Files.writeString(this.directory.resolve("agent.jar"), "one");
		LaunchFiles files = files("java", "@" + options, "-javaagent:" + agent + "=port=1,log=x", "-jar",
				this.jar.toString());
		assertChange(files, options);
		assertChange(files, agent);
	}

	@Test
	void namesThatTheListLeavesOpenShouldCount() throws IOException {
		Path config = Files.createDirectory(this.directory.resolve("etc"));
		Path one = Files.writeString(config.resolve("service.yml"), "a: 1");
		Path two = config.resolve("service-night.properties");
		Files.writeString(this.list, config + "/service*.yml\n" + config + "/service*.properties\n");
		LaunchFiles files = files("java", "-jar", this.jar.toString());
		assertChange(files, one);
		assertChange(files, two);
		Map<String, Long> before = files.look();
		Files.writeString(config.resolve("other.yml"), "a: 1");
		assertThat(LaunchFiles.difference(before, files.look())).isEmpty();
		Files.delete(two);
		assertThat(LaunchFiles.difference(before, files.look())).isEqualTo(two.toString());
	}

	/**
	 * Else a spare would be replaced for ever.
	 */
	@Test
	void filesThatTheApplicationWritesShouldNotCount() throws IOException {
		Path log = Files.writeString(this.directory.resolve("app.log"), "one");
		Path gc = Files.writeString(this.directory.resolve("gc.log"), "one");
		Path pid = Files.writeString(this.directory.resolve("application.pid"), "one");
		Path database = Files.writeString(this.directory.resolve("application.mv.db"), "one");
		Files.writeString(this.list, this.directory + "/application*.yml\n");
		LaunchFiles files = files("java", "-Xlog:gc:file=" + gc, "-Dlogging.file.name=" + log, "-XX:ErrorFile=" + log,
				"-jar", this.jar.toString(), "--logging.file.name=" + log, "--spring.pid.file=" + pid,
				"--spring.datasource.url=jdbc:sqlite:" + database, database.toString());
		Map<String, Long> before = files.look();
		for (Path file : List.of(log, gc, pid, database)) {
			Files.writeString(file, "something longer");
		}
		Files.writeString(this.directory.resolve("application.log.1"), "new");
		assertThat(LaunchFiles.difference(before, files.look())).isEmpty();
	}

	@Test
	void replacedLibraryShouldCount() throws IOException {
		Path libraries = Files.createDirectory(this.directory.resolve("lib"));
		Path library = Files.writeString(libraries.resolve("a.jar"), "one");
		LaunchFiles files = files("java", "-jar", this.jar.toString());
		Map<String, Long> before = files.look();
		Files.delete(library);
		Files.writeString(libraries.resolve("b.jar"), "two");
		assertThat(LaunchFiles.difference(before, files.look())).isNotEmpty();
	}

	@Test
	void overwrittenLibraryShouldCount() throws IOException {
		Path libraries = Files.createDirectory(this.directory.resolve("lib"));
		Path library = Files.writeString(libraries.resolve("a.jar"), "one");
		Files.writeString(libraries.resolve("b.jar"), "one");
		Files.setLastModifiedTime(libraries, FileTime.fromMillis(1_000_000_000_000L));
		LaunchFiles files = files("java", "-jar", this.jar.toString());
		files.look();
		assertChange(files, library);
	}

	@Test
	void whateverElseLiesBesideTheLibrariesShouldNotCount() throws IOException {
		Path libraries = Files.createDirectory(this.directory.resolve("lib"));
		LaunchFiles files = files("java", "-jar", this.jar.toString());
		Map<String, Long> before = files.look();
		Files.writeString(libraries.resolve("today.log"), "one");
		assertThat(LaunchFiles.difference(before, files.look())).isEmpty();
	}

	@Test
	void configurationThatWasReadShouldCount() throws IOException {
		Path configuration = Files.writeString(this.directory.resolve("anders\u00e4.yml"), "a: 1");
		Files.writeString(this.list, configuration + "\n");
		assertChange(files("java", "-jar", this.jar.toString()), configuration);
	}

	@Test
	void configurationThatWasReadShouldCountWhenItGoes() throws IOException {
		Path configuration = Files.writeString(this.directory.resolve("elsewhere.yml"), "a: 1");
		Files.writeString(this.list, configuration + "\n");
		LaunchFiles files = files("java");
		Map<String, Long> before = files.look();
		Files.delete(configuration);
		assertThat(LaunchFiles.difference(before, files.look())).isEqualTo(configuration.toString());
	}

	@Test
	void listThatIsNoTextShouldBeLeftOut() throws IOException {
		Files.write(this.list, new byte[] { (byte) 0xff, (byte) 0xfe, '\n' });
		assertChange(files("java", "-jar", this.jar.toString()), this.jar);
	}

	private int writes;

	private void assertChange(LaunchFiles files, Path file) throws IOException {
		Map<String, Long> before = files.look();
		Files.writeString(file, "something longer".repeat(++this.writes));
		assertThat(LaunchFiles.difference(before, files.look())).as("%s", file).isEqualTo(file.toString());
	}

	private LaunchFiles files(String... arguments) {
		return new LaunchFiles(List.of(arguments), LaunchFiles.configuration(this.directory, List.of()));
	}

}
