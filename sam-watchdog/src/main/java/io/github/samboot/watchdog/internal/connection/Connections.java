package io.github.samboot.watchdog.internal.connection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

import io.github.samboot.core.internal.wire.Frame;
import io.github.samboot.core.internal.wire.MalformedFrameException;
import io.github.samboot.core.internal.wire.MessageType;
import io.github.samboot.watchdog.internal.log.Log;
import org.jspecify.annotations.Nullable;

/**
 * The open connections: reads what processes send, and closes a connection that breaks
 * the protocol. Only the event loop's thread uses it.
 */
public final class Connections {

	/** The rest of a process that sends more at a time is read in the next turns. */
	private static final int MOST_READS = 64;

	/** Connections that have not said which process they belong to. */
	private static final int MAX_UNKNOWN = 16;

	private final Selector selector;

	private final Listener listener;

	private final Log log;

	private final List<Client> unknown = new ArrayList<>();

	private final ByteBuffer buffer = ByteBuffer.allocate(8192);

	public Connections(Selector selector, Listener listener, Log log) {
		this.selector = selector;
		this.listener = listener;
		this.log = log;
	}

	/**
	 * Is told what processes send.
	 */
	public interface Listener {

		/**
		 * A connection says which process it belongs to.
		 * @return whether it may stay
		 */
		boolean hello(Connections connections, Client client, Frame frame) throws IOException;

		/** An operator wants something. */
		void operate(Client client, Frame frame) throws IOException;

		/** A process that may stay sends a frame. */
		void request(Client client, Frame frame) throws IOException;

		/** A connection was closed. */
		void closed(Client client);

	}

	/**
	 * Take over a connection that was accepted.
	 */
	public void accept(SocketChannel channel) {
		try {
			if (this.unknown.size() >= MAX_UNKNOWN) {
				this.log.warnRepeatedly("Too many connections that say nothing; one was closed.");
				this.unknown.remove(0).close();
			}
			channel.configureBlocking(false);
			SelectionKey key = channel.register(this.selector, SelectionKey.OP_READ);
			Client client = new Client(channel, key);
			key.attach(client);
			this.unknown.add(client);
		}
		catch (IOException ex) {
			this.log.warnRepeatedly("A connection could not be used: " + ex);
		}
	}

	/**
	 * A connection can be read, or takes more.
	 */
	public void serve(SelectionKey key) {
		if (!(key.attachment() instanceof Client client)) {
			return;
		}
		try {
			if (key.isWritable()) {
				client.writeWaiting();
			}
			if (key.isReadable()) {
				receive(client);
			}
		}
		catch (MalformedFrameException ex) {
			this.log.warnRepeatedly("A connection was closed because of what it sent: " + ex.getMessage() + ".");
			close(client);
		}
		catch (IOException ex) {
			close(client);
		}
		catch (Throwable ex) {
			// what was not handled is sent again over another connection
			this.log.problem(ex);
			close(client);
		}
	}

	/**
	 * Read what lies in a connection now, such as the last messages of a process.
	 * Whatever they are, they must not hide its end.
	 */
	public void readWaiting(@Nullable Client client) {
		if (client == null) {
			return;
		}
		try {
			boolean more = true;
			for (int i = 0; i < MOST_READS && more; i++) {
				more = receive(client);
			}
		}
		catch (IOException ex) {
			// nothing more comes from it
			close(client);
		}
		catch (Throwable ex) {
			this.log.problem(ex);
		}
	}

	/**
	 * Read once, and handle all frames that are complete.
	 * @return whether there may be more
	 */
	private boolean receive(Client client) throws IOException {
		boolean isAtEnd = !client.read(this.buffer);
		Frame frame = client.next();
		boolean more = frame != null;
		while (frame != null && client.isOpen()) {
			handle(client, frame);
			frame = client.next();
		}
		if (isAtEnd) {
			close(client);
		}
		return more && client.isOpen();
	}

	private void handle(Client client, Frame frame) throws IOException {
		if (!this.unknown.contains(client)) {
			this.listener.request(client, frame);
		}
		else if (frame.type() == MessageType.OPERATE) {
			this.listener.operate(client, frame);
		}
		else if (frame.type() != MessageType.HELLO) {
			throw new MalformedFrameException("the first message must be HELLO, not " + frame.type());
		}
		else if (this.listener.hello(this, client, frame)) {
			this.unknown.remove(client);
		}
		else {
			close(client);
		}
	}

	private void close(Client client) {
		client.close();
		this.unknown.remove(client);
		this.listener.closed(client);
	}

}
