package io.github.samboot.core;

import java.util.Locale;

/**
 * What the watchdog does when the application fails ({@code sam_recovery_policy_t}). The
 * flag {@code SAM_RECOVERY_POLICY_CMAP} is {@link SamOptions.Cluster#cmap()}.
 */
public enum RecoveryPolicy {

	/** The watchdog exits, with a non-zero status. */
	QUIT(1),

	/** The application is replaced by its next instance. */
	RESTART(2),

	/** As {@link #QUIT}, and losing quorum is a failure. */
	QUORUM_QUIT(9),

	/** As {@link #RESTART}, and losing quorum is a failure. */
	QUORUM_RESTART(10);

	private static final int QUORUM_FLAG = 0x08;

	/** The flag {@code SAM_RECOVERY_POLICY_CMAP} in a number for {@link #of(int)}. */
	static final int CMAP_FLAG = 0x10;

	private final int bits;

	RecoveryPolicy(int bits) {
		this.bits = bits;
	}

	/**
	 * Return the number that C programs use.
	 * @return the bits of {@code sam_recovery_policy_t}, without the CMAP flag
	 */
	public int bits() {
		return this.bits;
	}

	/**
	 * Return whether a failed application is replaced.
	 * @return {@code true} for the two RESTART policies
	 */
	public boolean restarts() {
		return (this.bits & RESTART.bits) != 0;
	}

	/**
	 * Return whether quorum is needed to run.
	 * @return {@code true} for the two QUORUM policies
	 */
	public boolean needsQuorum() {
		return (this.bits & QUORUM_FLAG) != 0;
	}

	/**
	 * Return the policy of a C number; a CMAP flag in it is ignored.
	 * @param bits a value of {@code sam_recovery_policy_t}
	 * @return the policy
	 * @throws SamException with {@link CsError#INVALID_PARAM} if neither QUIT nor RESTART
	 * is in it, or both are
	 */
	public static RecoveryPolicy of(int bits) {
		for (RecoveryPolicy policy : values()) {
			if (policy.bits == (bits & ~CMAP_FLAG)) {
				return policy;
			}
		}
		throw new SamException(CsError.INVALID_PARAM,
				"Recovery policy " + bits + " is unknown: use QUIT (1) or RESTART (2), plus QUORUM (8), CMAP (16)");
	}

	/**
	 * Return the policy as it is written in the configuration.
	 * @return such as {@code quorum-restart}
	 */
	public String id() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
