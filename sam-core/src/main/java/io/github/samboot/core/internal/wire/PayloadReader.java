package io.github.samboot.core.internal.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.github.samboot.core.Incident;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.SamException;
import io.github.samboot.core.Signal;
import org.jspecify.annotations.Nullable;

/**
 * Reads values one after the other; whatever the bytes are, it ends in a value or a
 * {@link MalformedFrameException}. Not thread-safe.
 */
public final class PayloadReader {

	private final ByteBuffer in;

	/**
	 * Create a reader.
	 * @param payload the bytes
	 */
	public PayloadReader(byte[] payload) {
		this.in = ByteBuffer.wrap(payload);
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
		return atLeast(Short.BYTES).getShort();
	}

	/**
	 * Read a number of four bytes.
	 * @return the number
	 * @throws MalformedFrameException if there is none
	 */
	public int integer() throws MalformedFrameException {
		return atLeast(Integer.BYTES).getInt();
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
		return atLeast(Long.BYTES).getLong();
	}

	/**
	 * Read a text.
	 * @return the text
	 * @throws MalformedFrameException if there is none
	 */
	public String text() throws MalformedFrameException {
		return text(4 * Payload.MAX_TEXT);
	}

	/**
	 * Read a signal.
	 * @return the signal
	 * @throws MalformedFrameException if there is none of that name
	 */
	public Signal signal() throws MalformedFrameException {
		try {
			return Signal.of(text());
		}
		catch (SamException ex) {
			throw new MalformedFrameException(ex.reason());
		}
	}

	String longText() throws MalformedFrameException {
		return text(Frame.MAX_ANSWER_LENGTH);
	}

	private String text(int atMost) throws MalformedFrameException {
		int length = count(atMost);
		atLeast(length);
		byte[] utf8 = new byte[length];
		this.in.get(utf8);
		return new String(utf8, StandardCharsets.UTF_8);
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
		return numbers(1000);
	}

	/**
	 * Read numbers.
	 * @param atMost how many there may be
	 * @return the numbers
	 * @throws MalformedFrameException if there are none
	 */
	public List<Long> numbers(int atMost) throws MalformedFrameException {
		List<Long> numbers = new ArrayList<>();
		for (int i = count(atMost); i > 0; i--) {
			numbers.add(longInt());
		}
		return numbers;
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
	 */
	public byte[] rest() {
		byte[] rest = new byte[this.in.remaining()];
		this.in.get(rest);
		return rest;
	}

	private ByteBuffer atLeast(int bytes) throws MalformedFrameException {
		if (this.in.remaining() < bytes) {
			throw new MalformedFrameException("the payload is too short");
		}
		return this.in;
	}

}
