package io.github.samboot.watchdog;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.samboot.test.ProcessTable;
import io.github.samboot.watchdog.internal.supervision.Supervision;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The jar of the watchdog may be another one, or gone, by the time that something
 * happens: what is done then must have been loaded before.
 */
class LoadedClassesTests {

	@TempDir
	private Path directory;

	private Path loaded;

	@BeforeEach
	void chooseFile() {
		this.loaded = this.directory.resolve("loaded");
	}

	private WatchdogProcess watchdog(String... settings) throws IOException {
		return WatchdogProcess.of(List.of("-Xlog:class+load:file=" + this.loaded), WatchdogProcess.classPath(),
				settings);
	}

	private Set<String> ownClasses() throws IOException {
		Set<String> classes = new TreeSet<>();
		for (String line : Files.readAllLines(this.loaded)) {
			if (line.contains("source: file:")) {
				classes.add(line.replaceFirst(".*(io[.]github[.]samboot[^ ]*) .*", "$1"));
			}
		}
		return classes;
	}

	@Test
	void everyRuleShouldBeLoadedWhileAllIsWell() throws Exception {
		try (WatchdogProcess watchdog = watchdog()) {
			watchdog.awaitStarted(0);
			watchdog.saying("halt 1").awaitStarted(1);
			assertThat(ownClasses()).containsAll(rules());
			// nor what no unit of systemd asks for
			assertThat(Files.readString(this.loaded)).doesNotContain("systemd", "com.sun.jna");
		}
	}

	private static Set<String> rules() throws IOException, URISyntaxException {
		Path classes = Path.of(Supervision.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		Path folder = classes.resolve(Supervision.class.getPackageName().replace('.', '/'));
		try (Stream<Path> files = Files.list(folder)) {
			return files.map((file) -> file.getFileName().toString())
				.filter((name) -> name.endsWith(".class") && !name.equals("package-info.class"))
				.map((name) -> Supervision.class.getPackageName() + "." + name.substring(0, name.length() - 6))
				.collect(Collectors.toSet());
		}
	}

	@Test
	void recoveriesAndAStopShouldLoadNothing() throws IOException {
		try (WatchdogProcess watchdog = watchdog("incidents=" + this.directory.resolve("incidents"), "grace=200")) {
			watchdog.awaitStarted(0);
			Set<String> before = ownClasses();
			watchdog.saying("halt 1").awaitStarted(1);
			watchdog.saying("unhealthy so it says").awaitStarted(2);
			watchdog.doing("store something").doing("status").doing("hang").awaitStarted(3);
			ProcessTable.signal("TERM", watchdog.pid());
			watchdog.awaitExit();
			Set<String> later = ownClasses();
			later.removeAll(before);
			assertThat(later).isEmpty();
		}
	}

	@Test
	@Tag("long")
	void promotionsAndAStopWithASpareShouldLoadNothing() throws IOException {
		try (WatchdogProcess watchdog = watchdog("standby=hot", "incidents=" + this.directory.resolve("incidents"))) {
			watchdog.awaitStarted(0);
			StandbyProcessTests.awaitSpare(watchdog);
			Set<String> before = ownClasses();
			watchdog.saying("halt 1").awaitStarted(1);
			long spare = StandbyProcessTests.awaitSpare(watchdog);
			ProcessTable.signal("STOP", spare);
			watchdog.saying("halt 1").awaitStarted(2);
			ProcessTable.signal("KILL", StandbyProcessTests.awaitSpare(watchdog));
			watchdog.awaitLine("another one is started");
			StandbyProcessTests.awaitSpare(watchdog);
			ProcessTable.signal("TERM", watchdog.pid());
			watchdog.awaitExit();
			Set<String> later = ownClasses();
			later.removeAll(before);
			assertThat(later).isEmpty();
		}
	}

}
