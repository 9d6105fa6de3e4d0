package io.github.samboot.core;

import java.util.Locale;

/**
 * The signals a watchdog can send, see {@code signal(7)}.
 */
public enum Signal {

	/** Hang-up. */
	SIGHUP(1),

	/** Interrupt, as from the keyboard. */
	SIGINT(2),

	/** Quit: a JVM prints its threads and goes on. */
	SIGQUIT(3),

	/** Abort: a JVM writes a core and an error file. */
	SIGABRT(6),

	/** Kill; cannot be handled. */
	SIGKILL(9),

	/** For the application to give a meaning to. */
	SIGUSR1(10),

	/** For the application to give a meaning to. */
	SIGUSR2(12),

	/** Terminate: a Spring application closes its context. */
	SIGTERM(15);

	private final int number;

	Signal(int number) {
		this.number = number;
	}

	/**
	 * Return the number of the signal on Linux.
	 * @return the number
	 */
	public int number() {
		return this.number;
	}

	/**
	 * Return the exit status a shell shows for a process that the signal ended.
	 * @return 128 + the number
	 */
	public int exitStatus() {
		return 128 + this.number;
	}

	/**
	 * Return whether an application can go on after it. The others end a JVM: a heartbeat
	 * after them proves nothing.
	 * @return whether it is SIGQUIT, SIGUSR1 or SIGUSR2
	 */
	public boolean isSurvivable() {
		return this == SIGQUIT || this == SIGUSR1 || this == SIGUSR2;
	}

	/**
	 * Return the name without {@code SIG}.
	 * @return such as {@code TERM}
	 */
	public String shortName() {
		return name().substring(3);
	}

	/**
	 * Return the signal with a name or a number.
	 * @param text such as {@code SIGTERM}, {@code term} or {@code 15}
	 * @return the signal
	 * @throws SamException with {@link CsError#INVALID_PARAM} if there is none
	 */
	public static Signal of(String text) {
		String wanted = text.strip().toUpperCase(Locale.ROOT);
		for (Signal signal : values()) {
			if (wanted.equals(signal.name()) || wanted.equals(signal.shortName())
					|| wanted.equals(Integer.toString(signal.number))) {
				return signal;
			}
		}
		throw new SamException(CsError.INVALID_PARAM, "Signal '" + text
				+ "' is unknown: use one of SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIGQUIT, SIGABRT, SIGKILL");
	}

}
