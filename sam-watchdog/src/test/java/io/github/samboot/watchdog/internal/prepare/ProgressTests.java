package io.github.samboot.watchdog.internal.prepare;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import io.github.samboot.test.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is seen while a preparation goes on.
 */
class ProgressTests {

	private static final String STATE = "Unpacking app\\.jar \\(\\d+\\.\\d s, 3 MiB\\)";

	@TempDir
	private Path directory;

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

	private String output() {
		return this.bytes.toString(StandardCharsets.UTF_8);
	}

	private void show(boolean isTerminal) throws Exception {
		Files.write(this.directory.resolve("app.jar"), new byte[3 << 20]);
		PrintStream out = new PrintStream(this.bytes, true, StandardCharsets.UTF_8);
		try (Progress progress = new Progress("Unpacking app.jar", this.directory, out, isTerminal, 1)) {
			Await.until("two states", this::output, () -> output().split("MiB", -1).length > 2);
		}
	}

	@Test
	void logShouldHavePlainLines() throws Exception {
		show(false);
		assertThat(output()).matches("Unpacking app\\.jar\n(" + STATE + "\n){3,}");
	}

	@Test
	void terminalShouldHaveOneLineThatIsRewritten() throws Exception {
		show(true);
		assertThat(output()).matches("Unpacking app\\.jar(\r\u001B\\[K" + STATE + "){3,}\n");
	}

	@Test
	void nothingToMeasureShouldBeNoProblem() {
		PrintStream out = new PrintStream(this.bytes, true, StandardCharsets.UTF_8);
		new Progress("Training run", this.directory.resolve("none"), out, false, 1_000_000).close();
		assertThat(output()).matches("Training run\nTraining run \\(\\d+\\.\\d s, 0 MiB\\)\n");
	}

}
