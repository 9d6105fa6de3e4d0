package io.github.samboot.watchdog;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.github.samboot.core.CsError;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.wire.Frame;
import io.github.samboot.core.internal.wire.FrameDecoder;
import io.github.samboot.core.internal.wire.MessageType;
import io.github.samboot.core.internal.wire.Payload;
import io.github.samboot.core.internal.wire.PayloadReader;
import io.github.samboot.test.Await;
import io.github.samboot.test.Requirement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Others than the instance want to talk to the watchdog.
 */
class StrangersTests {

	private WatchdogProcess watchdog;

	private String nonce;

	@BeforeEach
	void start() throws IOException {
		this.watchdog = WatchdogProcess.starting();
		String line = this.watchdog.awaitLine("address");
		this.nonce = line.substring(line.indexOf("address ") + 8, line.indexOf(':'));
		this.watchdog.awaitStarted(0);
	}

	@AfterEach
	void supervisionShouldBeUnaffected() throws IOException {
		try (WatchdogProcess watchdog = this.watchdog) {
			watchdog.doing("status");
			assertThat(watchdog.output()).contains("status RUNNING instance 0")
				.doesNotContain(" lost")
				.doesNotContain("ran into a problem");
			watchdog.saying("halt 1").awaitStarted(1);
		}
	}

	private SocketChannel connect() throws IOException {
		SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
		channel.connect(UnixDomainSocketAddress.of(this.watchdog.runDirectory().resolve(RunDirectory.SOCKET)));
		return channel;
	}

	private static Frame hello(int version, String nonce, long pid) {
		return new Frame(MessageType.HELLO, 1,
				new Payload.Hello((short) version, nonce, pid, System.nanoTime()).encode());
	}

	private static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
		while (bytes.hasRemaining()) {
			channel.write(bytes);
		}
	}

	/**
	 * Say something and read until the watchdog closes the connection.
	 */
	private Frame answerTo(ByteBuffer bytes) throws IOException {
		FrameDecoder decoder = new FrameDecoder(Frame.MAX_ANSWER_LENGTH);
		try (SocketChannel channel = connect()) {
			try {
				write(channel, bytes);
				ByteBuffer buffer = ByteBuffer.allocate(4096);
				while (channel.read(buffer.clear()) >= 0) {
					decoder.feed(buffer.flip());
				}
			}
			catch (IOException ex) {
				// closed while writing or reading: refused
			}
		}
		return decoder.next();
	}

	private CsError refusal(Frame hello) throws IOException {
		Frame answer = answerTo(hello.encode());
		assertThat(answer).isNotNull();
		return CsError.of(new PayloadReader(answer.payload()).integer());
	}

	/**
	 * What cannot be accepted is tried again ten times a second.
	 */
	@Test
	void wantOfFileDescriptorsShouldNotFillTheLog() throws IOException {
		limitDescriptors("3");
		List<SocketChannel> waiting = new ArrayList<>();
		try {
			for (int i = 0; i < 3; i++) {
				waiting.add(connect());
			}
			this.watchdog.awaitLine("A connection could not be accepted: ");
			Await.passing(Duration.ofSeconds(5));
			assertThat(this.watchdog.output().split("A connection could not be accepted: "))
				.hasSizeLessThanOrEqualTo(5);
		}
		finally {
			limitDescriptors("1024");
			for (SocketChannel channel : waiting) {
				channel.close();
			}
		}
	}

	private void limitDescriptors(String number) {
		Requirement.command("prlimit", "prlimit", "--pid", String.valueOf(this.watchdog.pid()),
				"--nofile=" + number + ":");
	}

	@Test
	void wrongSecretShouldBeRefused() throws IOException {
		assertThat(refusal(hello(Payload.VERSION, "guessed", this.watchdog.applicationPid())))
			.isEqualTo(CsError.ACCESS);
		assertThat(refusal(hello(Payload.VERSION, "", this.watchdog.applicationPid()))).isEqualTo(CsError.ACCESS);
		this.watchdog.awaitLine("it does not know the secret of the current instance");
		assertThat(this.watchdog.output()).doesNotContain("guessed");
	}

	@Test
	void grandchildThatInheritedTheSecretShouldBeRefused() throws IOException {
		assertThat(refusal(hello(Payload.VERSION, this.nonce, ProcessHandle.current().pid())))
			.isEqualTo(CsError.ACCESS);
		this.watchdog.awaitLine("it is not the process that the watchdog started");
	}

	@Test
	void secondConnectionOfTheInstanceShouldBeRefused() throws IOException {
		assertThat(refusal(hello(Payload.VERSION, this.nonce, this.watchdog.applicationPid())))
			.isEqualTo(CsError.ACCESS);
		this.watchdog.awaitLine("the instance is connected already");
	}

	@Test
	void otherVersionShouldBeRefused() throws IOException {
		assertThat(refusal(hello(99, this.nonce, this.watchdog.applicationPid()))).isEqualTo(CsError.VERSION);
		this.watchdog.awaitLine("it speaks version 99");
	}

	@Test
	void secretOfAnEarlierInstanceShouldBeRefused() throws IOException {
		this.watchdog.saying("halt 1").awaitLine("registered 1");
		this.watchdog.awaitLine("started 1");
		assertThat(refusal(hello(Payload.VERSION, this.nonce, this.watchdog.applicationPid())))
			.isEqualTo(CsError.ACCESS);
		this.watchdog.awaitLine("it does not know the secret of the current instance");
		// for the check afterwards, that counts from instance 0
		this.watchdog.close();
		start();
	}

	@Test
	void requestBeforeHelloShouldBeRefused() throws IOException {
		for (MessageType type : MessageType.values()) {
			if (type != MessageType.HELLO) {
				assertThat(answerTo(new Frame(type, 1, new byte[0]).encode())).isNull();
			}
		}
		assertThat(answerTo(new Frame(MessageType.HELLO, 1, new byte[0]).encode())).isNull();
	}

	@Test
	void garbageShouldCloseTheConnection() throws IOException {
		Random random = new Random(7);
		for (int i = 0; i < 50; i++) {
			byte[] garbage = new byte[1 + random.nextInt(20_000)];
			random.nextBytes(garbage);
			garbage[0] = (byte) 0x80;
			assertThat(answerTo(ByteBuffer.wrap(garbage))).isNull();
		}
		this.watchdog.awaitLine("A connection was closed because of what it sent");
	}

	@Test
	void oversizedFrameShouldCloseTheConnection() throws IOException {
		for (int length : new int[] { Integer.MAX_VALUE, Frame.MAX_REQUEST_LENGTH + 1, 4, 0, -1, Integer.MIN_VALUE }) {
			assertThat(answerTo(ByteBuffer.allocate(64).putInt(length).put((byte) 1).rewind())).isNull();
		}
	}

	@Test
	void halfFramesShouldNotExhaustTheWatchdog() throws IOException {
		List<SocketChannel> channels = new ArrayList<>();
		try {
			for (int i = 0; i < 100; i++) {
				SocketChannel channel = connect();
				channels.add(channel);
				try {
					write(channel, ByteBuffer.allocate(60_000).putInt(60_001).put((byte) 1).rewind());
				}
				catch (IOException ex) {
					// it had to make room
				}
			}
			this.watchdog.awaitLine("Too many connections that say nothing");
		}
		finally {
			for (SocketChannel channel : channels) {
				channel.close();
			}
		}
	}

}
