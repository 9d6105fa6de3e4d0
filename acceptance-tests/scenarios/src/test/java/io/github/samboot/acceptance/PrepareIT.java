package io.github.samboot.acceptance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.samboot.test.ProcessTable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.samboot.acceptance.SupervisedApplication.Launch;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A prepared application starts from its archive, every time.
 */
@Tag("integration")
@Tag("long")
class PrepareIT {

	@TempDir
	private Path directory;

	@Test
	void everyInstanceShouldStartFromTheArchive() throws Exception {
		String command = prepare();
		try (SupervisedApplication worker = new Launch().under("/bin/sh", "-c", "exec " + command, "sh")
			.withSpare("hot")
			.withoutPort()
			.start()) {
			worker.awaitOutput("worker \\d+ has data \\[]");
			ProcessTable.Entry first = worker.applications().get(0);
			assertThat(first.parent()).isEqualTo(worker.launchedPid());
			assertThat(worker.output()).contains("argument [two words]");
			assertLoadedFromArchive(first.pid());
			worker.type("store kept");
			worker.awaitOutput("stored \\[kept]");
			long spare = worker.awaitSpare();
			assertLoadedFromArchive(spare);
			ProcessTable.signal("KILL", first.pid());
			worker.awaitOutput("worker " + spare + " has data \\[kept]");
			ProcessTable.signal("KILL", spare);
			String third = worker.awaitOutput("worker (?!" + spare + " )(\\d+) has data \\[kept]").group(1);
			assertLoadedFromArchive(Long.parseLong(third));
			worker.type("say hello");
			worker.awaitOutput("said \\[hello]");
			worker.type("exit 0");
			assertThat(worker.awaitExit()).isZero();
			worker.assertNothingIsLeft();
		}
	}

	/** Return the command that is printed. */
	private String prepare() throws Exception {
		String java = SupervisedApplication.javaHome().resolve("bin/java").toString();
		Path output = this.directory.resolve("output");
		Process process = new ProcessBuilder(java, "-jar", SupervisedApplication.jar("watchdog").toString(),
				"--prepare=" + this.directory.resolve("prepared"), "--", java,
				"-Xlog:class+load:file=" + this.directory.resolve("classes-%p"), "-jar",
				SupervisedApplication.jar("worker").toString(), "two words", "--sam.standby=hot",
				"--sam.standby-delay=5s", "--sam.restart.delay=0")
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		try {
			boolean hasEnded = process.waitFor(5, TimeUnit.MINUTES);
			assertThat(hasEnded).as("--prepare ended within 5 min:%n%s", Files.readString(output)).isTrue();
			assertThat(process.exitValue()).as(Files.readString(output)).isZero();
		}
		finally {
			process.descendants().forEach(ProcessHandle::destroyForcibly);
			process.destroyForcibly();
		}
		return Files.readAllLines(output).stream().filter((line) -> line.startsWith("  ")).findFirst().orElseThrow();
	}

	private void assertLoadedFromArchive(long pid) throws IOException {
		List<String> classes = Files.readAllLines(this.directory.resolve("classes-" + pid), StandardCharsets.ISO_8859_1)
			.stream()
			.filter((line) -> line.contains(" org.springframework."))
			.toList();
		List<String> archived = classes.stream().filter((line) -> line.contains("shared objects file")).toList();
		assertThat(archived).hasSizeGreaterThan(500).hasSizeGreaterThan(classes.size() * 9 / 10);
	}

}
