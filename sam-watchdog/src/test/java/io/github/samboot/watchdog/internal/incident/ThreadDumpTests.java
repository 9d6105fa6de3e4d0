package io.github.samboot.watchdog.internal.incident;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.Requirement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ThreadDump}.
 */
@Timeout(60)
class ThreadDumpTests {

	@Test
	void answerShouldBeThatOfTheProcessAndNotOfAnotherUser() throws Exception {
		Requirement.root();
		Process process = new ProcessBuilder("sleep", "60").start();
		Path socket = Path.of("/tmp/.java_pid" + process.pid());
		try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			server.bind(UnixDomainSocketAddress.of(socket));
			Thread answering = new Thread(() -> answer(server));
			answering.start();
			assertThat(ThreadDump.of(process.pid())).isEqualTo("threads");
			answering.join();
			Files.setAttribute(socket, "unix:uid", 2);
			assertThat(ThreadDump.of(process.pid())).contains("does not tell", "belongs to another user")
				.doesNotContain("threads\n");
		}
		finally {
			Files.deleteIfExists(socket);
			BoundedProcess.exitCode(process.destroyForcibly());
		}
	}

	private static void answer(ServerSocketChannel server) {
		try (SocketChannel client = server.accept()) {
			client.read(ByteBuffer.allocate(100));
			client.write(ByteBuffer.wrap("0\nthreads".getBytes(StandardCharsets.US_ASCII)));
		}
		catch (IOException ex) {
			// the assertion fails
		}
	}

}
