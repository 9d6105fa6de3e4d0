package io.github.samboot.core.internal.client;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.internal.process.DaemonThread;
import io.github.samboot.core.internal.process.Quietly;
import io.github.samboot.core.internal.process.ShutdownWatcher;
import io.github.samboot.core.internal.wire.Frame;
import io.github.samboot.core.internal.wire.FrameDecoder;
import io.github.samboot.core.internal.wire.MalformedFrameException;
import io.github.samboot.core.internal.wire.MessageType;
import io.github.samboot.core.internal.wire.PayloadReader;

/**
 * One connection to one watchdog: requests wait here for their replies. Threads of its
 * own read and write; whoever waits for a reply only waits for them, in state WAITING, so
 * that a context that is being closed can interrupt it. Thread-safe.
 */
final class Connection implements Closeable {

	/** For requests that the watchdog answers without waiting for anything. */
	static final long PROMPT_ANSWER_SECONDS = 10;

	/** A JVM that shuts down without trouble takes less. */
	static final int SHUTDOWN_SECONDS = 2;

	/**
	 * Of all connections: an answer to what was asked on an earlier one is never taken
	 * for another.
	 */
	private static final AtomicInteger REQUESTS = new AtomicInteger();

	/**
	 * What the main thread waits in for as long as it takes. While the JVM shuts down it
	 * goes on to wait: a start-up that failed now would be reported as one.
	 */
	private static final Set<MessageType> WAITS = EnumSet.of(MessageType.STAND_BY, MessageType.REGISTER,
			MessageType.START);

	private final SocketChannel channel;

	private final Events events;

	private final Writer writer;

	private final Map<Integer, Answer> pending = new ConcurrentHashMap<>();

	private volatile boolean ended;

	private volatile boolean shutsDown;

	private Connection(SocketChannel channel, Events events) {
		this.channel = channel;
		this.events = events;
		this.writer = new Writer(channel);
	}

	/**
	 * What a connection has to tell, on its own thread.
	 */
	interface Events {

		void told(Frame frame) throws MalformedFrameException;

		void ended(Connection connection);

	}

	static Connection open(Path socket, Events events) throws IOException {
		Connection connection = new Connection(SocketChannel.open(StandardProtocolFamily.UNIX), events);
		try {
			connection.channel.connect(UnixDomainSocketAddress.of(socket));
			DaemonThread.start("sam-writer", 256, connection.writer::run);
			DaemonThread.start("sam-connection", 256, connection::read);
			return connection;
		}
		catch (IOException | RuntimeException | Error ex) {
			// nobody listens, or there is no thread
			connection.close();
			throw ex;
		}
	}

	/**
	 * Ask. The answer is waited for when there is time for that, not here.
	 */
	Answer send(MessageType type, byte[] payload) {
		return send(type, payload, () -> {
		});
	}

	/**
	 * Ask, as {@link #send(MessageType, byte[])}.
	 * @param whenAnswered called before the answer is there, and before anything that
	 * comes after it is read
	 */
	Answer send(MessageType type, byte[] payload, Runnable whenAnswered) {
		if (payload.length > Frame.MAX_REQUEST_LENGTH - 16) {
			throw new SamException(CsError.TOO_BIG, "A request of " + payload.length + " bytes is too long");
		}
		int request = REQUESTS.updateAndGet((last) -> (last == Integer.MAX_VALUE) ? 1 : last + 1);
		CompletableFuture<PayloadReader> reply = new CompletableFuture<>();
		Answer answer = new Answer(type, reply, whenAnswered);
		this.pending.put(request, answer);
		reply.whenComplete((body, problem) -> this.pending.remove(request));
		try {
			this.writer.add(new Frame(type, request, payload), reply);
		}
		catch (SamException ex) {
			reply.completeExceptionally(ex);
		}
		if (this.ended) {
			// the reader may have looked at pending just before this request was put
			// there
			reply.completeExceptionally(WatchdogLink.gone());
		}
		return answer;
	}

	/**
	 * Send what needs no answer. Never waits.
	 */
	void tell(MessageType type, byte[] payload) {
		this.writer.add(new Frame(type, 0, payload), null);
	}

	/**
	 * The watchdog has answered with an error.
	 */
	private static final class Refusal extends SamException {

		Refusal(CsError error, String message) {
			super(error, message);
		}

	}

