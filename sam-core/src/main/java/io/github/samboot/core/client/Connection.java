package io.github.samboot.core.client;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.protocol.Frame;
import io.github.samboot.core.protocol.FrameDecoder;
import io.github.samboot.core.protocol.MalformedFrameException;
import io.github.samboot.core.protocol.MessageType;
import io.github.samboot.core.protocol.PayloadReader;

/**
 * One connection to one watchdog: requests wait here for their replies. A thread of its
 * own reads; whoever waits for a reply only waits for that thread, in state WAITING, so
 * that a context that is being closed can interrupt it. Thread-safe.
 */
final class Connection implements Closeable {

	/** For requests that the watchdog answers without waiting for anything. */
	static final long PROMPT_ANSWER_SECONDS = 10;

	private final SocketChannel channel;

	private final Events events;

	private final ReentrantLock writing = new ReentrantLock();

	private final AtomicInteger requests = new AtomicInteger();

	private final Map<Integer, CompletableFuture<PayloadReader>> pending = new ConcurrentHashMap<>();

	private volatile boolean ended;

	private Connection(SocketChannel channel, Events events) {
		this.channel = channel;
		this.events = events;
	}

	/**
	 * What a connection has to tell, on its own thread.
	 */
	interface Events {

		void told(Frame frame) throws MalformedFrameException;

		void ended(Connection connection);

	}

	static Connection open(Path socket, Events events) throws IOException {
		SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
		try {
			channel.connect(UnixDomainSocketAddress.of(socket));
		}
		catch (IOException | RuntimeException ex) {
			channel.close();
			throw ex;
		}
		Connection connection = new Connection(channel, events);
		Thread reader = new Thread(null, connection::read, "sam-connection", 256 * 1024);
		reader.setDaemon(true);
		reader.start();
		return connection;
	}

	/**
	 * Ask and wait for an answer that comes promptly.
	 */
	PayloadReader ask(MessageType type, byte[] payload) {
		return ask(type, payload, PROMPT_ANSWER_SECONDS);
	}

	PayloadReader ask(MessageType type, byte[] payload, long seconds) {
		CompletableFuture<PayloadReader> answer = send(type, payload);
		// another thread minds the time: the waiting one is to be in state WAITING
		answer.orTimeout(seconds, TimeUnit.SECONDS);
		try {
			return answer.get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SamException(CsError.INTERRUPT, "Interrupted while waiting for the answer to " + type);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof TimeoutException) {
				throw new SamException(CsError.TIMEOUT, "The watchdog has not answered " + type + " for " + seconds
						+ " s: look whether it is stopped or starved");
			}
			throw failure(ex);
		}
	}

	/**
	 * Ask and wait as long as it takes.
	 */
	PayloadReader await(MessageType type, byte[] payload) {
		return await(type, payload, () -> {
		});
	}

	/**
	 * Ask and wait as long as it takes.
	 * @param whenAnswered called before anything that comes after the answer is read
	 */
	PayloadReader await(MessageType type, byte[] payload, Runnable whenAnswered) {
		CompletableFuture<PayloadReader> answer = send(type, payload);
		answer.thenRun(whenAnswered);
		try {
			return answer.get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SamException(CsError.INTERRUPT, "Interrupted while waiting in " + type);
		}
		catch (ExecutionException ex) {
			throw failure(ex);
		}
	}

	/**
	 * Send what nobody waits for.
	 */
	void tell(MessageType type, byte[] payload) throws IOException {
		write(new Frame(type, 0, payload));
	}

	private CompletableFuture<PayloadReader> send(MessageType type, byte[] payload) {
		if (payload.length > Frame.MAX_REQUEST_LENGTH - 16) {
			throw new SamException(CsError.TOO_BIG, "A request of " + payload.length + " bytes is too long");
		}
		int request = this.requests.updateAndGet((last) -> (last == Integer.MAX_VALUE) ? 1 : last + 1);
		CompletableFuture<PayloadReader> answer = new CompletableFuture<>();
		this.pending.put(request, answer);
		try {
			write(new Frame(type, request, payload));
		}
		catch (IOException ex) {
			answer.completeExceptionally(gone());
		}
		if (this.ended) {
			// the reader may have looked at pending just before this request was put
			// there
			answer.completeExceptionally(gone());
		}
		answer.whenComplete((reply, problem) -> this.pending.remove(request));
		return answer;
	}

	private void write(Frame frame) throws IOException {
		ByteBuffer bytes = frame.encode();
		// an interrupt of the caller must not close the channel for everybody: blocking
		// operations of a channel do that, so they happen with the flag put aside
		boolean interrupted = Thread.interrupted();
		this.writing.lock();
		try {
			while (bytes.hasRemaining()) {
				this.channel.write(bytes);
			}
		}
		finally {
			this.writing.unlock();
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private void read() {
		FrameDecoder decoder = new FrameDecoder(Frame.MAX_ANSWER_LENGTH);
		ByteBuffer buffer = ByteBuffer.allocate(4096);
		try {
			while (this.channel.read(buffer.clear()) >= 0) {
				decoder.feed(buffer.flip());
				Frame frame = decoder.next();
				while (frame != null) {
					handle(frame);
					frame = decoder.next();
				}
			}
		}
		catch (IOException | RuntimeException ex) {
			// whatever it was, the conversation is over
		}
		finally {
			close();
			this.events.ended(this);
		}
	}

	private void handle(Frame frame) throws MalformedFrameException {
		if (frame.type() != MessageType.REPLY) {
			this.events.told(frame);
			return;
		}
		CompletableFuture<PayloadReader> answer = this.pending.get(frame.request());
		if (answer == null) {
			return;
		}
		PayloadReader body = new PayloadReader(frame.payload());
		CsError error = CsError.of(body.integer());
		String message = body.text();
		if (error == CsError.OK) {
			answer.complete(body);
		}
		else {
			answer.completeExceptionally(new SamException(error, message));
		}
	}

	/**
	 * Say nothing more. The watchdog then closes the connection, and what it had said
	 * before is still heard.
	 */
	void endOutput() {
		try {
			this.channel.shutdownOutput();
		}
		catch (IOException ex) {
			close();
		}
	}

	private static SamException failure(ExecutionException ex) {
		SamException cause = (SamException) ex.getCause();
		// created on the reader's thread: show the caller's stack instead
		cause.setStackTrace(Thread.currentThread().getStackTrace());
		return cause;
	}

	private static SamException gone() {
		return new SamException(CsError.LIBRARY, "The watchdog is gone");
	}

	@Override
	public void close() {
		this.ended = true;
		try {
			this.channel.close();
		}
		catch (IOException ex) {
			// closed is closed
		}
		for (CompletableFuture<PayloadReader> answer : this.pending.values()) {
			answer.completeExceptionally(gone());
		}
	}

}
