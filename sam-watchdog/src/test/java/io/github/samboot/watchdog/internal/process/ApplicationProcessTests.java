package io.github.samboot.watchdog.internal.process;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.samboot.core.Signal;
import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.core.internal.rundir.Nonce;
import io.github.samboot.core.internal.rundir.WatchdogAddress;
import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.Requirement;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

class ApplicationProcessTests {

	/**
	 * Images without a shell exist, and the application must end all the same.
	 */
	@Test
	void signalThatCannotBeSentShouldBecomeSigterm() throws IOException, InterruptedException {
		Process sleep = new ProcessBuilder("sleep", "60").start();
		try {
			ApplicationProcess process = ApplicationProcess.adopt(sleep.pid());
			assertThatIOException().isThrownBy(() -> process.send(Signal.SIGHUP, "/no/such/shell"))
				.withMessageEndingWith("; SIGTERM was sent instead");
			assertThat(BoundedProcess.exitCode(sleep)).isEqualTo(143);
		}
		finally {
			sleep.destroyForcibly();
		}
	}

	/**
	 * The limit leaves room for one task: the child, but not the JDK's thread for it.
	 */
	@Test
	void failedStartShouldLeaveNoProcessBehind() throws IOException, InterruptedException {
		// only root can become a user without other tasks
		Requirement.root();
		String user = String.valueOf(500_000_000 + ProcessHandle.current().pid());
		// the class path may be below root's home
		Process starter = new ProcessBuilder("setpriv", "--reuid", user, "--clear-groups", "--inh-caps",
				"+dac_read_search", "--ambient-caps", "+dac_read_search", System.getProperty("java.home") + "/bin/java",
				"-Xint", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), Starter.class.getName())
			.redirectErrorStream(true)
			.start();
		try {
			BufferedReader output = new BufferedReader(
					new InputStreamReader(starter.getInputStream(), StandardCharsets.UTF_8));
			assertThat(output.readLine()).isEqualTo("ready");
			int tasks = new File("/proc/" + starter.pid() + "/task").list().length;
			BoundedProcess.runSuccessfully("setpriv", "--reuid", user, "--clear-groups", "prlimit", "--pid",
					String.valueOf(starter.pid()), "--nproc=" + (tasks + 1));
			starter.getOutputStream().write('\n');
			starter.getOutputStream().flush();
			List<String> lines = new ArrayList<>();
			String line = output.readLine();
			while (line != null && !line.equals("over")) {
				lines.add(line);
				line = output.readLine();
			}
			// its zombie, if it has one, is a child as well
			assertThat(starter.children().filter((child) -> !KnownProcess.of(child.pid()).isGone())).as("%s", lines)
				.isEmpty();
			assertThat(lines).anyMatch((text) -> text.contains("unable to create native thread")
					&& text.contains("had been started already and was ended"));
		}
		finally {
			starter.children().forEach(ProcessHandle::destroyForcibly);
			starter.destroyForcibly();
		}
	}

	/**
	 * Starts one process, and stays.
	 */
	static final class Starter {

		private Starter() {
		}

		public static void main(String[] arguments) throws IOException {
			ApplicationCommand command = new ApplicationCommand(
					List.of("sleep".getBytes(StandardCharsets.US_ASCII), "60".getBytes(StandardCharsets.US_ASCII)));
			WatchdogAddress address = new WatchdogAddress(Nonce.create(), Path.of("/nowhere"));
			System.out.println("ready");
			System.in.read();
			try {
				ApplicationProcess.start(command, address, "none", Priority.NORMAL, (process, status) -> {
				});
				System.out.println("started");
			}
			catch (Throwable ex) {
				System.out.println(ex);
			}
			System.out.println("over");
			System.in.read();
		}

	}

}
