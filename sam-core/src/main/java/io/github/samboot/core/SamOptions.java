package io.github.samboot.core;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What {@link Sam#initialize(SamOptions)} tells the watchdog. The first two are those of
 * {@code sam_initialize(3)}, the others default to what libsam does.
 *
 * @param timeInterval how long the watchdog waits for a heartbeat; zero for no limit,
 * then the end of the process, lost quorum and what the application reports itself still
 * count
 * @param recoveryPolicy what happens when that time is over
 * @param cmap whether the state is published to Corosync's cmap
 * @param quorumProvider who says whether the cluster is quorate
 * @param awaitQuorumProvider whether a quorum provider that cannot be reached is waited
 * for, instead of being an error
 * @param warnSignal the signal before SIGKILL, {@code null} for the one in force
 * (SIGTERM, or what an earlier instance set)
 * @param gracePeriod the time between warn signal and SIGKILL, zero for no warn signal,
 * {@code null} for one time interval (10 s if that is zero)
 * @param shutdownTimeout how long a requested stop may take before SIGKILL
 * @param startupTimeout how long an instance may take to come up, zero for no limit
 * @param restartLimits how often and how fast a failed application is replaced
 * @param cleanExitCodes exit codes that mean the application wanted to end
 * @param incidentDirectory where reports of incidents are written, {@code null} for
 * nowhere
 * @param incidentsKept how many incidents are kept
 * @param standby {@code none}, {@code warm} or {@code hot}
 * @param standbyDelay how long an instance is up before a spare is prepared
 * @param watchdogLoss what this process does when the watchdog dies
 */
public record SamOptions(Duration timeInterval, RecoveryPolicy recoveryPolicy, boolean cmap, String quorumProvider,
		boolean awaitQuorumProvider, @Nullable Signal warnSignal, @Nullable Duration gracePeriod,
		Duration shutdownTimeout, Duration startupTimeout, RestartLimits restartLimits, Set<Integer> cleanExitCodes,
		@Nullable Path incidentDirectory, int incidentsKept, String standby, Duration standbyDelay,
		WatchdogLoss watchdogLoss) {

	/** Exit 0, and what a JVM returns after SIGHUP, SIGINT and SIGTERM. */
	public static final Set<Integer> DEFAULT_CLEAN_EXIT_CODES = Set.of(0, 129, 130, 143);

	private static final int MOST_EXIT_CODES = 256;

	private static final Set<String> STANDBY_MODES = Set.of("none", "warm", "hot");

	/**
	 * Check the options.
	 * @param timeInterval the time interval
	 * @param recoveryPolicy the recovery policy
	 * @param cmap whether state is published in cmap
	 * @param quorumProvider the name of the quorum provider
	 * @param awaitQuorumProvider whether to wait for a quorum provider that cannot be
	 * reached yet
	 * @param warnSignal the warn signal
	 * @param gracePeriod the grace period
	 * @param shutdownTimeout the time a requested stop may take
	 * @param startupTimeout the time start-up may take
	 * @param restartLimits the restart limits
	 * @param cleanExitCodes the clean exit codes
	 * @param incidentDirectory the directory for incident reports
	 * @param incidentsKept the number of incidents kept
	 * @param standby the standby mode
	 * @param standbyDelay the time an instance must be up before its spare is started
	 * @param watchdogLoss what the application does when its watchdog is lost
	 * @throws SamException with {@link CsError#INVALID_PARAM} if a duration is negative,
	 * there are more than 256 clean exit codes, or there is no such standby mode
	 */
	public SamOptions {
		requireNotNegative("time interval", timeInterval);
		requireNotNegative("grace period", gracePeriod);
		requireNotNegative("shutdown timeout", shutdownTimeout);
		requireNotNegative("start-up timeout", startupTimeout);
		requireNotNegative("standby delay", standbyDelay);
		if (!STANDBY_MODES.contains(standby)) {
			throw new SamException(CsError.INVALID_PARAM,
					"There is no standby mode '" + standby + "': use none, warm or hot");
		}
		cleanExitCodes = Set.copyOf(cleanExitCodes);
		if (cleanExitCodes.size() > MOST_EXIT_CODES) {
			throw new SamException(CsError.INVALID_PARAM, "There are " + cleanExitCodes.size()
					+ " clean exit codes, but a process has only " + MOST_EXIT_CODES + ": name those of 0 to 255");
		}
	}

	private static void requireNotNegative(String name, @Nullable Duration value) {
		if (value != null && value.isNegative()) {
			throw new SamException(CsError.INVALID_PARAM,
					"The " + name + " must not be negative, but is " + value + ": use zero or more");
		}
	}

	/**
	 * Return the options that libsam would have.
	 * @param timeInterval the time interval
	 * @param recoveryPolicy the recovery policy
	 * @return the options
	 */
	public static SamOptions of(Duration timeInterval, RecoveryPolicy recoveryPolicy) {
		return builder(timeInterval, recoveryPolicy).build();
	}

	/**
	 * Start from the options that libsam would have.
	 * @param timeInterval the time interval
	 * @param recoveryPolicy the recovery policy
	 * @return a builder
	 */
	public static Builder builder(Duration timeInterval, RecoveryPolicy recoveryPolicy) {
		return new Builder(timeInterval, recoveryPolicy);
	}

	/**
	 * Return the time between warn signal and SIGKILL.
	 * @return {@link #gracePeriod()}, or one time interval, or ten seconds if there is
	 * none
	 */
	public Duration effectiveGracePeriod() {
		if (this.gracePeriod != null) {
			return this.gracePeriod;
		}
		return this.timeInterval.isZero() ? Duration.ofSeconds(10) : this.timeInterval;
	}

	/**
	 * Return whether there is to be a spare.
	 * @return whether the standby mode is warm or hot
	 */
	public boolean wantsSpare() {
		return !this.standby.equals("none");
	}

	/**
	 * Start from these options.
	 * @return a builder
	 */
	public Builder toBuilder() {
		return builder(this.timeInterval, this.recoveryPolicy).cmap(this.cmap)
			.quorumProvider(this.quorumProvider)
			.awaitQuorumProvider(this.awaitQuorumProvider)
			.warnSignal(this.warnSignal)
			.gracePeriod(this.gracePeriod)
			.shutdownTimeout(this.shutdownTimeout)
			.startupTimeout(this.startupTimeout)
			.restartLimits(this.restartLimits)
			.cleanExitCodes(this.cleanExitCodes)
			.incidents(this.incidentDirectory, this.incidentsKept)
			.standby(this.standby)
			.standbyDelay(this.standbyDelay)
			.watchdogLoss(this.watchdogLoss);
	}

	/**
	 * What an application does when its watchdog dies.
	 */
	public enum WatchdogLoss {

		/** Start a new watchdog and stay up. */
		REPLACE,

		/** Exit, for an outer supervisor to start both again. */
		EXIT

	}

	/**
	 * Builds {@link SamOptions}; not thread-safe.
	 */
	public static final class Builder {

		private final Duration timeInterval;

		private final RecoveryPolicy recoveryPolicy;

		private boolean cmap;

		private String quorumProvider = "corosync";

		private boolean awaitQuorumProvider;

		private @Nullable Signal warnSignal;

		private @Nullable Duration gracePeriod;

		private Duration shutdownTimeout = Duration.ofSeconds(60);

		private Duration startupTimeout = Duration.ZERO;

		private RestartLimits restartLimits = RestartLimits.NONE;

		private Set<Integer> cleanExitCodes = DEFAULT_CLEAN_EXIT_CODES;

		private @Nullable Path incidentDirectory;

		private int incidentsKept = 20;

		private String standby = "none";

		private Duration standbyDelay = Duration.ofSeconds(10);

		private WatchdogLoss watchdogLoss = WatchdogLoss.REPLACE;

		private Builder(Duration timeInterval, RecoveryPolicy recoveryPolicy) {
			this.timeInterval = timeInterval;
			this.recoveryPolicy = recoveryPolicy;
		}

		/**
		 * Publish the state to Corosync's cmap ({@code SAM_RECOVERY_POLICY_CMAP}).
		 * @param cmap whether to publish
		 * @return this
		 */
		public Builder cmap(boolean cmap) {
			this.cmap = cmap;
			return this;
		}

		/**
		 * Set who says whether the cluster is quorate.
		 * @param quorumProvider the provider, by default {@code corosync}
		 * @return this
		 */
		public Builder quorumProvider(String quorumProvider) {
			this.quorumProvider = quorumProvider;
			return this;
		}

		/**
		 * Wait for a quorum provider that cannot be reached yet.
		 * @param awaitQuorumProvider whether to wait, by default that is an error
		 * @return this
		 */
		public Builder awaitQuorumProvider(boolean awaitQuorumProvider) {
			this.awaitQuorumProvider = awaitQuorumProvider;
			return this;
		}

		/**
		 * Set the signal before SIGKILL.
		 * @param warnSignal the warn signal, {@code null} for the one in force
		 * @return this
		 */
		public Builder warnSignal(@Nullable Signal warnSignal) {
			this.warnSignal = warnSignal;
			return this;
		}

		/**
		 * Set the time between warn signal and SIGKILL.
		 * @param gracePeriod the grace period, {@code null} for one time interval
		 * @return this
		 */
		public Builder gracePeriod(@Nullable Duration gracePeriod) {
			this.gracePeriod = gracePeriod;
			return this;
		}

		/**
		 * Set how long a requested stop may take.
		 * @param shutdownTimeout the time before SIGKILL
		 * @return this
		 */
		public Builder shutdownTimeout(Duration shutdownTimeout) {
			this.shutdownTimeout = shutdownTimeout;
			return this;
		}

		/**
		 * Set how long an instance may take to come up.
		 * @param startupTimeout the time, zero for no limit
		 * @return this
		 */
		public Builder startupTimeout(Duration startupTimeout) {
			this.startupTimeout = startupTimeout;
			return this;
		}

		/**
		 * Set how often and how fast a failed application is replaced.
		 * @param restartLimits the limits
		 * @return this
		 */
		public Builder restartLimits(RestartLimits restartLimits) {
			this.restartLimits = restartLimits;
			return this;
		}

		/**
		 * Set the exit codes that mean the application wanted to end.
		 * @param cleanExitCodes the exit codes
		 * @return this
		 */
		public Builder cleanExitCodes(Set<Integer> cleanExitCodes) {
			this.cleanExitCodes = cleanExitCodes;
			return this;
		}

		/**
		 * Set where incident reports go.
		 * @param directory a directory, {@code null} for nowhere
		 * @param kept how many are kept
		 * @return this
		 */
		public Builder incidents(@Nullable Path directory, int kept) {
			this.incidentDirectory = directory;
			this.incidentsKept = kept;
			return this;
		}

		/**
		 * Set the standby mode.
		 * @param standby {@code none}, {@code warm} or {@code hot}
		 * @return this
		 */
		public Builder standby(String standby) {
			this.standby = standby;
			return this;
		}

		/**
		 * Set how long an instance is up before a spare is prepared.
		 * @param standbyDelay the time
		 * @return this
		 */
		public Builder standbyDelay(Duration standbyDelay) {
			this.standbyDelay = standbyDelay;
			return this;
		}

		/**
		 * Set what this process does when the watchdog dies.
		 * @param watchdogLoss replace it, or exit
		 * @return this
		 */
		public Builder watchdogLoss(WatchdogLoss watchdogLoss) {
			this.watchdogLoss = watchdogLoss;
			return this;
		}

		/**
		 * Return the options.
		 * @return the options
		 * @throws SamException with {@link CsError#INVALID_PARAM} if one is out of range
		 */
		public SamOptions build() {
			return new SamOptions(this.timeInterval, this.recoveryPolicy, this.cmap, this.quorumProvider,
					this.awaitQuorumProvider, this.warnSignal, this.gracePeriod, this.shutdownTimeout,
					this.startupTimeout, this.restartLimits, this.cleanExitCodes, this.incidentDirectory,
					this.incidentsKept, this.standby, this.standbyDelay, this.watchdogLoss);
		}

	}

}
