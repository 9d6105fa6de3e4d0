package io.github.samboot.boot.internal.connections;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HeldJettyConnector}, with a real server and real connections.
 */
class HeldJettyConnectorTests {

	private static final int PATIENCE_SECONDS = 120;

	private final Server server = new Server();

	private final ServerConnector connector = new ServerConnector(this.server, 1, 1);

	private final HeldJettyConnector held = new HeldJettyConnector(this.connector);

	private final CountDownLatch hasBegun = new CountDownLatch(1);

	private final CountDownLatch mayEnd = new CountDownLatch(1);

	/** Stands for the one that the watchdog holds. */
	private ServerSocketChannel socket;

	@BeforeEach
	void start() throws Exception {
		this.socket = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
		this.server.addConnector(this.connector);
		this.server.setHandler(new Handler.Abstract() {

			@Override
			public boolean handle(Request request, Response response, Callback callback) throws Exception {
				try (OutputStream out = Content.Sink.asOutputStream(response)) {
					if (request.getHttpURI().getPath().equals("/slow")) {
						out.write('a');
						out.flush();
						HeldJettyConnectorTests.this.hasBegun.countDown();
						await(HeldJettyConnectorTests.this.mayEnd);
					}
					out.write('b');
				}
				callback.succeeded();
				return true;
			}

		});
		startServer();
	}

	private void startServer() throws Exception {
		this.held.open(this.socket);
		this.server.start();
	}

	@AfterEach
	void stop() throws Exception {
		this.mayEnd.countDown();
		this.server.stop();
		this.socket.close();
	}

	private static void await(CountDownLatch latch) throws InterruptedException {
		assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
	}

	/**
	 * The client cannot know that the connection is to end.
	 */
	@Test
	void connectionShouldNotEndWithAResponseThatHadBegun() throws Exception {
		try (Client client = new Client()) {
			client.send("/slow");
			await(this.hasBegun);
			this.held.drain();
			this.mayEnd.countDown();
			assertThat(client.isLast()).isFalse();
			assertThat(this.held.isDrained()).isFalse();
			client.send("/");
			assertThat(client.isLast()).isTrue();
		}
	}

	@Test
	void connectionThatWaitsShouldBeServedByTheNextServerOfTheSocket() throws Exception {
		try (Client first = new Client()) {
			first.send("/");
			assertThat(first.isLast()).isFalse();
			this.held.drain();
			try (Client second = new Client()) {
				second.send("/");
				first.send("/");
				assertThat(first.isLast()).isTrue();
				this.server.stop();
				startServer();
				assertThat(second.isLast()).isFalse();
			}
		}
	}

	/** Jetty knows a connection some time after it was accepted, in any order. */
	@Test
	void connectionsThatTheServerMayNotKnowYetShouldBeOpen() throws Exception {
		this.server.stop();
		HeldChannel channel = new HeldChannel(this.socket);
		try (Client first = new Client(); SocketChannel firstAccepted = channel.accept()) {
			try (Client second = new Client(); SocketChannel secondAccepted = channel.accept()) {
				assertThat(channel.isRecentOpen()).isTrue();
			}
			assertThat(channel.isRecentOpen()).isTrue();
		}
		assertThat(channel.isRecentOpen()).isFalse();
		channel.close();
	}

	/**
	 * Sends requests over one connection.
	 */
	private final class Client implements AutoCloseable {

		private final Socket socket;

		private final BufferedReader in;

		Client() throws IOException {
			this.socket = new Socket();
			this.socket.connect(HeldJettyConnectorTests.this.socket.getLocalAddress(), PATIENCE_SECONDS * 1000);
			this.socket.setSoTimeout(PATIENCE_SECONDS * 1000);
			this.in = new BufferedReader(
					new InputStreamReader(this.socket.getInputStream(), StandardCharsets.US_ASCII));
		}

		void send(String path) throws IOException {
			this.socket.getOutputStream()
				.write(("GET " + path + " HTTP/1.1\r\nHost: desk\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
		}

		/**
		 * Read an answer.
		 * @return whether it says that it is the last one of the connection
		 */
		boolean isLast() throws IOException {
			assertThat(this.in.readLine()).isEqualTo("HTTP/1.1 200 OK");
			boolean isLast = false;
			int length = -1;
			for (String line = this.in.readLine(); !line.isEmpty(); line = this.in.readLine()) {
				isLast |= line.equalsIgnoreCase("connection: close");
				length = line.startsWith("Content-Length: ") ? Integer.parseInt(line.substring(16)) : length;
			}
			if (length >= 0) {
				assertThat(this.in.skip(length)).isEqualTo(length);
			}
			else if (!isLast) {
				for (String line = this.in.readLine(); !line.equals("0"); line = this.in.readLine()) {
					assertThat(line).isIn("1", "a", "b");
				}
				assertThat(this.in.readLine()).isEmpty();
			}
			return isLast;
		}

		@Override
		public void close() throws IOException {
			this.socket.close();
		}

	}

}
