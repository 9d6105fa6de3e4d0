package io.github.samboot.core.protocol;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.samboot.core.CsError;
import io.github.samboot.core.Incident;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.RestartLimits;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.Signal;
import io.github.samboot.core.SupervisionState;
import org.jspecify.annotations.Nullable;

/**
 * The contents of frames: what each side writes and the other reads, in one place.
 */
public final class Payload {

	/** The version of the protocol, the first thing that either side says. */
	public static final short VERSION = 1;

	private static final int MAX_TEXT = 2000;

	/** One more incident and all that is beside them still fit into a frame. */
	private static final int MAX_INCIDENTS_LENGTH = Frame.MAX_ANSWER_LENGTH / 2;

	private static final String NO_TEXT = "";

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
			Writer out = new Writer();
			out.shortInt(this.version);
			out.text(this.nonce);
			out.longInt(this.pid);
			out.longInt(this.nanoTime);
			return out.bytes();
		}

		/**
		 * Read the bytes.
		 * @param payload the payload
		 * @return the words
		 * @throws MalformedFrameException if it is none
		 */
		public static Hello decode(byte[] payload) throws MalformedFrameException {
			Reader in = new Reader(payload);
			short version = in.shortInt();
			return new Hello(version, in.text(), in.longInt(), in.longInt());
		}

	}

	/**
	 * The watchdog's answer to the first words.
	 *
	 * @param instanceId the instance id that this instance has, or will have
	 * @param watchdogPid the process id of the watchdog
	 * @param mode how the watchdog came to be
	 * @param page the file name of the heartbeat page, empty if beats go over the socket
	 * @param watchdogCommand how to start another watchdog like this one
	 */
	public record Welcome(int instanceId, long watchdogPid, String mode, String page, List<String> watchdogCommand) {

		/**
		 * Return the bytes.
		 * @return the payload
		 */
		public byte[] encode() {
			Writer out = new Writer();
			out.integer(this.instanceId);
			out.longInt(this.watchdogPid);
			out.text(this.mode);
			out.text(this.page);
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
		public static Welcome decode(Reader in) throws MalformedFrameException {
			int instanceId = in.integer();
			long watchdogPid = in.longInt();
			String mode = in.text();
			String page = in.text();
			int arguments = in.integer();
			List<String> command = new ArrayList<>();
			for (int i = 0; i < arguments; i++) {
				command.add(in.longText());
			}
			return new Welcome(instanceId, watchdogPid, mode, page, command);
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
		Writer out = new Writer();
		out.integer(error.code());
		out.text(message);
		out.raw(body);
		return out.bytes();
	}

	/**
	 * Write options.
	 * @param options the options
	 * @return the payload
	 */
	public static byte[] options(SamOptions options) {
		Writer out = new Writer();
		out.duration(options.timeInterval());
		out.integer(options.recoveryPolicy().bits());
		out.bool(options.cmap());
		out.text(options.quorumProvider());
		out.bool(options.awaitQuorumProvider());
		out.text((options.warnSignal() != null) ? options.warnSignal().name() : NO_TEXT);
		out.duration(options.gracePeriod());
		out.duration(options.shutdownTimeout());
		out.duration(options.startupTimeout());
		RestartLimits limits = options.restartLimits();
		out.integer(limits.maxRestarts());
		out.duration(limits.within());
		out.duration(limits.delay());
		out.duration(limits.maxDelay());
		out.integer(options.cleanExitCodes().size());
		for (Integer code : options.cleanExitCodes()) {
			out.integer(code);
		}
		out.text((options.incidentDirectory() != null) ? options.incidentDirectory().toAbsolutePath().toString()
				: NO_TEXT);
		out.integer(options.incidentsKept());
		out.text(options.standby());
		out.bool(options.watchdogLoss() == SamOptions.WatchdogLoss.REPLACE);
		return out.bytes();
	}

	/**
	 * Read options.
	 * @param payload the payload
	 * @return the options
	 * @throws MalformedFrameException if there are none in it
	 */
	public static SamOptions options(byte[] payload) throws MalformedFrameException {
		Reader in = new Reader(payload);
		try {
			Duration timeInterval = in.requiredDuration();
			RecoveryPolicy policy = RecoveryPolicy.of(in.integer());
			SamOptions.Builder builder = SamOptions.builder(timeInterval, policy)
				.cmap(in.bool())
				.quorumProvider(in.text())
				.awaitQuorumProvider(in.bool());
			String warnSignal = in.text();
			builder.warnSignal(warnSignal.isEmpty() ? null : Signal.of(warnSignal));
			builder.gracePeriod(in.duration());
			builder.shutdownTimeout(in.requiredDuration());
			builder.startupTimeout(in.requiredDuration());
			builder.restartLimits(new RestartLimits(in.integer(), in.requiredDuration(), in.requiredDuration(),
					in.requiredDuration()));
			Set<Integer> cleanExitCodes = new HashSet<>();
			for (int i = in.count(256); i > 0; i--) {
				cleanExitCodes.add(in.integer());
			}
			builder.cleanExitCodes(cleanExitCodes);
			String incidents = in.text();
			builder.incidents(incidents.isEmpty() ? null : Path.of(incidents), in.integer());
			builder.standby(in.text());
			builder.watchdogLoss(in.bool() ? SamOptions.WatchdogLoss.REPLACE : SamOptions.WatchdogLoss.EXIT);
			return builder.build();
		}
		catch (SamException | InvalidPathException ex) {
			throw new MalformedFrameException(String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * Write a status.
	 * @param status the status
	 * @return the payload
	 */
	public static byte[] status(SamStatus status) {
		Writer out = new Writer();
		out.integer(status.state().ordinal());
		out.integer(status.instanceId());
		out.longInt(status.pid());
		out.longInt(status.watchdogPid());
		out.text(status.mode());
		out.integer(status.recoveryPolicy().bits());
		out.duration(status.timeInterval());
		SamStatus.Quorum quorum = status.quorum();
		out.bool(quorum != null);
		if (quorum != null) {
			out.text(quorum.provider());
			out.quorum(quorum.quorate(), quorum.members());
		}
		SamStatus.Standby standby = status.standby();
		out.bool(standby != null);
		if (standby != null) {
			out.text(standby.mode());
			out.text(standby.state());
			out.longInt(standby.pid());
		}
		out.longInt(status.dataSize());
		out.counts(status.recoveries());
		out.duration(status.downtime());
		// a frame is limited: with very many incidents the oldest are left out
		Writer incidents = new Writer();
		int count = 0;
		for (Incident incident : status.incidents()) {
			if (incidents.bytes.size() > MAX_INCIDENTS_LENGTH) {
				break;
			}
			incidents.incident(incident);
			count++;
		}
		out.integer(count);
		out.raw(incidents.bytes());
		return out.bytes();
	}

	/**
	 * Read a status.
	 * @param in the payload
	 * @return the status
	 * @throws MalformedFrameException if there is none in it
	 */
	public static SamStatus status(Reader in) throws MalformedFrameException {
		SupervisionState state = in.constant(SupervisionState.values());
		int instanceId = in.integer();
		long pid = in.longInt();
		long watchdogPid = in.longInt();
		String mode = in.text();
		RecoveryPolicy policy = policy(in.integer());
		Duration timeInterval = in.requiredDuration();
		SamStatus.Quorum quorum = null;
		if (in.bool()) {
			quorum = new SamStatus.Quorum(in.text(), in.bool(), in.members());
		}
		SamStatus.Standby standby = null;
		if (in.bool()) {
			standby = new SamStatus.Standby(in.text(), in.text(), in.longInt());
		}
		return new SamStatus(state, instanceId, pid, watchdogPid, mode, policy, timeInterval, quorum, standby,
				in.longInt(), in.counts(), in.requiredDuration(), in.incidents());
	}

	private static RecoveryPolicy policy(int bits) throws MalformedFrameException {
		try {
			return RecoveryPolicy.of(bits);
		}
		catch (SamException ex) {
			throw new MalformedFrameException(String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * Write one text.
	 * @param text the text
	 * @return the payload
	 */
	public static byte[] text(String text) {
		Writer out = new Writer();
		out.text(text);
		return out.bytes();
	}

	/**
	 * Write one flag.
	 * @param flag the flag
	 * @return the payload
	 */
	public static byte[] flag(boolean flag) {
		Writer out = new Writer();
		out.bool(flag);
		return out.bytes();
	}

	/**
	 * Write one number.
	 * @param number the number
	 * @return the payload
	 */
	public static byte[] number(long number) {
		Writer out = new Writer();
		out.longInt(number);
		return out.bytes();
	}

	/**
	 * Write the view of the cluster.
	 * @param quorate whether this node is quorate
	 * @param members the node ids of its partition
	 * @return the payload
	 */
	public static byte[] quorum(boolean quorate, List<Long> members) {
		Writer out = new Writer();
		out.quorum(quorate, members);
		return out.bytes();
	}

	/**
	 * Write the announcement of the end.
	 * @param reason why
	 * @param message the sentence that names the culprit
	 * @param gracePeriod how long until SIGKILL
	 * @return the payload
	 */
	public static byte[] recoveryImminent(IncidentReason reason, String message, Duration gracePeriod) {
		Writer out = new Writer();
		out.integer(reason.ordinal());
		out.text(message);
		out.duration(gracePeriod);
		return out.bytes();
	}

	/**
	 * Writes values one after the other. Not thread-safe.
	 */
	public static final class Writer {

		private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

		private final DataOutputStream out = new DataOutputStream(this.bytes);

		/**
		 * Return what was written.
		 * @return the bytes
		 */
		public byte[] bytes() {
			return this.bytes.toByteArray();
		}

		/**
		 * Write a number of one byte.
		 * @param value true or false
		 */
		public void bool(boolean value) {
			integer(value ? 1 : 0);
		}

		void shortInt(short value) {
			try {
				this.out.writeShort(value);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		/**
		 * Write a number of four bytes.
		 * @param value the number
		 */
		public void integer(int value) {
			try {
				this.out.writeInt(value);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		/**
		 * Write a number of eight bytes.
		 * @param value the number
		 */
		public void longInt(long value) {
			try {
				this.out.writeLong(value);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		/**
		 * Write a text; what is beyond 2000 characters is cut off.
		 * @param value the text
		 */
		public void text(String value) {
			longText((value.length() <= MAX_TEXT) ? value : value.substring(0, MAX_TEXT));
		}

		void longText(String value) {
			byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
			integer(utf8.length);
			raw(utf8);
		}

		void raw(byte[] value) {
			this.bytes.writeBytes(value);
		}

		/**
		 * Write a duration, saturated at the range of nanoseconds in eight bytes.
		 * @param value the duration, or {@code null}
		 */
		public void duration(@Nullable Duration value) {
			if (value == null) {
				longInt(Long.MIN_VALUE);
				return;
			}
			longInt(Nanos.of(value));
		}

		void quorum(boolean quorate, List<Long> members) {
			bool(quorate);
			integer(members.size());
			for (Long member : members) {
				longInt(member);
			}
		}

		/**
		 * Write counts by reason.
		 * @param counts the counts
		 */
		public void counts(Map<IncidentReason, Integer> counts) {
			integer(counts.size());
			for (Map.Entry<IncidentReason, Integer> count : counts.entrySet()) {
				integer(count.getKey().ordinal());
				integer(count.getValue());
			}
		}

		/**
		 * Write incidents.
		 * @param incidents the incidents
		 */
		public void incidents(List<Incident> incidents) {
			integer(incidents.size());
			for (Incident incident : incidents) {
				incident(incident);
			}
		}

		private void incident(Incident incident) {
			integer(incident.instanceId());
			longInt(incident.pid());
			integer(incident.reason().ordinal());
			text(incident.message());
			longInt(incident.detectedAt().toEpochMilli());
			longInt((incident.recoveredAt() != null) ? incident.recoveredAt().toEpochMilli() : Long.MIN_VALUE);
			duration(incident.downtime());
			text((incident.exit() != null) ? incident.exit() : NO_TEXT);
		}

	}

	/**
	 * Reads values one after the other; whatever the bytes are, it ends in a value or a
	 * {@link MalformedFrameException}. Not thread-safe.
	 */
	public static final class Reader {

		private final DataInputStream in;

		/**
		 * Create a reader.
		 * @param payload the bytes
		 */
		public Reader(byte[] payload) {
			this.in = new DataInputStream(new ByteArrayInputStream(payload));
		}

		/**
		 * Read a flag.
		 * @return the flag
		 * @throws MalformedFrameException if there is none
		 */
		public boolean bool() throws MalformedFrameException {
			int value = integer();
			if (value != 0 && value != 1) {
				throw new MalformedFrameException("flag is " + value);
			}
			return value == 1;
		}

		short shortInt() throws MalformedFrameException {
			try {
				return this.in.readShort();
			}
			catch (IOException ex) {
				throw ended(ex);
			}
		}

		/**
		 * Read a number of four bytes.
		 * @return the number
		 * @throws MalformedFrameException if there is none
		 */
		public int integer() throws MalformedFrameException {
			try {
				return this.in.readInt();
			}
			catch (IOException ex) {
				throw ended(ex);
			}
		}

		int count(int atMost) throws MalformedFrameException {
			int count = integer();
			if (count < 0 || count > atMost) {
				throw new MalformedFrameException("count " + count + " is not within 0.." + atMost);
			}
			return count;
		}

		/**
		 * Read a number of eight bytes.
		 * @return the number
		 * @throws MalformedFrameException if there is none
		 */
		public long longInt() throws MalformedFrameException {
			try {
				return this.in.readLong();
			}
			catch (IOException ex) {
				throw ended(ex);
			}
		}

		/**
		 * Read a text.
		 * @return the text
		 * @throws MalformedFrameException if there is none
		 */
		public String text() throws MalformedFrameException {
			return text(4 * MAX_TEXT);
		}

		String longText() throws MalformedFrameException {
			return text(Frame.MAX_ANSWER_LENGTH);
		}

		private String text(int atMost) throws MalformedFrameException {
			try {
				byte[] utf8 = new byte[Math.min(count(atMost), this.in.available() + 1)];
				this.in.readFully(utf8);
				return new String(utf8, StandardCharsets.UTF_8);
			}
			catch (MalformedFrameException ex) {
				throw ex;
			}
			catch (IOException ex) {
				throw ended(ex);
			}
		}

		/**
		 * Read a duration.
		 * @return the duration, or {@code null}
		 * @throws MalformedFrameException if there is none
		 */
		public @Nullable Duration duration() throws MalformedFrameException {
			long nanos = longInt();
			return (nanos != Long.MIN_VALUE) ? Duration.ofNanos(nanos) : null;
		}

		/**
		 * Read a duration that must be there.
		 * @return the duration
		 * @throws MalformedFrameException if there is none
		 */
		public Duration requiredDuration() throws MalformedFrameException {
			Duration duration = duration();
			if (duration == null) {
				throw new MalformedFrameException("a duration is missing");
			}
			return duration;
		}

		/**
		 * Read one of several constants.
		 * @param <T> the type of the constants
		 * @param constants all constants, in their order
		 * @return the constant
		 * @throws MalformedFrameException if there is none
		 */
		public <T> T constant(T[] constants) throws MalformedFrameException {
			return constants[count(constants.length - 1)];
		}

		/**
		 * Read node ids.
		 * @return the node ids
		 * @throws MalformedFrameException if there are none
		 */
		public List<Long> members() throws MalformedFrameException {
			List<Long> members = new ArrayList<>();
			for (int i = count(1000); i > 0; i--) {
				members.add(longInt());
			}
			return members;
		}

		/**
		 * Read counts by reason.
		 * @return the counts
		 * @throws MalformedFrameException if there are none
		 */
		public Map<IncidentReason, Integer> counts() throws MalformedFrameException {
			Map<IncidentReason, Integer> counts = new EnumMap<>(IncidentReason.class);
			for (int i = count(IncidentReason.values().length); i > 0; i--) {
				counts.put(constant(IncidentReason.values()), integer());
			}
			return counts;
		}

		/**
		 * Read incidents.
		 * @return the incidents
		 * @throws MalformedFrameException if there are none
		 */
		public List<Incident> incidents() throws MalformedFrameException {
			List<Incident> incidents = new ArrayList<>();
			for (int i = count(10_000); i > 0; i--) {
				int instanceId = integer();
				long pid = longInt();
				IncidentReason reason = constant(IncidentReason.values());
				String message = text();
				Instant detectedAt = Instant.ofEpochMilli(longInt());
				long recoveredAt = longInt();
				Duration downtime = duration();
				String exit = text();
				incidents.add(new Incident(instanceId, pid, reason, message, detectedAt,
						(recoveredAt != Long.MIN_VALUE) ? Instant.ofEpochMilli(recoveredAt) : null, downtime,
						exit.isEmpty() ? null : exit));
			}
			return incidents;
		}

		/**
		 * Read all that is left.
		 * @return the bytes
		 * @throws MalformedFrameException if they cannot be read
		 */
		public byte[] rest() throws MalformedFrameException {
			try {
				return this.in.readAllBytes();
			}
			catch (IOException ex) {
				throw ended(ex);
			}
		}

		private static MalformedFrameException ended(IOException ex) {
			return new MalformedFrameException(
					(ex instanceof EOFException) ? "the payload is too short" : String.valueOf(ex.getMessage()));
		}

	}

}
