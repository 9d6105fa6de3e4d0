package io.github.samboot.watchdog.internal.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.github.samboot.test.Await;
import io.github.samboot.test.JavaProgram;
import io.github.samboot.test.ProcessTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nothing is taken for a descendant that is not certainly one.
 */
@Timeout(240)
class DescendantsTests {

	private final String secret = UUID.randomUUID().toString();

	private final List<Long> started = new ArrayList<>();

	@AfterEach
	void end() {
		for (long pid : this.started) {
			ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
		}
	}

	private BufferedReader start(String secret, String... command) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
		builder.environment().put("SAMBOOT_WATCHDOG", secret + ":/dev/shm/x");
		Process process = builder.start();
		this.started.add(process.pid());
		return process.inputReader();
	}

	private List<Long> found() {
		return Descendants.find(this.secret).stream().map(ApplicationProcess::pid).toList();
	}

	@Test
	void processThatLostItsParentShouldBeEndedAndOthersNot() throws Exception {
		start(this.secret, "sleep", "600");
		start(this.secret + "0", "sleep", "600");
		start("", "sleep", "600");
		long orphan = Long.parseLong(start(this.secret, "sh", "-c", "sleep 600 >/dev/null 2>&1 & echo $!").readLine());
		long child = this.started.get(0);
		this.started.add(orphan);
		Await.until("only these", () -> found().size() == 2 && found().containsAll(List.of(child, orphan)));
		assertThat(Descendants.tell(this.secret)).contains("process " + orphan + " (sleep)", "process " + child);
		assertThat(Descendants.end(this.secret)).contains("process " + orphan + " (sleep)").doesNotContain("Still");
		assertThat(ProcessTable.isGone(orphan)).isTrue();
		assertThat(found()).isEmpty();
		assertThat(Descendants.end(this.secret)).isEmpty();
		assertThat(ProcessTable.isGone(this.started.get(1))).isFalse();
		assertThat(ProcessTable.isGone(this.started.get(2))).isFalse();
	}

	@Test
	void instanceWithoutASecretShouldHaveNoDescendants() throws Exception {
		start("", "sleep", "600");
		assertThat(Descendants.find("")).isEmpty();
		assertThat(Descendants.secret(ProcessHandle.current().pid())).isEmpty();
		start(this.secret, "sleep", "600");
		assertThat(Descendants.secret(this.started.get(1))).isEqualTo(this.secret);
	}

	@Test
	void holderOfAPortShouldBeNamedWithIt() throws Exception {
		String port = start(this.secret, JavaProgram.JAVA, "-Xint", "-cp",
				JavaProgram.classPath(DescendantsTests.class), Listening.class.getName())
			.readLine();
		assertThat(Descendants.tell(this.secret))
			.contains("process " + this.started.get(0) + " (java, listens on port " + port + ")");
	}

	/**
	 * Listens on a port.
	 */
	static final class Listening {

		public static void main(String[] args) throws Exception {
			try (ServerSocket socket = new ServerSocket(0)) {
				System.out.println(socket.getLocalPort());
				Thread.sleep(600_000);
			}
		}

	}

}
