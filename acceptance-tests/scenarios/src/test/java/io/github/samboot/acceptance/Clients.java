package io.github.samboot.acceptance;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * Clients that send one request after the other, and do not repeat what fails. With
 * HTTP/1.1 every other one keeps its connection, with HTTP/2 all do.
 */
final class Clients implements AutoCloseable {

	private static final int PATIENCE_MILLIS = (int) SupervisedApplication.PATIENCE.toMillis();

	/** A server that stops waits little longer for the next request of a connection. */
	private static final long LONGEST_IDLE = TimeUnit.MILLISECONDS.toNanos(500);

	private final int port;

	private final boolean isHttp2;

	private final AtomicInteger served = new AtomicInteger();

	/** Connections that could not be made. */
	private final List<String> refused = new CopyOnWriteArrayList<>();

	/** Requests without an answer, though the client was not idle before. */
	private final List<String> failed = new CopyOnWriteArrayList<>();

	private final List<Thread> threads = new ArrayList<>();

	private volatile boolean isOver;

	Clients(int port, int count) {
		this(port, count, false);
	}

	private Clients(int port, int count, boolean isHttp2) {
		this.port = port;
		this.isHttp2 = isHttp2;
		for (int i = 0; i < count; i++) {
			boolean keepsAlive = i % 2 == 0;
			Thread thread = new Thread(() -> work(keepsAlive), "client-" + i);
			thread.setDaemon(true);
			thread.start();
			this.threads.add(thread);
		}
	}

	static Clients http2(int port, int count) {
		return new Clients(port, count, true);
	}

	int served() {
		return this.served.get();
	}

	List<String> refused() {
		return this.refused;
	}

	List<String> failed() {
		return this.failed;
	}

	private void work(boolean keepsAlive) {
		Connection connection = null;
		Long answered = null;
		while (!this.isOver) {
			if (connection == null) {
				connection = connect(keepsAlive);
				answered = null;
			}
			else if (mayAskAgain(connection, answered != null && System.nanoTime() - answered > LONGEST_IDLE)) {
				answered = System.nanoTime();
			}
			else {
				close(connection);
				connection = null;
			}
			pause();
		}
		close(connection);
	}

	private @Nullable Connection connect(boolean keepsAlive) {
		Socket socket = new Socket();
		try {
			socket.connect(new InetSocketAddress("127.0.0.1", this.port), PATIENCE_MILLIS);
			socket.setSoTimeout(PATIENCE_MILLIS);
			return this.isHttp2 ? new Http2Connection(socket) : new Http1Connection(socket, keepsAlive);
		}
		catch (IOException ex) {
			this.refused.add(String.valueOf(ex));
			close(socket);
			return null;
		}
	}

	/**
	 * Send a request.
	 * @param connection the connection
	 * @param wasIdle whether the machine had no time for this client since the last
	 * answer: then the server may have closed the connection
	 * @return whether the connection can take another request
	 */
	private boolean mayAskAgain(Connection connection, boolean wasIdle) {
		try {
			Outcome outcome = connection.ask();
			if (outcome != Outcome.NOT_TAKEN) {
				this.served.incrementAndGet();
			}
			return outcome == Outcome.SERVED;
		}
		catch (IOException | RuntimeException ex) {
			if (!wasIdle || !(ex instanceof EOFException || ex instanceof SocketException)) {
				this.failed.add(String.valueOf(ex));
			}
			return false;
		}
	}

