package io.github.samboot.core;

import java.util.Locale;

/**
 * What the watchdog does when the application fails ({@code sam_recovery_policy_t}). The
 * flag {@code SAM_RECOVERY_POLICY_CMAP} is {@link SamOptions.Cluster#cmap()}.
 */
public enum RecoveryPolicy {

	/** The watchdog exits, with a non-zero status. */
	QUIT,

	/** The application is replaced by its next instance. */
	RESTART,

	/** As {@link #QUIT}, and losing quorum is a failure. */
	QUORUM_QUIT,

	/** As {@link #RESTART}, and losing quorum is a failure. */
	QUORUM_RESTART;

	/**
	 * Return whether a failed application is replaced.
	 * @return {@code true} for the two RESTART policies
	 */
	public boolean restarts() {
		return this == RESTART || this == QUORUM_RESTART;
	}

	/**
	 * Return whether quorum is needed to run.
	 * @return {@code true} for the two QUORUM policies
	 */
	public boolean needsQuorum() {
		return this == QUORUM_QUIT || this == QUORUM_RESTART;
	}

	/**
	 * Return the policy as it is written in the configuration.
	 * @return such as {@code quorum-restart}
	 */
	public String id() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
