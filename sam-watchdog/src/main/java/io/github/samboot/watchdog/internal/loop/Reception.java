package io.github.samboot.watchdog.internal.loop;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.samboot.core.CsError;
import io.github.samboot.core.internal.wire.Frame;
import io.github.samboot.core.internal.wire.MessageType;
import io.github.samboot.core.internal.wire.Payload;
import io.github.samboot.watchdog.internal.connection.Client;
import io.github.samboot.watchdog.internal.log.Log;
import io.github.samboot.watchdog.internal.process.ApplicationProcess;
import io.github.samboot.watchdog.internal.process.ApplicationCommand;
import org.jspecify.annotations.Nullable;

/**
 * Where connections wait that have not said who they are, and are shown to their seat or
 * the door. Only the event loop's thread uses it.
 */
final class Reception {

	/** Connections that have not said who they are. */
	private static final int MAX_STRANGERS = 16;

	/** Clocks further apart belong to different time namespaces. */
	private static final long SAME_CLOCK = TimeUnit.SECONDS.toNanos(1);

	private final Selector selector;

	private final long pid;

	private final String mode;

	private final Log log;

	private final List<Client> strangers = new ArrayList<>();

	Reception(Selector selector, long pid, String mode, Log log) {
		this.selector = selector;
		this.pid = pid;
		this.mode = mode;
		this.log = log;
	}

	void enters(SocketChannel channel) {
		try {
			if (this.strangers.size() >= MAX_STRANGERS) {
				this.log.warn("Too many connections that say nothing; one was closed.");
				this.strangers.remove(0).close();
			}
			channel.configureBlocking(false);
			SelectionKey key = channel.register(this.selector, SelectionKey.OP_READ);
			Client client = new Client(channel, key);
			key.attach(client);
			this.strangers.add(client);
		}
		catch (IOException ex) {
			this.log.warn("A connection could not be used: " + ex);
		}
	}

	void leaves(Client client) {
		this.strangers.remove(client);
	}

	/**
	 * A connection says who it is.
	 * @return whether it may stay
	 */
	boolean hello(Client client, Frame frame, Seat active, Seat spare) throws IOException {
		Payload.Hello hello = Payload.Hello.decode(frame.payload());
		Seat seat = spare.isFor(hello.nonce()) ? spare : active;
		String problem = refusal(hello, seat);
		if (problem != null) {
			this.log.warn("Process " + hello.pid() + " wanted to be supervised and was refused: " + problem + ".");
			CsError error = (hello.version() != Payload.VERSION) ? CsError.VERSION : CsError.ACCESS;
			client.write(reply(frame, error, "The watchdog refuses this process: " + problem, new byte[0]));
			return false;
		}
		this.strangers.remove(client);
		seat.connected(client);
		client.becomeInstance();
		boolean sameClock = Math.abs(System.nanoTime() - hello.nanoTime()) < SAME_CLOCK;
		Payload.Welcome welcome = new Payload.Welcome(seat == spare, this.pid, this.mode,
				sameClock ? seat.page().name() : "", ApplicationCommand.ofWatchdog());
		client.write(reply(frame, CsError.OK, "", welcome.encode()));
		return true;
	}

	private static @Nullable String refusal(Payload.Hello hello, Seat seat) {
		if (hello.version() != Payload.VERSION) {
			return "it speaks version " + hello.version() + " of the protocol, the watchdog version " + Payload.VERSION
					+ "; use the same release of both";
		}
		ApplicationProcess process = seat.process();
		if (!seat.isFor(hello.nonce()) || (process == null && !seat.isBeingTaken())) {
			return "it does not know the secret of the current instance";
		}
		if (process != null && hello.pid() != process.pid()) {
			return "it is not the process that the watchdog started, which is " + process.pid()
					+ "; a script that starts the application must exec it";
		}
		return (seat.client() != null) ? "the instance is connected already" : null;
	}

	static Frame reply(Frame request, CsError error, String message, byte[] body) {
		return new Frame(MessageType.REPLY, request.request(), Payload.reply(error, message, body));
	}

}