	private void pause() {
		try {
			// so that the machine has time for others, and a client learns late of a
			// GOAWAY
			Thread.sleep(this.isHttp2 ? 50 : 5);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static void close(@Nullable Closeable connection) {
		try {
			if (connection != null) {
				connection.close();
			}
		}
		catch (IOException ex) {
			// it is of no use any more
		}
	}

	@Override
	public void close() {
		this.isOver = true;
		for (Thread thread : this.threads) {
			try {
				thread.join(PATIENCE_MILLIS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/**
	 * A connection of a client.
	 */
	private interface Connection extends Closeable {

		/** Send a request and read the answer. */
		Outcome ask() throws IOException;

	}

	/**
	 * What became of a request that is not lost.
	 */
	private enum Outcome {

		SERVED,

		/** And no other one will be. */
		SERVED_LAST,

		/** The server says that it has not begun: another connection may serve it. */
		NOT_TAKEN

	}

	/**
	 * A connection with HTTP/1.1.
	 *
	 * @param socket the socket
	 * @param keepsAlive whether the client would send more than one request
	 */
	private record Http1Connection(Socket socket, boolean keepsAlive) implements Connection {

		@Override
		public Outcome ask() throws IOException {
			String request = "GET /orders HTTP/1.1\r\nHost: desk\r\nConnection: "
					+ (this.keepsAlive ? "keep-alive" : "close") + "\r\n\r\n";
			this.socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
			return (readAnswer() || !this.keepsAlive) ? Outcome.SERVED_LAST : Outcome.SERVED;
		}

		/**
		 * Read an answer with chunks, or with a length.
		 * @return whether it is the last one of the connection
		 */
		private boolean readAnswer() throws IOException {
			BufferedReader in = new BufferedReader(
					new InputStreamReader(this.socket.getInputStream(), StandardCharsets.ISO_8859_1));
			String status = line(in);
			if (!status.startsWith("HTTP/1.1 200")) {
				throw new IOException(status);
			}
			boolean isLast = false;
			int length = -1;
			for (String header = line(in); !header.isEmpty(); header = line(in)) {
				String plain = header.toLowerCase(Locale.ROOT);
				isLast |= plain.equals("connection: close");
				length = plain.startsWith("content-length:") ? Integer.parseInt(plain.substring(15).trim()) : length;
			}
			for (int left = length; left > 0; left--) {
				if (in.read() < 0) {
					throw new IOException("the answer is cut off");
				}
			}
			if (length < 0) {
				for (int chunk = -1; chunk != 0;) {
					chunk = Integer.parseInt(line(in), 16);
					for (int left = chunk + 2; left > 0; left--) {
						if (in.read() < 0) {
							throw new IOException("the answer is cut off");
						}
					}
				}
			}
			return isLast;
		}

		private static String line(BufferedReader in) throws IOException {
			String line = in.readLine();
			if (line == null) {
				throw new EOFException("closed without an answer");
			}
			return line;
		}

		@Override
		public void close() throws IOException {
			this.socket.close();
		}

	}

	/**
	 * A connection with HTTP/2, from its first byte on, of a client that is far away: it
	 * has sent its next request when it gets a GOAWAY, and the server must have waited
	 * for that (RFC 9113, section 6.8). The client of the JDK repeats such a request, or
	 * in older versions gives it up whatever the server does.
	 */
	private static final class Http2Connection implements Connection {

		private static final int HEADERS = 1;

		private static final int RST_STREAM = 3;

		private static final int SETTINGS = 4;

		private static final int PING = 6;

		private static final int GOAWAY = 7;

		private static final int WINDOW_UPDATE = 8;

		/** A flag of SETTINGS and PING; for a stream it is its end. */
		private static final int ACK = 1;

		private static final int END_HEADERS = 4;

		/** GET, http, and literals for the path and the authority (RFC 7541). */
		private static final byte[] REQUEST = "\u0082\u0086\u0004\u0007/orders\u0001\u0004desk"
			.getBytes(StandardCharsets.ISO_8859_1);

		/** May come first: the size of a table that is not used here, in three bytes. */
		private static final byte TABLE_SIZE = 0x3F;

		/** The first header, {@code :status 200}. */
		private static final byte OK = (byte) 0x88;

		private final Socket socket;

		private final DataInputStream in;

		private final DataOutputStream out;

		private int stream = -1;

		Http2Connection(Socket socket) throws IOException {
			this.socket = socket;
			this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
			this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
			this.out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
			send(SETTINGS, 0, 0);
			// for all answers there will be
			send(WINDOW_UPDATE, 0, 0, (byte) 0x70, (byte) 0, (byte) 0, (byte) 0);
		}

		private void send(int type, int flags, int stream, byte... payload) throws IOException {
			this.out.writeInt(payload.length << 8 | type);
			this.out.writeByte(flags);
			this.out.writeInt(stream);
			this.out.write(payload);
		}

		@Override
		public Outcome ask() throws IOException {
			this.stream += 2;
			send(PING, 0, 0, new byte[8]);
			send(HEADERS, ACK | END_HEADERS, this.stream, REQUEST);
			boolean isHeard = false;
			Outcome outcome = Outcome.SERVED;
			while (true) {
				this.out.flush();
				int head = this.in.readInt();
				int type = head & 0xFF;
				int flags = this.in.readUnsignedByte();
				int stream = this.in.readInt();
				byte[] payload = new byte[head >>> 8];
				this.in.readFully(payload);
				if ((type == SETTINGS || type == PING) && (flags & ACK) == 0) {
					send(type, ACK, 0, (type == PING) ? payload : new byte[0]);
				}
				else if (type == RST_STREAM || (type == HEADERS && payload[(payload[0] == TABLE_SIZE) ? 3 : 0] != OK)) {
					throw new IOException("frame " + type + ": " + Arrays.toString(payload));
				}
				else if (type == GOAWAY) {
					if (ByteBuffer.wrap(payload).getInt() < this.stream) {
						if (!isHeard) {
							throw new EOFException("ended while a request was on its way");
						}
						return Outcome.NOT_TAKEN;
					}
					outcome = Outcome.SERVED_LAST;
				}
				isHeard |= type == PING && (flags & ACK) != 0;
				if (stream == this.stream && (flags & ACK) != 0) {
					return outcome;
				}
			}
		}

		@Override
		public void close() throws IOException {
			this.socket.close();
		}

	}

}
