package io.github.samboot.watchdog.internal.loop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.file.Path;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SupervisionState;
import io.github.samboot.core.internal.wire.Frame;
import io.github.samboot.core.internal.wire.MalformedFrameException;
import io.github.samboot.core.internal.wire.MessageType;
import io.github.samboot.core.internal.wire.Payload;
import io.github.samboot.watchdog.internal.cluster.ClusterLink;
import io.github.samboot.watchdog.internal.cluster.ClusterWait;
import io.github.samboot.watchdog.internal.connection.Client;
import io.github.samboot.watchdog.internal.connection.Requests;
import io.github.samboot.watchdog.internal.log.Log;
import io.github.samboot.watchdog.internal.rundir.Meeting;
import io.github.samboot.watchdog.internal.supervision.Event;
import io.github.samboot.watchdog.internal.supervision.Lane;
import org.jspecify.annotations.Nullable;

/**
 * What is said over the connections: who says it, what it means, and the answers. Only
 * the event loop's thread uses it.
 */
final class Conversation implements ClusterWait.Outcome {

	/** Whoever says more at a time is heard in the next turns. */
	private static final int MOST_READS = 64;

	private final EventLoop loop;

	private final Course course;

	private final Crew crew;

	private final Reception reception;

	private final Meeting meeting;

	private final ClusterWait clusterWait;

	private final long pid;

	private final String mode;

	private final Log log;

	private final ByteBuffer buffer = ByteBuffer.allocate(8192);

	Conversation(EventLoop loop, Course course, Crew crew, Reception reception, Meeting meeting, ClusterLink cluster,
			long pid, String mode, Log log) {
		this.loop = loop;
		this.course = course;
		this.crew = crew;
		this.reception = reception;
		this.meeting = meeting;
		this.clusterWait = new ClusterWait(cluster, this);
		this.pid = pid;
		this.mode = mode;
		this.log = log;
	}

	ClusterWait clusterWait() {
		return this.clusterWait;
	}

	/**
	 * A connection is ready to be read, or to take more.
	 */
	void serve(Client client, SelectionKey key) {
		try {
			if (key.isWritable()) {
				client.writeWaiting();
			}
			if (key.isReadable()) {
				boolean more = client.read(this.buffer);
				Frame frame = client.next();
				while (frame != null && client.isOpen()) {
					handle(client, frame);
					frame = client.next();
				}
				if (!more) {
					drop(client);
				}
			}
		}
		catch (MalformedFrameException ex) {
			this.log.warn("A connection was closed because of what it sent: " + ex.getMessage() + ".");
			drop(client);
		}
		catch (IOException ex) {
			drop(client);
		}
		catch (Throwable ex) {
			// what was not heard is said again over another connection
			this.loop.problem(ex);
			drop(client);
		}
	}

	/**
	 * Hear what lies in a connection now, such as the last words of a process. Whatever
	 * they are, they must not hide its end.
	 */
	void hear(@Nullable Client client) {
		if (client == null) {
			return;
		}
		try {
			boolean more = true;
			for (int i = 0; i < MOST_READS && more && client.isOpen(); i++) {
				more = client.read(this.buffer);
				Frame frame = client.next();
				if (frame == null) {
					break;
				}
				while (frame != null) {
					handle(client, frame);
					frame = client.next();
				}
			}
			if (!more) {
				drop(client);
			}
		}
		catch (IOException ex) {
			// it has nothing more to say
			drop(client);
		}
		catch (Throwable ex) {
			this.loop.problem(ex);
		}
	}

	private void drop(Client client) {
		client.close();
		this.reception.leaves(client);
		this.crew.lost(client);
	}

	private void handle(Client client, Frame frame) throws IOException {
		Seat active = this.crew.active();
		Seat spare = this.crew.spare().seat();
		if (frame.type() == MessageType.HELLO && !client.isInstance()) {
			if (!this.reception.hello(client, frame, active, spare)) {
				drop(client);
			}
			return;
		}
		if (!client.isInstance()) {
			throw new MalformedFrameException("the first message must be HELLO, not " + frame.type());
		}
		if (client == spare.client()) {
			spareRequest(client, frame);
			return;
		}
		if (client != active.client()) {
			throw new MalformedFrameException("it belongs to an earlier instance");
		}
		// every call of SAM is a sign of life, but only a health check withdraws a
		// warning; the status is asked for by probes and scrapers, which prove nothing
		boolean isCall = frame.type() != MessageType.STATUS
				&& this.course.supervision().state() == SupervisionState.RUNNING;
		if (frame.type() == MessageType.BEAT || isCall) {
			this.course.apply(new Event.Beat());
		}
		request(client, frame);
	}

	private void request(Client client, Frame frame) throws IOException {
		Event event = Requests.of(Lane.ACTIVE, frame);
		if (event instanceof Event.Initialize initialize) {
			this.clusterWait.begin(initialize);
		}
		else if (event != null) {
			this.course.apply(event);
		}
		else {
			answer(client, frame);
		}
	}

	private void spareRequest(Client client, Frame frame) throws IOException {
		Event event = Requests.of(Lane.SPARE, frame);
		if (event == null) {
			answer(client, frame);
			return;
		}
		this.course.apply(event);
		if (event instanceof Event.Register || event instanceof Event.StandBy) {
			this.crew.spare().parked();
		}
	}

	/**
	 * Answer what does not concern the rules.
	 */
	private void answer(Client client, Frame frame) throws IOException {
		byte[] body = new byte[0];
		if (frame.type() == MessageType.STATUS) {
			body = Payload.status(
					this.course.supervision().status(this.pid, this.mode, this.meeting.dataSize(), System.nanoTime()));
		}
		else if (frame.type() != MessageType.DATA_STORED && frame.type() != MessageType.ENSURE_DIRECTORY) {
			// a beat is counted already, and nobody waits for an answer
			return;
		}
		CsError error = CsError.OK;
		String problem = "";
		try {
			if (frame.type() == MessageType.DATA_STORED) {
				this.meeting.dataStored();
			}
			else if (frame.type() == MessageType.ENSURE_DIRECTORY) {
				this.meeting.ensure(this.course.supervision());
			}
		}
		catch (IOException ex) {
			// no reason to lose the connection
			error = CsError.NO_SPACE;
			problem = "The run directory cannot be used: " + ex.getMessage();
		}
		client.write(Reception.reply(frame, error, problem, body));
	}

	/**
	 * Say where everything is now.
	 */
	void moved(Path directory) {
		Frame frame = new Frame(MessageType.DIRECTORY_MOVED, 0, Payload.text(directory.toString()));
		tell(frame);
		tell(this.crew.spare().seat().client(), frame);
	}

	/**
	 * Say something to the active instance.
	 */
	void tell(Frame frame) {
		tell(this.crew.active().client(), frame);
	}

	/**
	 * Say something, if anybody is there.
	 */
	void tell(@Nullable Client client, Frame frame) {
		if (client == null) {
			return;
		}
		try {
			client.write(frame);
		}
		catch (IOException ex) {
			drop(client);
		}
	}

	@Override
	public void connected(Event.Initialize event) {
		this.course.apply(event);
	}

	@Override
	public void failed(Event.Initialize event, SamException problem) {
		tell(new Frame(MessageType.REPLY, event.request(),
				Payload.reply(problem.error(), problem.reason(), Payload.number(0))));
	}

}
