package io.github.samboot.core;

/**
 * The error codes of Corosync ({@code cs_error_t} in {@code corosync/corotypes.h}), as
 * far as SAM and the services behind it use them.
 */
public enum CsError {

	/** No error. */
	OK(1),

	/** The library, the watchdog or the connection to it failed. */
	LIBRARY(2),

	/** The two sides speak different versions of the protocol. */
	VERSION(3),

	/** A service could not be initialized. */
	INIT(4),

	/** No answer in time. */
	TIMEOUT(5),

	/** Not possible now, perhaps later. */
	TRY_AGAIN(6),

	/** A parameter is outside its range. */
	INVALID_PARAM(7),

	/** Out of memory. */
	NO_MEMORY(8),

	/** The call is not allowed in the current {@link SamState}. */
	BAD_HANDLE(9),

	/** Busy. */
	BUSY(10),

	/** Permission denied. */
	ACCESS(11),

	/** Does not exist. */
	NOT_EXIST(12),

	/** A name is too long. */
	NAME_TOO_LONG(13),

	/** Exists already. */
	EXIST(14),

	/** No space left. */
	NO_SPACE(15),

	/** Interrupted. */
	INTERRUPT(16),

	/** A name was not found. */
	NAME_NOT_FOUND(17),

	/** No resources. */
	NO_RESOURCES(18),

	/** Not supported here. */
	NOT_SUPPORTED(19),

	/** The operation is not possible in this situation. */
	BAD_OPERATION(20),

	/** The operation failed. */
	FAILED_OPERATION(21),

	/** A message could not be understood. */
	MESSAGE_ERROR(22),

	/** A queue is full. */
	QUEUE_FULL(23),

	/** A queue is not available. */
	QUEUE_NOT_AVAILABLE(24),

	/** Flags do not fit. */
	BAD_FLAGS(25),

	/** A value is too big. */
	TOO_BIG(26),

	/** No sections. */
	NO_SECTIONS(27),

	/** A context was not found. */
	CONTEXT_NOT_FOUND(28),

	/** Too many groups. */
	TOO_MANY_GROUPS(30),

	/** A security check failed. */
	SECURITY(100);

	private final int code;

	CsError(int code) {
		this.code = code;
	}

	/**
	 * Return the number that C programs see.
	 * @return the value of {@code cs_error_t}
	 */
	public int code() {
		return this.code;
	}

	/**
	 * Return the error with a number.
	 * @param code a value of {@code cs_error_t}
	 * @return the error, {@link #LIBRARY} for a number without a name
	 */
	public static CsError of(int code) {
		for (CsError error : values()) {
			if (error.code == code) {
				return error;
			}
		}
		return LIBRARY;
	}

}
