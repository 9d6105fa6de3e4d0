package io.github.samboot.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * Clients that send one request after the other, and do not repeat what fails. Every
 * other one keeps its connection.
 */
final class Clients implements AutoCloseable {

	private static final int PATIENCE_MILLIS = (int) SupervisedApplication.PATIENCE.toMillis();

	private final int port;

	private final AtomicInteger served = new AtomicInteger();

	/** Connections that could not be made. */
	private final List<String> refused = new CopyOnWriteArrayList<>();

	/** Requests without an answer. */
	private final List<String> failed = new CopyOnWriteArrayList<>();

	private final List<Thread> threads = new ArrayList<>();

	private volatile boolean isOver;

	Clients(int port, int count) {
		this.port = port;
		for (int i = 0; i < count; i++) {
			boolean keepsAlive = i % 2 == 0;
			Thread thread = new Thread(() -> work(keepsAlive), "client-" + i);
			thread.setDaemon(true);
			thread.start();
			this.threads.add(thread);
		}
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
		Socket socket = null;
		while (!this.isOver) {
			if (socket == null) {
				socket = connect();
			}
			else {
				socket = ask(socket, keepsAlive);
			}
			pause();
		}
		close(socket);
	}

	private @Nullable Socket connect() {
		Socket socket = new Socket();
		try {
			socket.connect(new InetSocketAddress("127.0.0.1", this.port), PATIENCE_MILLIS);
			socket.setSoTimeout(PATIENCE_MILLIS);
			return socket;
		}
		catch (IOException ex) {
			this.refused.add(String.valueOf(ex));
			close(socket);
			return null;
		}
	}

	private @Nullable Socket ask(Socket socket, boolean keepsAlive) {
		try {
			String request = "GET /orders HTTP/1.1\r\nHost: desk\r\nConnection: "
					+ (keepsAlive ? "keep-alive" : "close") + "\r\n\r\n";
			socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
			boolean isLast = readAnswer(socket) || !keepsAlive;
			this.served.incrementAndGet();
			if (!isLast) {
				return socket;
			}
		}
		catch (IOException ex) {
			this.failed.add(String.valueOf(ex));
		}
		close(socket);
		return null;
	}

	/**
	 * Read an answer with chunks, or with a length.
	 * @return whether it is the last one of the connection
	 */
	private static boolean readAnswer(Socket socket) throws IOException {
		BufferedReader in = new BufferedReader(
				new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
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
			throw new IOException("closed without an answer");
		}
		return line;
	}

	private static void pause() {
		try {
			// so that the machine has time for others
			Thread.sleep(5);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static void close(@Nullable Socket socket) {
		try {
			if (socket != null) {
				socket.close();
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

}
