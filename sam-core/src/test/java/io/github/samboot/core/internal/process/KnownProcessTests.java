package io.github.samboot.core.internal.process;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

import io.github.samboot.test.Await;
import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.CCompiler;
import io.github.samboot.test.JavaProgram;
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
		assertThat(KnownProcess.of(own).state()).isIn('R', 'S');
	}

	@Test
	void commandLineShouldKeepEmptyArguments() throws Exception {
		// it reads no arguments while it waits for input
		Process process = new ProcessBuilder("sh", "-c", "read line", "", "a  b", "").start();
		try {
			awaitThat("its program", process, () -> KnownProcess.environment(process.pid()).length() > 1);
			assertThat(KnownProcess.commandLine(process.pid())).map(String::new)
				.containsExactly("sh", "-c", "read line", "", "a  b", "");
		}
		finally {
			end(process);
		}
	}

	@Test
	void variableShouldBeFoundWhereverItIsInALargeEnvironment() throws Exception {
		ProcessBuilder builder = new ProcessBuilder("sh", "-c", "read line");
		builder.environment().clear();
		for (int i = 0; i < 4000; i++) {
			builder.environment().put("V" + i, "x".repeat(i % 100) + i + ":");
		}
		Process process = builder.start();
		try {
			awaitThat("its program", process, () -> KnownProcess.hasInEnvironment(process.pid(), "\0V7="));
			for (int i = 0; i < 4000; i += 7) {
				assertThat(
						KnownProcess.hasInEnvironment(process.pid(), "\0V" + i + "=" + "x".repeat(i % 100) + i + ":"))
					.as("variable " + i)
					.isTrue();
			}
			assertThat(KnownProcess.hasInEnvironment(process.pid(), "\0V4000=")).isFalse();
		}
		finally {
			end(process);
		}
	}

	@Test
	void processShouldBeGoneWhenItHasEnded() throws Exception {
		Process process = new ProcessBuilder("/bin/cat").start();
		KnownProcess known = KnownProcess.of(process.pid());
		assertThat(known.isGone()).isFalse();
		end(process);
		assertThat(known.isGone()).isTrue();
		assertThat(KnownProcess.of(process.pid()).state()).isEqualTo(KnownProcess.DEAD);
		assertThat(KnownProcess.of(process.pid()).isGone()).isTrue();
	}

	@Test
	void zombieShouldBeGone() throws Exception {
		// the child ends only when its parent is another program, which never asks how
		Process parent = new ProcessBuilder("/bin/sh", "-c", "{ read go < \"$1\"; } & echo $!; exec cat", "sh",
				pipe().toString())
			.start();
		try {
			long zombie = Long.parseLong(parent.inputReader().readLine());
			awaitThat("the shell to have become cat", parent, () -> name(parent.pid()).equals("cat"));
			Files.writeString(this.directory.resolve("pipe"), "go\n");
			awaitThat("the child to be a zombie", parent, () -> KnownProcess.of(zombie).state() == 'Z');
			assertThat(KnownProcess.of(zombie).isGone()).isTrue();
		}
		finally {
			end(parent);
		}
	}

	@Test
	void processWhoseFirstThreadHasEndedShouldNotBeGoneWhileAnotherLives() throws Exception {
		Process process = lastThread("sleeps");
		try {
			KnownProcess known = KnownProcess.of(process.pid());
			awaitThat("the first thread to end", process, () -> stateOfFirstThread(process.pid()).equals("Z"));
			assertThat(known.isGone()).isFalse();
			assertThat(KnownProcess.of(process.pid()).isGone()).isFalse();
			awaitThat("the other thread to sleep", process, () -> known.state() == 'S');
			assertThat(known.lastThread()).matches("[0-9]+ \\(last \\) Z 1\\), state S");
			end(process);
			assertThat(known.isGone()).isTrue();
			assertThat(known.lastThread()).isEmpty();
		}
		finally {
			end(process);
		}
	}

	@Test
	void threadThatTheKernelHoldsShouldBeNamed() throws Exception {
		Process process = lastThread("in-kernel");
		try {
			KnownProcess known = KnownProcess.of(process.pid());
			awaitThat("a thread in state D", process, () -> known.state() == 'D');
			assertThat(known.isGone()).isFalse();
			assertThat(known.lastThread()).endsWith(", state D");
		}
		finally {
			// its child waits for the end of this
			process.getOutputStream().close();
			end(process);
		}
	}

	@Test
	void processShouldBeInDoubtWhereProcShowsNothing() throws Exception {
		Process process = new ProcessBuilder("/bin/cat").start();
		try {
			KnownProcess known = KnownProcess.of(this.directory.toString(), process.pid());
			assertThat(known.isGone()).isFalse();
			assertThat(known.state()).isEqualTo(KnownProcess.UNKNOWN);
			// as with hidepid
			Files.createDirectory(this.directory.resolve("self"));
			assertThat(KnownProcess.of(this.directory.toString(), process.pid()).isGone()).isFalse();
			end(process);
			Await.until("its end is noticed", known::isGone);
			assertThat(KnownProcess.of(this.directory.toString(), process.pid()).isGone()).isTrue();
		}
		finally {
			end(process);
		}
	}

	@Test
	void processShouldNotBeGoneBecauseProcIs() throws Exception {
		Path proc = Files.createDirectory(this.directory.resolve("proc"));
		Files.createDirectory(proc.resolve("self"));
		Process process = new ProcessBuilder("/bin/cat").start();
		try {
			Path own = Files.createDirectory(proc.resolve(Long.toString(process.pid())));
			Files.copy(Path.of("/proc", Long.toString(process.pid()), "stat"), own.resolve("stat"));
			KnownProcess known = KnownProcess.of(proc.toString(), process.pid());
			Files.move(proc, this.directory.resolve("moved"));
			assertThat(known.isGone()).isFalse();
			assertThat(known.state()).isEqualTo(KnownProcess.UNKNOWN);
		}
		finally {
			end(process);
		}
	}

	@Test
	void processWhoseNameLooksLikeItsStateShouldBeUnderstood() throws Exception {
		Path copy = Files.copy(Path.of("/bin/cat"), this.directory.resolve("x) Z 1 ("));
		Process process = new ProcessBuilder(copy.toString()).start();
		try {
			assertThat(KnownProcess.of(process.pid()).state()).isIn('S', 'R');
			assertThat(KnownProcess.of(process.pid()).isGone()).isFalse();
		}
		finally {
			end(process);
		}
	}

	@Test
	void nobodyShouldBeDeclaredDeadForWantOfADescriptor() throws Exception {
		Process process = new ProcessBuilder("/bin/sh", "-c", "ulimit -n 64; exec \"$@\"", "sh", JavaProgram.JAVA,
				"-cp", System.getProperty("java.class.path"), WithoutDescriptors.class.getName())
			.redirectErrorStream(true)
			.start();
		String output = BoundedProcess.output(process);
		assertThat(BoundedProcess.exitCode(process)).as(output).isZero();
		assertThat(output).isEqualToIgnoringNewLines("false ? false false");
	}

	private Path pipe() throws Exception {
		Path pipe = this.directory.resolve("pipe");
		BoundedProcess.runSuccessfully("mkfifo", pipe.toString());
		return pipe;
	}

	/**
	 * Start a program whose first thread ends at once.
	 * @param what what its other thread does
	 */
	private Process lastThread(String what) throws Exception {
		Path program = CCompiler.compile(KnownProcessTests.class, "last-thread.c",
				this.directory.resolve("last-thread"), "-pthread");
		return new ProcessBuilder(program.toString(), what).redirectError(ProcessBuilder.Redirect.INHERIT).start();
	}

	private static void awaitThat(String what, Process process, BooleanSupplier condition) {
		Await.until(what, () -> {
			assertThat(process.isAlive()).as("waiting for %s: the process lives", what).isTrue();
			return condition.getAsBoolean();
		});
	}

	private static void end(Process process) {
		BoundedProcess.exitCode(process.destroyForcibly());
	}

	private static String stateOfFirstThread(long pid) {
		return KnownProcess.stat(pid, 3);
	}

	private static String name(long pid) {
		try {
			return Files.readString(Path.of("/proc/" + pid + "/comm")).trim();
		}
		catch (IOException ex) {
			return "";
		}
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
			char state = KnownProcess.of(own).state();
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
