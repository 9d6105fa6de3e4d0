package io.github.samboot.core;

/**
 * A SAM call that did not return {@link CsError#OK}.
 */
public class SamException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final CsError error;

	/**
	 * Create an exception.
	 * @param error the error that the C function would have returned
	 * @param message what failed, and what to do instead
	 */
	public SamException(CsError error, String message) {
		super(message + " (" + error.name() + ")");
		this.error = error;
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
	}

	/**
	 * Return the error that the C function would have returned.
	 * @return the error, never {@link CsError#OK}
	 */
	public CsError error() {
		return this.error;
	}

}
