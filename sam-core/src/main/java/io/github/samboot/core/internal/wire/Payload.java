package io.github.samboot.core.internal.wire;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.samboot.core.CsError;
import io.github.samboot.core.Incident;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.SupervisionState;

/**
 * The contents of frames: what each side writes and the other reads, in one place.
 */
public final class Payload {

	/** The version of the protocol, the first thing that either side says. */
	public static final short VERSION = 3;

	/** Of a frame that says all by its type. */
	public static final byte[] NOTHING = new byte[0];

	static final int MAX_TEXT = 2000;

	private static final int MOST_OPTIONS = 256;

	/** One more incident and all that is beside them still fit into a frame. */
	private static final int MAX_INCIDENTS_LENGTH = Frame.MAX_ANSWER_LENGTH / 2;

	private Payload() {
	}

	/**
	 * The first words of an application.
	 *
	 * @param version its version of the protocol
	 * @param nonce the secret that the watchdog gave to this instance
	 * @param pid its process id
	 * @param nanoTime its monotonic clock, to tell whether both share one
	 */
	public record Hello(short version, String nonce, long pid, long nanoTime) {

		/**
		 * Return the bytes.
		 * @return the payload
		 */
		public byte[] encode() {
			return new PayloadWriter().shortInt(this.version)
				.text(this.nonce)
				.longInt(this.pid)
				.longInt(this.nanoTime)
				.bytes();
		}

		/**
		 * Read the bytes.
		 * @param payload the payload
		 * @return the words
		 * @throws MalformedFrameException if it is none
		 */
		public static Hello decode(byte[] payload) throws MalformedFrameException {
			PayloadReader in = new PayloadReader(payload);
			short version = in.shortInt();
			return new Hello(version, in.text(), in.longInt(), in.longInt());
		}

	}

	/**
	 * What an operator wants of a watchdog.
	 *
	 * @param version the version of the protocol
	 * @param command what to do, such as {@code status}
	 * @param argument what else belongs to it, may be empty
	 */
	public record Operation(short version, String command, String argument) {

		/**
		 * Return the bytes.
		 * @return the payload
		 */
		public byte[] encode() {
			return new PayloadWriter().shortInt(this.version).text(this.command).text(this.argument).bytes();
		}

		/**
		 * Read the bytes.
		 * @param payload the payload
		 * @return the operation
		 * @throws MalformedFrameException if it is none
		 */
		public static Operation decode(byte[] payload) throws MalformedFrameException {
			PayloadReader in = new PayloadReader(payload);
			return new Operation(in.shortInt(), in.text(), in.text());
		}

	}

	/**
	 * The watchdog's answer to the first words.
	 *
	 * @param isSpare whether this process is a spare, which has no instance id yet
	 * @param watchdogPid the process id of the watchdog
	 * @param mode how the watchdog came to be
	 * @param page the file name of the heartbeat page, empty if beats go over the socket
	 * @param watchdogCommand how to start another watchdog like this one
	 */
	public record Welcome(boolean isSpare, long watchdogPid, String mode, String page, List<String> watchdogCommand) {

		/**
		 * Return the bytes.
		 * @return the payload
		 */
		public byte[] encode() {
			PayloadWriter out = new PayloadWriter();
			out.bool(this.isSpare).longInt(this.watchdogPid).text(this.mode).text(this.page);
			out.integer(this.watchdogCommand.size());
			for (String argument : this.watchdogCommand) {
				out.longText(argument);
			}
			return out.bytes();
		}

		/**
		 * Read the bytes.
		 * @param in the payload
		 * @return the answer
		 * @throws MalformedFrameException if it is none
		 */
		public static Welcome decode(PayloadReader in) throws MalformedFrameException {
			boolean isSpare = in.bool();
			long watchdogPid = in.longInt();
			String mode = in.text();
			String page = in.text();
			int arguments = in.integer();
			List<String> command = new ArrayList<>();
			for (int i = 0; i < arguments; i++) {
				command.add(in.longText());
			}
			return new Welcome(isSpare, watchdogPid, mode, page, command);
		}

	}

	/**
	 * Write an answer.
	 * @param error how the request went
	 * @param message what to say about it
	 * @param body what else belongs to the answer
	 * @return the payload
	 */
	public static byte[] reply(CsError error, String message, byte[] body) {
		return new PayloadWriter().integer(error.code()).text(message).raw(body).bytes();
	}

	/**
	 * Write options: each as its name and a text, so that one that the other side does
	 * not know is no obstacle.
	 * @param options the options
	 * @return the payload
	 */
	public static byte[] options(SamOptions options) {
		PayloadWriter out = new PayloadWriter();
		Map<String, String> values = options.values();
		out.integer(values.size());
		for (Map.Entry<String, String> value : values.entrySet()) {
			out.text(value.getKey()).longText(value.getValue());
		}
		return out.bytes();
	}

	/**
	 * Read options.
	 * @param payload the payload
	 * @return the options
	 * @throws MalformedFrameException if there are none in it
	 */
	public static SamOptions options(byte[] payload) throws MalformedFrameException {
		PayloadReader in = new PayloadReader(payload);
		Map<String, String> values = new LinkedHashMap<>();
		for (int i = in.count(MOST_OPTIONS); i > 0; i--) {
			values.put(in.text(), in.longText());
		}
		try {
			return SamOptions.of(values);
		}
		catch (SamException ex) {
			throw new MalformedFrameException(ex.reason());
		}
	}

