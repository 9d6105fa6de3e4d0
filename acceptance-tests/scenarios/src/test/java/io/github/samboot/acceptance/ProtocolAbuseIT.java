package io.github.samboot.acceptance;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.github.samboot.acceptance.SupervisedApplication.Status;
import io.github.samboot.test.ProcessTable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever comes through the socket, the watchdog goes on watching.
 */
@Tag("integration")
@Tag("any-java")
@TestInstance(Lifecycle.PER_CLASS)
class ProtocolAbuseIT {

	private SupervisedApplication desk;

	private Status before;

	private Path socket;

	@BeforeAll
	void launch() throws IOException {
		this.desk = SupervisedApplication.sample().start().awaitHttp();
		this.before = this.desk.awaitRunning();
		try (var files = Files.list(this.desk.runDirectory())) {
			this.socket = files.filter((file) -> isSocket(file)).findFirst().orElseThrow();
		}
	}

	/**
	 * After all that, the same instance is supervised, and a failure is still noticed.
	 */
	@AfterAll
	void supervisionShouldBeUnaffected() {
		try (SupervisedApplication desk = this.desk) {
			Status after = desk.awaitRunning();
			assertThat(after.pid()).isEqualTo(this.before.pid());
			assertThat(after.watchdogPid()).isEqualTo(this.before.watchdogPid());
			ProcessTable.signal("STOP", after.pid());
			desk.awaitStatus("the next instance",
					(status) -> status.instanceId() == 1 && status.state().equals("running"));
			ProcessTable.signal("TERM", desk.launchedPid());
			assertThat(desk.awaitExit()).isEqualTo(143);
			desk.assertNothingIsLeft();
		}
	}

	@Test
	void othersShouldFindClosedDoors() throws IOException {
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(this.socket.getParent())))
			.isEqualTo("rwx------");
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(this.socket))).isEqualTo("rw-------");
	}

	@Test
	void garbageShouldBeRefused() throws IOException {
		byte[] garbage = new byte[100_000];
		new Random(1).nextBytes(garbage);
		assertRefused(garbage);
		assertRefused("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
	}

	@Test
	void impossibleLengthsShouldBeRefused() throws IOException {
		for (int length : List.of(Integer.MAX_VALUE, Integer.MIN_VALUE, -1, 0, 1, 4, 10_000_000)) {
			assertRefused(frame(length, 1, new byte[0]));
		}
	}

	@Test
	void unknownTypesShouldBeRefused() throws IOException {
		for (int type : List.of(0, 99, 100, 127, 128, 255)) {
			assertRefused(frame(5, type, new byte[0]));
		}
	}

	@Test
	void requestsWithoutHelloShouldBeRefused() throws IOException {
		for (int type = 2; type <= 18; type++) {
			assertRefused(frame(5, type, new byte[0]));
		}
	}

	@Test
	void wrongNonceShouldBeRefused() throws IOException {
		assertRefused(hello("0123456789abcdef0123456789abcdef", this.before.pid()));
		assertRefused(hello("", this.before.pid()));
		assertRefused(hello("x".repeat(60_000), this.before.pid()));
	}

	/**
	 * The nonce is in the environment of the application, which its children inherit. It
	 * has been used.
	 */
	@Test
	void secondClientShouldBeRefusedEvenWithTheRightNonce() throws IOException {
		String address = ProcessTable.environment(this.before.pid())
			.stream()
			.filter((entry) -> entry.startsWith("SAMBOOT_WATCHDOG="))
			.findFirst()
			.orElseThrow();
		String nonce = address.substring("SAMBOOT_WATCHDOG=".length(), address.indexOf(':'));
		assertRefused(hello(nonce, this.before.pid()));
		assertRefused(hello(nonce, ProcessHandle.current().pid()));
	}

	@Test
	void halfFramesShouldHarmNobody() throws IOException {
		byte[] whole = hello("0123456789abcdef0123456789abcdef", 1);
		for (int length = 0; length < whole.length; length++) {
			try (SocketChannel channel = connect()) {
				channel.write(ByteBuffer.wrap(whole, 0, length));
			}
		}
	}

	@Test
	void manySilentClientsShouldHarmNobody() throws IOException {
		List<SocketChannel> channels = new ArrayList<>();
		try {
			for (int i = 0; i < 200; i++) {
				channels.add(connect());
			}
			Status during = this.desk.awaitRunning();
			assertThat(during.pid()).isEqualTo(this.before.pid());
			assertThat(during.<Integer>read("$.recoveries")).isZero();
		}
		catch (IOException ex) {
			// refused at some number is fine, too
		}
		finally {
			for (SocketChannel channel : channels) {
				channel.close();
			}
		}
	}

	private void assertRefused(byte[] bytes) throws IOException {
		int logged = this.desk.output().length();
		try (SocketChannel channel = connect()) {
			try {
				channel.write(ByteBuffer.wrap(bytes));
				ByteBuffer answer = ByteBuffer.allocate(4096);
				while (channel.read(answer) >= 0) {
					answer.clear();
				}
			}
			catch (IOException ex) {
				// closed while it was being written to
				assertThat(ex).hasMessageMatching("(?i).*(broken pipe|reset).*");
			}
		}
		this.desk.await("a line about the refusal", () -> this.desk.output().length() > logged);
	}

	private SocketChannel connect() throws IOException {
		SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
		channel.connect(UnixDomainSocketAddress.of(this.socket));
		return channel;
	}

	private static byte[] frame(int length, int type, byte[] payload) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (DataOutputStream out = new DataOutputStream(bytes)) {
			out.writeInt(length);
			out.writeByte(type);
			out.writeInt(1);
			out.write(payload);
		}
		return bytes.toByteArray();
	}

	private static byte[] hello(String nonce, long pid) throws IOException {
		ByteArrayOutputStream payload = new ByteArrayOutputStream();
		try (DataOutputStream out = new DataOutputStream(payload)) {
			out.writeShort(1);
			byte[] text = nonce.getBytes(StandardCharsets.UTF_8);
			out.writeInt(text.length);
			out.write(text);
			out.writeLong(pid);
			out.writeLong(System.nanoTime());
		}
		return frame(5 + payload.size(), 1, payload.toByteArray());
	}

	private static boolean isSocket(Path file) {
		try {
			return Files.readAttributes(file, java.nio.file.attribute.BasicFileAttributes.class).isOther();
		}
		catch (IOException ex) {
			return false;
		}
	}

}
