package io.github.samboot.watchdog.internal.loop;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SupervisionState;
import io.github.samboot.core.Signal;
import io.github.samboot.core.internal.wire.Frame;
import io.github.samboot.core.internal.wire.MalformedFrameException;
import io.github.samboot.core.internal.wire.MessageType;
import io.github.samboot.core.internal.wire.Payload;
import io.github.samboot.core.internal.wire.PayloadReader;
import io.github.samboot.watchdog.internal.cluster.ClusterLink;
import io.github.samboot.watchdog.internal.connection.Client;
import io.github.samboot.watchdog.internal.connection.Connections;
import io.github.samboot.watchdog.internal.connection.Requests;
import io.github.samboot.watchdog.internal.log.Log;
import io.github.samboot.watchdog.internal.process.ApplicationProcess;
import io.github.samboot.watchdog.internal.process.ApplicationCommand;
import io.github.samboot.watchdog.internal.rundir.RunDirectoryGuard;
import io.github.samboot.watchdog.internal.supervision.Effect;
import io.github.samboot.watchdog.internal.supervision.Event;
import io.github.samboot.watchdog.internal.supervision.Lane;
import org.jspecify.annotations.Nullable;

/**
 * What the processes send: which of them a connection belongs to, what a request means to
 * the rules, and the answers that do not concern them. Only the event loop's thread uses
 * it.
 */