	/**
	 * The answer to a request, perhaps to come.
	 *
	 * @param type what was asked
	 * @param reply what comes
	 * @param whenAnswered what follows, unless it is an error
	 */
	record Answer(MessageType type, CompletableFuture<PayloadReader> reply, Runnable whenAnswered) {

		/**
		 * Return whether the watchdog has answered, with an error.
		 */
		boolean isRefused() {
			return this.reply.handle((body, problem) -> problem instanceof Refusal).getNow(false);
		}

		/**
		 * Wait for what the watchdog answers without waiting for anything.
		 */
		PayloadReader promptly() {
			return within(PROMPT_ANSWER_SECONDS);
		}

		/**
		 * As {@link #promptly}, of a watchdog without which it goes on, too.
		 * @return whether it has answered
		 */
		boolean promptlyUnlessGone() {
			try {
				promptly();
				return true;
			}
			catch (SamException ex) {
				if (isRefused() || ex.error() != CsError.LIBRARY) {
					throw ex;
				}
				return false;
			}
		}

		PayloadReader within(long seconds) {
			// another thread minds the time: the waiting one is to be in state WAITING
			this.reply.orTimeout(seconds, TimeUnit.SECONDS);
			try {
				return whenever();
			}
			catch (SamException ex) {
				if (ex.getCause() instanceof TimeoutException) {
					throw new SamException(CsError.TIMEOUT, "The watchdog has not answered " + this.type + " for "
							+ seconds + " s: look whether it is stopped or starved");
				}
				throw ex;
			}
		}

		/**
		 * Wait as long as it takes.
		 */
		PayloadReader whenever() {
			try {
				return await();
			}
			catch (InterruptedException ex) {
				this.reply.cancel(false);
				Thread.currentThread().interrupt();
				throw new SamException(CsError.INTERRUPT, "Interrupted while waiting in " + this.type);
			}
			catch (ExecutionException ex) {
				if (!(ex.getCause() instanceof SamException cause)) {
					throw new SamException(CsError.LIBRARY, "There is no answer to " + this.type, ex.getCause());
				}
				// created on the reader's thread: show the caller's stack instead
				throw new SamException(cause.error(), cause.reason());
			}
		}

		/**
		 * Spring interrupts a start-up that waits when the JVM shuts down, and goes on if
		 * that waits again: it ends with the JVM, and is no start-up that has failed. If
		 * Spring has not seen that, it waits for this thread.
		 */
		private PayloadReader await() throws InterruptedException, ExecutionException {
			try {
				return this.reply.get();
			}
			catch (InterruptedException ex) {
				if (!ShutdownWatcher.inProgress()) {
					throw ex;
				}
				return this.reply.orTimeout(SHUTDOWN_SECONDS, TimeUnit.SECONDS).get();
			}
		}

	}

	private void read() {
		FrameDecoder decoder = new FrameDecoder(Frame.MAX_ANSWER_LENGTH);
		ByteBuffer buffer = ByteBuffer.allocate(4096);
		try {
			while (this.channel.read(buffer.clear()) >= 0) {
				decoder.feed(buffer.flip());
				for (Frame frame = decoder.next(); frame != null; frame = decoder.next()) {
					handle(frame);
				}
			}
		}
		catch (IOException | RuntimeException | Error ex) {
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
		Answer answer = this.pending.get(frame.request());
		if (answer == null) {
			return;
		}
		PayloadReader body = new PayloadReader(frame.payload());
		CsError error = CsError.of(body.integer());
		String message = body.text();
		if (error == CsError.OK) {
			// here: whoever waits goes on at some time
			answer.whenAnswered().run();
			answer.reply().complete(body);
		}
		else {
			answer.reply().completeExceptionally(new Refusal(error, message));
		}
	}

	/**
	 * Say what waits to be said and then nothing more. The watchdog then closes the
	 * connection, and what it had said before is still heard. For a JVM that shuts down.
	 * @param milliseconds how long to wait at most until all is said
	 */
	void endOutput(long milliseconds) {
		this.shutsDown = true;
		this.writer.end(milliseconds);
	}

	boolean hasEnded() {
		return this.ended;
	}

	@Override
	public void close() {
		this.ended = true;
		this.writer.close();
		Quietly.close(this.channel);
		for (Answer answer : this.pending.values()) {
			if (!this.shutsDown || !WAITS.contains(answer.type())) {
				answer.reply().completeExceptionally(WatchdogLink.gone());
			}
		}
	}

}
