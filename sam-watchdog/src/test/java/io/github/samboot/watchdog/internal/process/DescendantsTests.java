package io.github.samboot.watchdog.internal.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.test.Await;
import io.github.samboot.test.JavaProgram;
import io.github.samboot.test.ProcessTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nothing is taken for a descendant that is not certainly one.
 */
@Timeout(240)
class DescendantsTests {

	private static final int HEADER = 150;

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
	 * With what the watchdog has for it. Connections that were closed a moment ago count,
	 * too.
	 */
	@Test
	void socketsOfABusyMachineShouldNotFillTheHeap(@TempDir Path process) throws Exception {
		Path descriptors = Files.createDirectory(process.resolve("fd"));
		Path net = Files.createDirectory(process.resolve("net"));
		Files.createSymbolicLink(descriptors.resolve("7"), Path.of("socket:[4711]"));
		Files.writeString(net.resolve("tcp6"), sockets(1, "0A", 4711));
		Files.writeString(net.resolve("tcp"), sockets(1, "0A", 4712) + sockets(60_000, "06", 0).substring(HEADER));
		assertThat(ports(process)).isEqualTo(", listens on port 8080");
		Files.writeString(net.resolve("tcp"), sockets(60_000, "0A", 4712));
		assertThat(ports(process)).isEqualTo(", ports unknown");
		Files.delete(net.resolve("tcp"));
		for (int i = 10; i < 2100; i++) {
			Files.createSymbolicLink(descriptors.resolve(String.valueOf(i)), Path.of("/dev/null"));
		}
		assertThat(ports(process)).isEqualTo(", ports unknown");
	}

	private static String sockets(int count, String state, int inode) {
		String line = "   0: 0100007F:1F90 00000000:0000 " + state
				+ " 00000000:00000000 00:00000000 00000000     0        0 " + inode
				+ " 1 0000000000000000 100 0 0 10 0";
		return "%-149s\n".formatted("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt")
				+ "%-149s\n".formatted(line).repeat(count);
	}

	private String ports(Path process) throws IOException {
		List<String> command = new ArrayList<>(List.of(JavaProgram.JAVA));
		command.addAll(JavaProgram.WATCHDOG_OPTIONS);
		command
			.addAll(List.of("-cp", JavaProgram.classPath(DescendantsTests.class, Descendants.class, KnownProcess.class),
					Naming.class.getName(), process.toString()));
		return start("", command.toArray(String[]::new)).readLine();
	}

	/**
	 * Says what a process listens on.
	 */
	static final class Naming {

		public static void main(String[] args) {
			System.out.println(Descendants.ports(args[0]));
		}

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
