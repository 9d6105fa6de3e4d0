package io.github.samboot.core.internal.wire;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link Frame} means. The application asks with the types below 100, and each
 * that asks for something is answered with {@link #REPLY}; the watchdog tells with the
 * others.
 */
public enum MessageType {

	/** First frame of a connection: version, nonce, process id, clock. */
	HELLO(1),

	/** The options of {@code initialize}. */
	INITIALIZE(2),

	/** {@code register}: answered with the instance id, when there is one to give. */
	REGISTER(3),

	/** {@code start}: answered when supervision is on. */
	START(4),

	/** Start-up is over. */
	READY(5),

	/** {@code stop}. */
	STOP(6),

	/** The application is closing down because it wants to. */
	STOPPING(7),

	/** One heartbeat, where the heartbeat page cannot be used. */
	BEAT(8),

	/** The application is unhealthy, and why. */
	UNHEALTHY(9),

	/** {@code warn_signal_set}. */
	WARN_SIGNAL_SET(10),

	/** {@code data_store}: the file is written. */
	DATA_STORED(11),

	/** {@code mark_failed}. */
	MARK_FAILED(12),

	/** {@code finalize}. */
	FINALIZE(13),

	/** Asks for the status. */
	STATUS(14),

	/** Asks for a recovery. */
	RECOVER(15),

	/** The application does not want to be supervised. */
	DECLINE(16),

	/** Asks for the run directory to be there, with the saved data in it. */
	ENSURE_DIRECTORY(17),

	/** The JVM is being shut down by a call of {@code System.exit}, out of the blue. */
	EXITING(18),

	/** A spare waits to be promoted before it does anything else: answered then. */
	STAND_BY(19),

	/** Start-up makes progress and needs more time. */
	EXTEND_STARTUP(20),

	/** Asks for a planned replacement. */
	REPLACE(21),

	/** Asks for the held socket to listen: answered with its port. */
	LISTEN(22),

	/** Something that an operator should read, for the watchdog's log. */
	NOTICE(23),

	/** The first and only frame of an operator's command: version, command, argument. */
	OPERATE(24),

	/** The answer to a request. */
	REPLY(100),

	/** The cluster gained or lost quorum. */
	QUORUM(101),

	/** This instance is about to be ended. */
	RECOVERY_IMMINENT(102),

	/** The run directory was cleared away and is another one now. */
	DIRECTORY_MOVED(103),

	/** This instance is about to be asked to end, and another one is ready. */
	REPLACEMENT_IMMINENT(104);

	private final byte code;

	MessageType(int code) {
		this.code = (byte) code;
	}

	byte code() {
		return this.code;
	}

	static @Nullable MessageType of(byte code) {
		for (MessageType type : values()) {
			if (type.code == code) {
				return type;
			}
		}
		return null;
	}

}
