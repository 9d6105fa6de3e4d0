package io.github.samboot.core.protocol;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link KnownProcess}, with real processes.
 */
class KnownProcessTests {

	@TempDir
	private Path directory;

	@Test
	void runningProcessShouldNotBeGone() {
		long own = ProcessHandle.current().pid();
		KnownProcess process = KnownProcess.of(own);
		assertThat(process.pid()).isEqualTo(own);
		assertThat(process.isGone()).isFalse();
		assertThat(KnownProcess.state(own)).isIn('R', 'S');
	}

	@Test
	void processShouldBeGoneWhenItHasEnded() throws Exception {
		Process process = new ProcessBuilder("/bin/cat").start();
		KnownProcess known = KnownProcess.of(process.pid());
		assertThat(known.isGone()).isFalse();
		process.destroyForcibly().waitFor();
		assertThat(known.isGone()).isTrue();
		assertThat(KnownProcess.state(process.pid())).isEqualTo(KnownProcess.DEAD);
		assertThat(KnownProcess.of(process.pid()).isGone()).isTrue();
	}

	@Test
	void zombieShouldBeGone() throws Exception {
		// a shell that becomes another program never asks how its child ended
		Process parent = new ProcessBuilder("/bin/sh", "-c", "true & echo $!; exec cat").start();
		try {
			long zombie = Long.parseLong(parent.inputReader().readLine());
			while (KnownProcess.state(zombie) != 'Z') {
				assertThat(parent.isAlive()).isTrue();
				Thread.onSpinWait();
			}
			assertThat(KnownProcess.of(zombie).isGone()).isTrue();
		}
		finally {
			parent.destroyForcibly().waitFor();
		}
	}

	@Test
	void processWhoseNameLooksLikeItsStateShouldBeUnderstood() throws Exception {
		Path copy = Files.copy(Path.of("/bin/cat"), this.directory.resolve("x) Z 1 ("));
		Process process = new ProcessBuilder(copy.toString()).start();
		try {
			assertThat(KnownProcess.state(process.pid())).isIn('S', 'R');
			assertThat(KnownProcess.of(process.pid()).isGone()).isFalse();
		}
		finally {
			process.destroyForcibly().waitFor();
		}
	}

	@Test
	void nobodyShouldBeDeclaredDeadForWantOfADescriptor() throws Exception {
		Process process = new ProcessBuilder("/bin/sh", "-c", "ulimit -n 64; exec \"$@\"", "sh",
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), WithoutDescriptors.class.getName())
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(output).isZero();
		assertThat(output).isEqualToIgnoringNewLines("false ? false false");
	}

	static class WithoutDescriptors {

		public static void main(String[] args) {
			long own = ProcessHandle.current().pid();
			KnownProcess known = KnownProcess.of(own);
			String before = known.isGone() + " ";
			List<FileInputStream> open = new ArrayList<>();
			try {
				while (true) {
					open.add(new FileInputStream("/dev/null"));
				}
			}
			catch (IOException ex) {
				// there are no more
			}
			char state = KnownProcess.state(own);
			KnownProcess unread = KnownProcess.of(own);
			boolean gone = known.isGone();
			for (FileInputStream in : open) {
				try {
					in.close();
				}
				catch (IOException ex) {
					// closed is closed
				}
			}
			System.out.println(before + state + " " + gone + " " + unread.isGone());
		}

	}

}
