package io.github.samboot.core;

/**
 * A SAM call that did not return {@link CsError#OK}.
 */
public class SamException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** The error that the C function would have returned. */
	private final CsError error;

	/** The message without the error's name. */
	private final String reason;

	/**
	 * Create an exception.
	 * @param error the error that the C function would have returned
	 * @param message what failed, and what to do instead
	 */
	public SamException(CsError error, String message) {
		super(message + " (" + error.name() + ")");
		this.error = error;
		this.reason = message;
	}

	/**
	 * Create an exception with a cause.
	 * @param error the error that the C function would have returned
	 * @param message what failed, and what to do instead
	 * @param cause why it failed
	 */
	public SamException(CsError error, String message, Throwable cause) {
		super(message + " (" + error.name() + ")", cause);
		this.error = error;
		this.reason = message;
	}

	/**
	 * Return the error that the C function would have returned.
	 * @return the error, never {@link CsError#OK}
	 */
	public CsError error() {
		return this.error;
	}

	/**
	 * Return the message without the error's name.
	 * @return what failed, and what to do instead
	 */
	public String reason() {
		return this.reason;
	}

}
