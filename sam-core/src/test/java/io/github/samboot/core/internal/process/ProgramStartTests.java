package io.github.samboot.core.internal.process;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.JavaProgram;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ProgramStartTests {

	/**
	 * In a process of its own, as this one needs its descriptors.
	 */
	@Test
	void startWithoutDescriptorsShouldFailAndChangeNothing() throws IOException {
		Process process = new ProcessBuilder("/bin/sh", "-c", "ulimit -n 64; exec \"$@\"", "sh", JavaProgram.JAVA,
				"-cp", JavaProgram.classPath(ProgramStart.class, ProgramStartTests.class), Starter.class.getName())
			.redirectErrorStream(true)
			.start();
		String output = BoundedProcess.output(process);
		assertThat(BoundedProcess.exitCode(process)).as(output).isZero();
		assertThat(output.lines()).hasSize(13)
			.first()
			.asString()
			.startsWith("0 free: ")
			.contains("Too many open files");
		assertThat(output.lines()).last().isEqualTo("12 free: started");
	}

	/**
	 * Starts programs with ever more free descriptors.
	 */
	static final class Starter {

		public static void main(String[] args) throws Exception {
			ProcessBuilder builder = new ProcessBuilder("true").inheritIO();
			// whatever this needs is there from now on
			ProgramStart.start(builder).waitFor();
			Map<String, String> before = descriptors();
			for (int free = 0; free <= 12; free++) {
				Deque<FileInputStream> all = new ArrayDeque<>();
				String result = "started";
				try {
					while (true) {
						all.push(new FileInputStream("/dev/null"));
					}
				}
				catch (IOException ex) {
					// now there are none
				}
				for (int i = 0; i < free; i++) {
					all.pop().close();
				}
				try {
					ProgramStart.start(builder).waitFor();
				}
				catch (IOException ex) {
					result = ex.getMessage();
				}
				while (!all.isEmpty()) {
					all.pop().close();
				}
				System.out.println(free + " free: " + result);
			}
			Map<String, String> after = descriptors();
			if (!after.equals(before)) {
				System.out.println("Before " + before + "\nAfter " + after);
				System.exit(1);
			}
		}

		private static Map<String, String> descriptors() throws IOException {
			Map<String, String> descriptors = new TreeMap<>();
			try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
				for (Path file : files.toList()) {
					if (Files.exists(file)) {
						descriptors.put(file.getFileName().toString(), Files.readSymbolicLink(file).toString());
					}
				}
			}
			return descriptors;
		}

	}

}
