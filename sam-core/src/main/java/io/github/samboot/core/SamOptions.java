package io.github.samboot.core;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What {@link Sam#initialize(SamOptions)} tells the watchdog. The first two are those of
 * {@code sam_initialize(3)}, the others default to what libsam does. Create them with
 * {@link #of} or {@link #builder}, which check each value.
 *
 * @param timeInterval how long the watchdog waits for a heartbeat; zero for no limit,
 * then the end of the process, lost quorum and what the application reports itself still
 * count
 * @param recoveryPolicy what happens when that time is over
 * @param ending how a process is ended
 * @param restart how instances are started, and when again
 * @param standby the spare
 * @param cluster what is to be had of Corosync
 * @param incidents the reports of incidents
 * @param connections the socket on which the application listens
 * @param fastStart where later instances find what was prepared for a faster start,
 * {@code null} if they start as the first one did
 * @param onLoss what this process does when the watchdog dies
 * @param logFormat the format of the watchdog's log: {@code plain}, {@code ecs},
 * {@code gelf} or {@code logstash}
 * @param others options of another release, by name: passed on as they are
 */
public record SamOptions(Duration timeInterval, RecoveryPolicy recoveryPolicy, Ending ending, Restart restart,
		Standby standby, Cluster cluster, Incidents incidents, Connections connections, @Nullable Path fastStart,
		WatchdogLoss onLoss, String logFormat, Map<String, String> others) {

	/** Exit 0, and what a JVM returns after SIGHUP, SIGINT and SIGTERM. */
	public static final Set<Integer> DEFAULT_CLEAN_EXIT_CODES = Set.of(0, 129, 130, 143);

	private static final String TIME_INTERVAL = "time-interval";

	private static final String RECOVERY_POLICY = "recovery-policy";

	private static final SamOptions DEFAULTS = new SamOptions(Duration.ZERO, RecoveryPolicy.QUIT,
			new Ending(null, null, Duration.ofSeconds(60)),
			new Restart(RestartLimits.NONE, DEFAULT_CLEAN_EXIT_CODES, Duration.ZERO, false),
			new Standby("none", Duration.ofSeconds(10)), new Cluster(false, "corosync", false),
			new Incidents(null, 20, 50), new Connections(false, Duration.ofSeconds(10)), null, WatchdogLoss.REPLACE,
			"plain", Map.of());

	/** Every option is named here or in a record below, once for reading and writing. */
	private SamOptions through(OptionValues values) {
		return new SamOptions(values.duration(TIME_INTERVAL, this.timeInterval),
				values.constant(RECOVERY_POLICY, this.recoveryPolicy, RecoveryPolicy.values()),
				this.ending.through(values), this.restart.through(values), this.standby.through(values),
				this.cluster.through(values), this.incidents.through(values), this.connections.through(values),
				values.pathOrNull("fast-start.directory", this.fastStart),
				values.constant("watchdog.on-loss", this.onLoss, WatchdogLoss.values()),
				values.constant("log-format", this.logFormat, "plain", "ecs", "gelf", "logstash"), values.unknown());
	}

	/**
	 * How a process is ended.
	 *
	 * @param warnSignal the signal before SIGKILL, {@code null} for the one in force
	 * (SIGTERM, or what an earlier instance set)
	 * @param gracePeriod the time between warn signal and SIGKILL, zero for no warn
	 * signal, {@code null} for one time interval (10 s if that is zero)
	 * @param shutdownTimeout how long a requested stop may take before SIGKILL
	 */
	public record Ending(@Nullable Signal warnSignal, @Nullable Duration gracePeriod, Duration shutdownTimeout) {

		private Ending through(OptionValues values) {
			return new Ending(values.constant("warn-signal", this.warnSignal, Signal.values()),
					values.durationOrNull("grace-period", this.gracePeriod),
					values.duration("shutdown-timeout", this.shutdownTimeout));
		}

	}

	/**
	 * How instances are started, and when again.
	 *
	 * @param limits how often and how fast a failed application is replaced
	 * @param cleanExitCodes exit codes that mean the application wanted to end
	 * @param startupTimeout how long an instance may take to come up, zero for no limit
	 * @param endDescendants whether the processes that a failed instance has started are
	 * ended before the next one
	 */
	public record Restart(RestartLimits limits, Set<Integer> cleanExitCodes, Duration startupTimeout,
			boolean endDescendants) {

		private Restart through(OptionValues values) {
			return new Restart(this.limits.through(values),
					values.codes("restart.clean-exit-codes", this.cleanExitCodes),
					values.duration("restart.startup-timeout", this.startupTimeout),
					values.flag("restart.end-descendants", this.endDescendants));
		}

	}

	/**
	 * The spare.
	 *
	 * @param mode {@code none}, {@code warm} or {@code hot}
	 * @param delay how long an instance is up before a spare is prepared
	 */
	public record Standby(String mode, Duration delay) {

		private Standby through(OptionValues values) {
			return new Standby(values.constant("standby", this.mode, "none", "warm", "hot"),
					values.duration("standby-delay", this.delay));
		}

	}

	/**
	 * What is to be had of Corosync.
	 *
	 * @param cmap whether the state is published to Corosync's cmap
	 * @param quorumProvider who says whether the cluster is quorate
	 * @param awaitDaemon whether a quorum provider that cannot be reached is waited for,
	 * instead of being an error
	 */
	public record Cluster(boolean cmap, String quorumProvider, boolean awaitDaemon) {

		private Cluster through(OptionValues values) {
			return new Cluster(values.flag("cmap", this.cmap), values.text("quorum.provider", this.quorumProvider),
					values.flag("quorum.await-daemon", this.awaitDaemon));
		}

	}

	/**
	 * The reports of incidents.
	 *
	 * @param directory where they are written, {@code null} for the run directory
	 * @param keep how many incidents are kept
	 * @param logLines how many of the last log lines of an instance are in its report
	 */
	public record Incidents(@Nullable Path directory, int keep, int logLines) {

		private Incidents through(OptionValues values) {
			return new Incidents(values.pathOrNull("incidents.directory", this.directory),
					values.number("incidents.keep", this.keep), values.number("incidents.log-lines", this.logLines));
		}

	}

	/**
	 * The socket on which the application listens.
	 *
	 * @param hold whether the watchdog keeps it while there is no instance
	 * @param longestHold how long connections wait for the next instance
	 */
	public record Connections(boolean hold, Duration longestHold) {

		private Connections through(OptionValues values) {
			return new Connections(values.flag("connections.hold", this.hold),
					values.duration("connections.longest-hold", this.longestHold));
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
	 * Return where what is prepared for faster starts is kept.
	 * @param configured what the user has configured, if anything
	 * @return the directory, by default {@code sam-boot} in the user's cache
	 */
	public static Path fastStartDirectory(@Nullable String configured) {
		if (configured != null && !configured.isBlank()) {
			return Path.of(configured.strip()).toAbsolutePath().normalize();
		}
		String cache = System.getenv("XDG_CACHE_HOME");
		// the specification has relative ones ignored
		Path parent = (cache != null && cache.startsWith("/")) ? Path.of(cache)
				: Path.of(System.getProperty("user.home"), ".cache");
		return parent.resolve("sam-boot").toAbsolutePath().normalize();
	}

	/**
	 * Return options from their texts, see {@link #values()}.
	 * @param values the texts by name; what is missing has its default, and what is
	 * unknown is kept
	 * @return the options
	 * @throws SamException with {@link CsError#INVALID_PARAM} if a text has no such
	 * meaning, or time interval or recovery policy are missing
	 */
	public static SamOptions of(Map<String, String> values) {
		OptionValues given = new OptionValues(values);
		try {
			if (!values.keySet().containsAll(List.of(TIME_INTERVAL, RECOVERY_POLICY))) {
				throw new SamException(CsError.INVALID_PARAM,
						"The options " + TIME_INTERVAL + " and " + RECOVERY_POLICY + " are needed");
			}
			return DEFAULTS.through(given);
		}
		catch (IllegalArgumentException ex) {
			throw given.refusal(ex);
		}
	}

	/**
	 * Return all options as texts: this is how they are sent and saved. The names are
	 * those of the properties, without {@code sam.}; durations are nanoseconds.
	 * @return the texts by name
	 */
	public Map<String, String> values() {
		OptionValues values = new OptionValues(Map.of());
		through(values);
		values.noted().putAll(this.others);
		return values.noted();
	}

	/**
	 * Start from the options that libsam would have.
	 * @param timeInterval the time interval
	 * @param recoveryPolicy the recovery policy
	 * @return a builder
	 */
	public static Builder builder(Duration timeInterval, RecoveryPolicy recoveryPolicy) {
		return new Builder(Map.of()).set(TIME_INTERVAL, timeInterval).set(RECOVERY_POLICY, recoveryPolicy);
	}

	/**
	 * Start from these options.
	 * @return a builder
	 */
	public Builder toBuilder() {
		return new Builder(values());
	}

	/**
	 * Return the time between warn signal and SIGKILL.
	 * @return {@link Ending#gracePeriod()}, or one time interval, or ten seconds if there
	 * is none
	 */
	public Duration effectiveGracePeriod() {
		if (this.ending.gracePeriod() != null) {
			return this.ending.gracePeriod();
		}
		return this.timeInterval.isZero() ? Duration.ofSeconds(10) : this.timeInterval;
	}

	/**
	 * Return whether there is to be a spare.
	 * @return whether the standby mode is warm or hot
	 */
	public boolean wantsSpare() {
		return !this.standby.mode().equals("none");
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

		private final Map<String, String> values;

		private Builder(Map<String, String> values) {
			this.values = new LinkedHashMap<>(values);
		}

		private Builder set(String name, @Nullable Object value) {
			if (value != null) {
				this.values.put(name, OptionValues.text(value));
			}
			else {
				this.values.remove(name);
			}
			return this;
		}

		/**
		 * Publish the state to Corosync's cmap ({@code SAM_RECOVERY_POLICY_CMAP}).
		 * @param cmap whether to publish
		 * @return this
		 */
		public Builder cmap(boolean cmap) {
			return set("cmap", cmap);
		}

		/**
		 * Set who says whether the cluster is quorate.
		 * @param quorumProvider the provider, by default {@code corosync}
		 * @return this
		 */
		public Builder quorumProvider(String quorumProvider) {
			return set("quorum.provider", quorumProvider);
		}

		/**
		 * Wait for a quorum provider that cannot be reached yet.
		 * @param awaitDaemon whether to wait, by default that is an error
		 * @return this
		 */
		public Builder awaitDaemon(boolean awaitDaemon) {
			return set("quorum.await-daemon", awaitDaemon);
		}

		/**
		 * Set the signal before SIGKILL.
		 * @param warnSignal the warn signal, {@code null} for the one in force
		 * @return this
		 */
		public Builder warnSignal(@Nullable Signal warnSignal) {
			return set("warn-signal", warnSignal);
		}

		/**
		 * Set the time between warn signal and SIGKILL.
		 * @param gracePeriod the grace period, {@code null} for one time interval
		 * @return this
		 */
		public Builder gracePeriod(@Nullable Duration gracePeriod) {
			return set("grace-period", gracePeriod);
		}

		/**
		 * Set how long a requested stop may take.
		 * @param shutdownTimeout the time before SIGKILL
		 * @return this
		 */
		public Builder shutdownTimeout(Duration shutdownTimeout) {
			return set("shutdown-timeout", shutdownTimeout);
		}

		/**
		 * Set how long an instance may take to come up.
		 * @param startupTimeout the time, zero for no limit
		 * @return this
		 */
		public Builder startupTimeout(Duration startupTimeout) {
			return set("restart.startup-timeout", startupTimeout);
		}

		/**
		 * Set whether the processes that a failed instance has started are ended before
		 * the next one.
		 * @param endDescendants whether they are ended
		 * @return this
		 */
		public Builder endDescendants(boolean endDescendants) {
			return set("restart.end-descendants", endDescendants);
		}

		/**
		 * Set how often and how fast a failed application is replaced.
		 * @param restartLimits the limits
		 * @return this
		 */
		public Builder restartLimits(RestartLimits restartLimits) {
			OptionValues limits = new OptionValues(Map.of());
			restartLimits.through(limits);
			this.values.putAll(limits.noted());
			return this;
		}

		/**
		 * Set the exit codes that mean the application wanted to end.
		 * @param cleanExitCodes the exit codes
		 * @return this
		 */
		public Builder cleanExitCodes(Set<Integer> cleanExitCodes) {
			return set("restart.clean-exit-codes", cleanExitCodes);
		}

		/**
		 * Set where incident reports go.
		 * @param directory a directory, {@code null} for the run directory, which is
		 * removed with the watchdog
		 * @param keep how many are kept
		 * @return this
		 */
		public Builder incidents(@Nullable Path directory, int keep) {
			return set("incidents.directory", directory).set("incidents.keep", keep);
		}

		/**
		 * Set how many of the last log lines of an instance are in its report.
		 * @param lines how many
		 * @return this
		 */
		public Builder incidentLogLines(int lines) {
			return set("incidents.log-lines", lines);
		}

		/**
		 * Set the standby mode.
		 * @param standby {@code none}, {@code warm} or {@code hot}
		 * @return this
		 */
		public Builder standby(String standby) {
			return set("standby", standby);
		}

		/**
		 * Set how long an instance is up before a spare is prepared.
		 * @param standbyDelay the time
		 * @return this
		 */
		public Builder standbyDelay(Duration standbyDelay) {
			return set("standby-delay", standbyDelay);
		}

		/**
		 * Set whether the watchdog keeps the socket on which the application listens.
		 * @param hold whether it does
		 * @param longestHold how long connections wait for the next instance
		 * @return this
		 */
		public Builder connections(boolean hold, Duration longestHold) {
			return set("connections.hold", hold).set("connections.longest-hold", longestHold);
		}

		/**
		 * Set where later instances find what was prepared for a faster start.
		 * @param directory a directory, {@code null} to start them as the first one
		 * @return this
		 */
		public Builder fastStart(@Nullable Path directory) {
			return set("fast-start.directory", directory);
		}

		/**
		 * Set what this process does when the watchdog dies.
		 * @param onLoss replace it, or exit
		 * @return this
		 */
		public Builder onLoss(WatchdogLoss onLoss) {
			return set("watchdog.on-loss", onLoss);
		}

		/**
		 * Set the format of the watchdog's log.
		 * @param logFormat {@code plain}, {@code ecs}, {@code gelf} or {@code logstash}
		 * @return this
		 */
		public Builder logFormat(String logFormat) {
			return set("log-format", logFormat);
		}

		/**
		 * Return the options.
		 * @return the options
		 * @throws SamException with {@link CsError#INVALID_PARAM} if one is out of range
		 */
		public SamOptions build() {
			return SamOptions.of(this.values);
		}

	}

}
