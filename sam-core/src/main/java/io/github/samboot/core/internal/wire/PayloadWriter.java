package io.github.samboot.core.internal.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.samboot.core.Incident;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.internal.process.Nanos;
import org.jspecify.annotations.Nullable;

/**
 * Writes values one after the other. Not thread-safe.
 */
public final class PayloadWriter {

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

	/**
	 * Return what was written.
	 * @return the bytes
	 */
	public byte[] bytes() {
		return this.bytes.toByteArray();
	}

	int size() {
		return this.bytes.size();
	}

	private PayloadWriter bytes(long value, int count) {
		for (int shift = (count - 1) * Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
			this.bytes.write((int) (value >>> shift));
		}
		return this;
	}

	/**
	 * Write a truth value, as a number.
	 * @param value true or false
	 * @return this writer
	 */
	public PayloadWriter bool(boolean value) {
		return integer(value ? 1 : 0);
	}

	PayloadWriter shortInt(short value) {
		return bytes(value, Short.BYTES);
	}

	/**
	 * Write a number of four bytes.
	 * @param value the number
	 * @return this writer
	 */
	public PayloadWriter integer(int value) {
		return bytes(value, Integer.BYTES);
	}

	/**
	 * Write a number of eight bytes.
	 * @param value the number
	 * @return this writer
	 */
	public PayloadWriter longInt(long value) {
		return bytes(value, Long.BYTES);
	}

	/**
	 * Write a text; what is beyond 2000 characters is cut off.
	 * @param value the text
	 * @return this writer
	 */
	public PayloadWriter text(String value) {
		return longText((value.length() <= Payload.MAX_TEXT) ? value : value.substring(0, Payload.MAX_TEXT));
	}

	PayloadWriter longText(String value) {
		byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
		return integer(utf8.length).raw(utf8);
	}

	PayloadWriter raw(byte[] value) {
		this.bytes.writeBytes(value);
		return this;
	}

	/**
	 * Write a duration, saturated at the range of nanoseconds in eight bytes.
	 * @param value the duration, or {@code null}
	 * @return this writer
	 */
	public PayloadWriter duration(@Nullable Duration value) {
		return longInt((value != null) ? Nanos.of(value) : Long.MIN_VALUE);
	}

	/**
	 * Write numbers.
	 * @param numbers the numbers
	 * @return this writer
	 */
	public PayloadWriter numbers(List<Long> numbers) {
		integer(numbers.size());
		for (Long number : numbers) {
			longInt(number);
		}
		return this;
	}

	/**
	 * Write counts by reason.
	 * @param counts the counts
	 */
	public void counts(Map<IncidentReason, Integer> counts) {
		integer(counts.size());
		for (Map.Entry<IncidentReason, Integer> count : counts.entrySet()) {
			integer(count.getKey().ordinal()).integer(count.getValue());
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

	void incident(Incident incident) {
		integer(incident.instanceId()).longInt(incident.pid()).integer(incident.reason().ordinal());
		text(incident.message()).longInt(incident.detectedAt().toEpochMilli());
		longInt((incident.recoveredAt() != null) ? incident.recoveredAt().toEpochMilli() : Long.MIN_VALUE);
		duration(incident.downtime()).text((incident.exit() != null) ? incident.exit() : "");
	}

}