record RequestHandler(Supervisor supervisor, Processes processes, RunDirectoryGuard directory, ClusterLink cluster,
		String mode, Log log) implements Connections.Listener {

	/** Clocks further apart belong to different time namespaces. */
	private static final long SAME_CLOCK = TimeUnit.SECONDS.toNanos(1);

	private static final long PID = ProcessHandle.current().pid();

	@Override
	public boolean hello(Connections connections, Client client, Frame frame) throws IOException {
		Payload.Hello hello = Payload.Hello.decode(frame.payload());
		ProcessSlot spare = this.processes.slot(Lane.SPARE);
		ProcessSlot slot = spare.isFor(hello.nonce()) ? spare : this.processes.slot(Lane.ACTIVE);
		// the end of the connection before may lie there unread
		connections.readWaiting(slot.client());
		String problem = refusal(hello, slot);
		if (problem != null) {
			this.log.warn("Process " + hello.pid() + " wanted to be supervised and was refused: " + problem + ".");
			CsError error = (hello.version() != Payload.VERSION) ? CsError.VERSION : CsError.ACCESS;
			client.write(reply(frame, error, "The watchdog refuses this process: " + problem, Payload.NOTHING));
			return false;
		}
		slot.connected(client);
		boolean sameClock = Math.abs(System.nanoTime() - hello.nanoTime()) < SAME_CLOCK;
		Payload.Welcome welcome = new Payload.Welcome(slot == spare, PID, this.mode,
				sameClock ? slot.page().name() : "", ApplicationCommand.ofWatchdog());
		client.write(reply(frame, CsError.OK, "", welcome.encode()));
		return true;
	}

	private static @Nullable String refusal(Payload.Hello hello, ProcessSlot slot) {
		if (hello.version() != Payload.VERSION) {
			return "it speaks version " + hello.version() + " of the protocol, the watchdog version " + Payload.VERSION
					+ "; use the same release of both";
		}
		ApplicationProcess process = slot.process();
		if (!slot.isFor(hello.nonce()) || (process == null && !slot.isStarting())) {
			return "it does not know the secret of the current instance";
		}
		if (process != null && hello.pid() != process.pid()) {
			return "it is not the process that the watchdog started, which is " + process.pid()
					+ "; a script that starts the application must exec it";
		}
		return (slot.client() != null) ? "the instance is connected already" : null;
	}

	/**
	 * Whoever can connect runs as this user and could send signals as well: no secret is
	 * asked for.
	 */
	@Override
	public void operate(Client client, Frame frame) throws IOException {
		Payload.Operation operation = Payload.Operation.decode(frame.payload());
		byte[] answer = (operation.version() == Payload.VERSION) ? answer(operation)
				: Payload.reply(CsError.VERSION, "The watchdog speaks version " + Payload.VERSION
						+ " of the protocol: use the command of the release that runs", Payload.NOTHING);
		client.write(new Frame(MessageType.REPLY, frame.request(), answer));
	}

	private byte[] answer(Payload.Operation operation) {
		return switch (operation.command()) {
			case "status" -> Payload.reply(CsError.OK, "", status());
			case "reports" -> Payload.reply(CsError.OK, "", Payload.text(this.supervisor.reports().toString()));
			case "stop" -> stop();
			case "recover" -> this.supervisor.answer(
					new Event.Recover(Effect.Reply.TO_OPERATOR, "An operator asks for it: " + operation.argument()));
			case "replace" -> this.supervisor.answer(
					new Event.Replace(Effect.Reply.TO_OPERATOR, "an operator asks for it: " + operation.argument()));
			default -> Payload.reply(CsError.INVALID_PARAM, "This watchdog does not know '" + operation.command() + "'",
					Payload.NOTHING);
		};
	}

	/** As SIGTERM does. */
	private byte[] stop() {
		this.supervisor.handleSurely(new Event.StopRequested(Signal.SIGTERM));
		return Payload.reply(CsError.OK, "", Payload.NOTHING);
	}

	private byte[] status() {
		return Payload.status(this.supervisor.supervision()
			.status(PID, this.mode, this.processes.socket().status(), this.directory.dataSize(), System.nanoTime()));
	}

	@Override
	public void request(Client client, Frame frame) throws IOException {
		boolean isSpare = client == this.processes.slot(Lane.SPARE).client();
		if (!isSpare && client != this.processes.slot(Lane.ACTIVE).client()) {
			throw new MalformedFrameException("it belongs to an earlier instance");
		}
		if (!isSpare && isHeartbeat(frame)) {
			this.supervisor.handle(new Event.Beat());
		}
		Event event = Requests.of(isSpare ? Lane.SPARE : Lane.ACTIVE, frame);
		if (event == null) {
			answer(client, frame);
		}
		else if (!isSpare && event instanceof Event.Initialize initialize) {
			this.supervisor.use(initialize.options());
			this.cluster.begin(initialize, this.supervisor);
		}
		else {
			if (event instanceof Event.Decline) {
				this.processes.socket().want(false);
			}
			else if (!isSpare && event instanceof Event.Register) {
				// a later context of a process that had declined
				this.processes.socket().want(this.supervisor.supervision().options().connections().hold());
			}
			this.supervisor.handle(event);
		}
		if (isSpare && (event instanceof Event.Register || event instanceof Event.StandBy)) {
			this.processes.spare().parked();
		}
	}

	private Frame listen(Frame frame) throws MalformedFrameException {
		if (!this.processes.active().hasSocket()) {
			return reply(frame, CsError.NOT_EXIST, "This process has not inherited a socket", Payload.NOTHING);
		}
		PayloadReader in = new PayloadReader(frame.payload());
		int port = in.integer();
		int backlog = in.integer();
		int scope = in.integer();
		try {
			int used = this.processes.socket().listen(in.rest(), scope, port, backlog);
			return reply(frame, CsError.OK, "", Payload.number(used));
		}
		catch (SamException ex) {
			if (ex.error() == CsError.NOT_EXIST) {
				// what these processes have inherited is the socket before the one that
				// is held now
				this.processes.active().hasSocket(false);
				this.processes.slot(Lane.SPARE).hasSocket(false);
			}
			return reply(frame, ex.error(), ex.reason(), Payload.NOTHING);
		}
	}

	/**
	 * Every call of SAM counts as a heartbeat, but only a heartbeat withdraws a warning.
	 * The status is asked for by probes and scrapers, which prove nothing.
	 */
	private boolean isHeartbeat(Frame frame) {
		return frame.type() == MessageType.BEAT
				|| (frame.type() != MessageType.STATUS && frame.type() != MessageType.NOTICE
						&& this.supervisor.supervision().state() == SupervisionState.RUNNING);
	}

	/**
	 * Answer what does not concern the rules.
	 */
	private void answer(Client client, Frame frame) throws IOException {
		switch (frame.type()) {
			case STATUS -> client.write(reply(frame, CsError.OK, "", status()));
			case DATA_STORED -> this.directory.tryToRefresh();
			case ENSURE_DIRECTORY -> client.write(ensureDirectory(frame));
			case LISTEN -> client.write(listen(frame));
			case NOTICE -> this.log.warn("The application says: " + new PayloadReader(frame.payload()).text());
			default -> {
				// a heartbeat is counted already, and no answer to it is awaited
			}
		}
	}

	private Frame ensureDirectory(Frame frame) {
		try {
			this.directory.ensure();
			return reply(frame, CsError.OK, "", Payload.NOTHING);
		}
		catch (IOException ex) {
			// no reason to lose the connection
			return reply(frame, CsError.NO_SPACE, "The run directory cannot be used: " + ex.getMessage(),
					Payload.NOTHING);
		}
	}

	private static Frame reply(Frame request, CsError error, String message, byte[] body) {
		return new Frame(MessageType.REPLY, request.request(), Payload.reply(error, message, body));
	}

	@Override
	public void closed(Client client) {
		this.processes.closed(client);
	}

}