	/**
	 * Write a status.
	 * @param status the status
	 * @return the payload
	 */
	public static byte[] status(SamStatus status) {
		PayloadWriter out = new PayloadWriter();
		out.integer(status.state().ordinal()).integer(status.instanceId()).longInt(status.pid());
		out.longInt(status.watchdogPid()).text(status.mode()).integer(status.recoveryPolicy().ordinal());
		out.duration(status.timeInterval());
		SamStatus.Quorum quorum = status.quorum();
		out.bool(quorum != null);
		if (quorum != null) {
			out.text(quorum.provider()).bool(quorum.quorate()).numbers(quorum.members());
		}
		SamStatus.Standby standby = status.standby();
		out.bool(standby != null);
		if (standby != null) {
			out.text(standby.mode()).text(standby.state()).longInt(standby.pid());
		}
		SamStatus.Replacement replacement = status.replacement();
		out.bool(replacement != null);
		if (replacement != null) {
			out.text(replacement.state()).longInt(replacement.since().toEpochMilli()).text(replacement.message());
		}
		SamStatus.Connections connections = status.connections();
		out.bool(connections != null);
		if (connections != null) {
			out.text(connections.state()).integer(connections.port()).longInt(connections.since().toEpochMilli());
			out.integer(connections.waits()).integer(connections.refusals());
		}
		out.longInt(status.dataSize()).integer(status.recentRestarts()).counts(status.recoveries());
		out.duration(status.downtime());
		// a frame is limited: with very many incidents the oldest are left out
		PayloadWriter incidents = new PayloadWriter();
		int count = 0;
		for (Incident incident : status.incidents()) {
			if (incidents.size() > MAX_INCIDENTS_LENGTH) {
				break;
			}
			incidents.incident(incident);
			count++;
		}
		out.integer(count).raw(incidents.bytes());
		return out.bytes();
	}

	/**
	 * Read a status.
	 * @param in the payload
	 * @return the status
	 * @throws MalformedFrameException if there is none in it
	 */
	public static SamStatus status(PayloadReader in) throws MalformedFrameException {
		SupervisionState state = in.constant(SupervisionState.values());
		int instanceId = in.integer();
		long pid = in.longInt();
		long watchdogPid = in.longInt();
		String mode = in.text();
		RecoveryPolicy policy = in.constant(RecoveryPolicy.values());
		Duration timeInterval = in.requiredDuration();
		SamStatus.Quorum quorum = in.bool() ? new SamStatus.Quorum(in.text(), in.bool(), in.members()) : null;
		SamStatus.Standby standby = in.bool() ? new SamStatus.Standby(in.text(), in.text(), in.longInt()) : null;
		SamStatus.Replacement replacement = in.bool()
				? new SamStatus.Replacement(in.text(), Instant.ofEpochMilli(in.longInt()), in.text()) : null;
		SamStatus.Connections connections = in.bool() ? new SamStatus.Connections(in.text(), in.integer(),
				Instant.ofEpochMilli(in.longInt()), in.integer(), in.integer()) : null;
		return new SamStatus(state, instanceId, pid, watchdogPid, mode, policy, timeInterval, quorum, standby,
				replacement, connections, in.longInt(), in.integer(), in.counts(), in.requiredDuration(),
				in.incidents());
	}

	/**
	 * Write the request to listen.
	 * @param address where
	 * @param backlog how many connections may wait
	 * @return the payload
	 */
	public static byte[] listen(InetSocketAddress address, int backlog) {
		return new PayloadWriter().integer(address.getPort())
			.integer(backlog)
			.integer((address.getAddress() instanceof Inet6Address six) ? six.getScopeId() : 0)
			.raw(address.getAddress().getAddress())
			.bytes();
	}

	/**
	 * Write one text.
	 * @param text the text
	 * @return the payload
	 */
	public static byte[] text(String text) {
		return new PayloadWriter().text(text).bytes();
	}

	/**
	 * Write the request to start.
	 * @param startupContinues whether start-up goes on after it
	 * @param resumes whether this process had been started under another watchdog
	 * @return the payload
	 */
	public static byte[] start(boolean startupContinues, boolean resumes) {
		return new PayloadWriter().bool(startupContinues).bool(resumes).bytes();
	}

	/**
	 * Write one number.
	 * @param number the number
	 * @return the payload
	 */
	public static byte[] number(long number) {
		return new PayloadWriter().longInt(number).bytes();
	}

	/**
	 * Write the view of the cluster.
	 * @param quorate whether this node is quorate
	 * @param members the node ids of its partition
	 * @return the payload
	 */
	public static byte[] quorum(boolean quorate, List<Long> members) {
		return new PayloadWriter().bool(quorate).numbers(members).bytes();
	}

	/**
	 * Write the announcement of the end.
	 * @param reason why
	 * @param message the sentence that names the culprit
	 * @param gracePeriod how long until SIGKILL
	 * @return the payload
	 */
	public static byte[] recoveryImminent(IncidentReason reason, String message, Duration gracePeriod) {
		return new PayloadWriter().integer(reason.ordinal()).text(message).duration(gracePeriod).bytes();
	}

}
