package io.github.samboot.boot;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.RestartLimits;
import io.github.samboot.core.RestartLimits.AtLimit;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamOptions.WatchdogLoss;
import io.github.samboot.core.Signal;
import io.github.samboot.core.WatchdogMode;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of SAM.
 *
 * @param enabled Whether the application is supervised.
 * @param recoveryPolicy What the watchdog does when the application fails.
 * @param cmap Whether the state is published to Corosync's cmap.
 * @param timeInterval How long the watchdog waits for a heartbeat before the application
 * counts as hung. Zero switches heartbeats and health checks off; the end of the process,
 * LivenessState.BROKEN, the start-up timeout, lost quorum and failures reported by the
 * application still count.
 * @param warnSignal Signal sent before SIGKILL; SIGKILL means no warning. Default is
 * SIGTERM, or the signal that an earlier instance chose.
 * @param gracePeriod Time between the warn signal and SIGKILL. Zero sends SIGKILL without
 * a warn signal. Defaults to the time interval, or 10s if that is zero.
 * @param shutdownTimeout How long a requested stop may take before SIGKILL.
 * @param health Health checking.
 * @param restart Restarts after a failure.
 * @param standby Whether a spare JVM waits to take over.
 * @param standbyDelay How long an instance is up before a spare is prepared.
 * @param standbyRequests Paths that a hot spare is asked for while it waits, so that the
 * first request after a promotion is fast.
 * @param quorum The cluster's quorum.
 * @param watchdog The watchdog process.
 * @param incidents Reports on recoveries.
 * @param connections Connections to the main web server.
 * @param fastStart Faster starts of later instances.
 */
@ConfigurationProperties("sam")
public record SamProperties(@DefaultValue("true") boolean enabled,
		@DefaultValue("restart") RecoveryPolicy recoveryPolicy, @DefaultValue("false") boolean cmap,
		@DefaultValue("10s") Duration timeInterval, @Nullable Signal warnSignal, @Nullable Duration gracePeriod,
		@DefaultValue("60s") Duration shutdownTimeout, @DefaultValue Health health, @DefaultValue Restart restart,
		@DefaultValue("none") Standby standby, @DefaultValue("10s") Duration standbyDelay,
		@DefaultValue List<String> standbyRequests, @DefaultValue Quorum quorum, @DefaultValue Watchdog watchdog,
		@DefaultValue Incidents incidents, @DefaultValue Connections connections, @DefaultValue FastStart fastStart) {

	/**
	 * Return what the watchdog has to know of these properties.
	 * @return the options
	 */
	public SamOptions toOptions() {
		return SamOptions.builder(this.timeInterval, this.recoveryPolicy)
			.cmap(this.cmap)
			.quorumProvider(this.quorum.provider())
			.awaitDaemon(this.quorum.awaitDaemon())
			.warnSignal(this.warnSignal)
			.gracePeriod(this.gracePeriod)
			.shutdownTimeout(this.shutdownTimeout)
			.startupTimeout(this.restart.startupTimeout())
			.endDescendants(this.restart.endDescendants())
			.restartLimits(new RestartLimits(this.restart.maxRestarts(), this.restart.within(), this.restart.delay(),
					this.restart.maxDelay(), this.restart.atLimit()))
			.cleanExitCodes(this.restart.cleanExitCodes())
			.incidents(this.incidents.path(), this.incidents.keep())
			.incidentLogLines(this.incidents.logLines())
			.standby(this.standby.name().toLowerCase(Locale.ROOT))
			.standbyDelay(this.standbyDelay)
			.connections(this.connections.hold(), this.connections.longestHold())
			.fastStart(this.fastStart.enabled() ? this.fastStart.path() : null)
			.onLoss(this.watchdog.onLoss())
			.build();
	}

	/**
	 * Return whether the web server starts before the cluster is quorate, with only the
	 * actuator behind it.
	 * @return whether there is a gate for traffic
	 */
	public boolean isTrafficGated() {
		return this.recoveryPolicy.needsQuorum() && this.quorum.gate() == Gate.TRAFFIC;
	}

	/**
	 * Return how long one health indicator may take.
	 * @return the configured timeout, or the time interval
	 */
	public Duration healthTimeout() {
		Duration timeout = this.health.timeout();
		return (timeout != null) ? timeout : this.timeInterval;
	}

	/**
	 * Health checking.
	 *
	 * @param mode Who decides on heartbeats: the health group, or the application through
	 * the injected Sam bean.
	 * @param group Health group whose members decide whether the application is healthy.
	 * @param failureThreshold How many consecutive failed checks of one health indicator
	 * make the application unhealthy. There is one round per time interval.
	 * @param timeout How long one member may take before it counts as stuck. Default is
	 * the time interval.
	 * @param deadlockDetection Whether deadlocked platform threads make the application
	 * unhealthy.
	 * @param progress Whether the executors of the application get their work done.
	 */
	public record Health(@DefaultValue("health") HealthMode mode, @DefaultValue("liveness") String group,
			@DefaultValue("3") int failureThreshold, @Nullable Duration timeout,
			@DefaultValue("true") boolean deadlockDetection, @DefaultValue Progress progress) {

	}

	/**
	 * Whether the executors of the application get their work done.
	 *
	 * @param enabled Whether the application is unhealthy while one of its executors
	 * finishes nothing although work waits.
	 * @param timeout How long an executor may finish nothing while work waits.
	 */
	public record Progress(@DefaultValue("false") boolean enabled, @DefaultValue("60s") Duration timeout) {

	}

	/**
	 * Restarts after a failure.
	 *
	 * @param maxRestarts How many restarts are allowed within the window of
	 * 'sam.restart.within', -1 for no limit.
	 * @param within Window in which restarts are counted.
	 * @param delay Wait before the second restart in a row; the first is immediate. It
	 * doubles from there.
	 * @param maxDelay Longest wait between two restarts.
	 * @param cleanExitCodes Exit codes with which the application says that it wanted to
	 * end. Any other is a failure.
	 * @param startupTimeout How long an instance may take to come up, 0 for no limit. The
	 * application can extend it while it makes progress.
	 * @param atLimit What happens at one restart more than is allowed: the watchdog quits
	 * with a non-zero exit code, or keeps trying no more often than allowed.
	 * @param endDescendants Whether the processes that a failed instance has started are
	 * ended before the next instance is started.
	 */
	public record Restart(@DefaultValue("5") int maxRestarts, @DefaultValue("10m") Duration within,
			@DefaultValue("1s") Duration delay, @DefaultValue("1m") Duration maxDelay, @DefaultValue( {
					"0", "129", "130", "143" }) Set<Integer> cleanExitCodes,
			@DefaultValue("5m") Duration startupTimeout, @DefaultValue("quit") AtLimit atLimit,
			@DefaultValue("false") boolean endDescendants){

	}

	/**
	 * The cluster's quorum.
	 *
	 * @param provider Who says whether the cluster is quorate.
	 * @param awaitDaemon Whether a quorum provider, or cmap, that cannot be reached at
	 * start is waited for. Default is to fail.
	 * @param gate What waits until the cluster is quorate: the whole application context,
	 * or only its traffic.
	 */
	public record Quorum(@DefaultValue("corosync") String provider, @DefaultValue("false") boolean awaitDaemon,
			@DefaultValue("context") Gate gate) {

	}

	/**
	 * The watchdog process.
	 *
	 * @param mode Who starts whom.
	 * @param onLoss What the application does when its watchdog dies.
	 * @param javaOptions Further options of the watchdog's JVM.
	 * @param runDirectory Existing directory in which the private run directory is made.
	 * Default is the first usable one of /dev/shm, $XDG_RUNTIME_DIR and java.io.tmpdir.
	 */
	public record Watchdog(@DefaultValue("auto") WatchdogMode mode, @DefaultValue("replace") WatchdogLoss onLoss,
			@DefaultValue List<String> javaOptions, @Nullable String runDirectory) {

		/**
		 * Return where the run directory is made.
		 * @return the directory, {@code null} to choose one
		 */
		public @Nullable Path runPath() {
			return toPath(this.runDirectory);
		}

	}

	/**
	 * Connections to the main web server.
	 *
	 * @param hold Whether the watchdog keeps the listening socket of the main web server,
	 * so that connections wait for the next instance instead of being refused.
	 * @param longestHold How long connections wait while no instance serves. Then they
	 * are refused until the next instance listens.
	 */
	public record Connections(@DefaultValue("false") boolean hold, @DefaultValue("10s") Duration longestHold) {

	}

	/**
	 * Reports on recoveries.
	 *
	 * @param directory Directory that gets one JSON and one text file per incident.
	 * Default is the run directory, which ends with the watchdog.
	 * @param keep How many incidents are kept.
	 * @param logLines How many of the last log lines of an instance are in its report.
	 * They are noted with Logback and Log4j 2.
	 */
	public record Incidents(@Nullable String directory, @DefaultValue("20") int keep,
			@DefaultValue("50") int logLines) {

		/**
		 * Return where reports are written.
		 * @return the directory, {@code null} for the run directory
		 */
		public @Nullable Path path() {
			return toPath(this.directory);
		}

	}

	/**
	 * Faster starts of later instances.
	 *
	 * @param enabled Whether later starts are prepared while the application runs: its
	 * jar unpacked, with an archive of its classes.
	 * @param delay How long an instance is up before that is prepared, once it is quiet.
	 * @param directory Directory in which it is kept. Default is sam-boot in
	 * $XDG_CACHE_HOME, or in ~/.cache.
	 */
	public record FastStart(@DefaultValue("false") boolean enabled, @DefaultValue("1m") Duration delay,
			@Nullable String directory) {

		/**
		 * Return where prepared starts are kept.
		 * @return the directory
		 */
		public Path path() {
			return SamOptions.fastStartDirectory(this.directory);
		}

	}

	// a String in the configuration: the conversion to Path looks on the class path first
	private static @Nullable Path toPath(@Nullable String directory) {
		return (directory != null && !directory.isBlank()) ? Path.of(directory.strip()).toAbsolutePath() : null;
	}

	/**
	 * Who decides on heartbeats.
	 */
	public enum HealthMode {

		/** The members of the health group. */
		HEALTH,

		/** The application, by {@link io.github.samboot.core.Sam#hcSend()}. */
		APPLICATION

	}

	/**
	 * What waits until the cluster is quorate.
	 */
	public enum Gate {

		/** All of the application from the first {@code SmartLifecycle} on. */
		CONTEXT,

		/**
		 * Requests to anything but the actuator, which get 503, and what starts after the
		 * web server.
		 */
		TRAFFIC

	}

	/**
	 * Whether a spare JVM waits to take over.
	 */
	public enum Standby {

		/** No spare. */
		NONE,

		/** A spare JVM that has not begun to start the application. */
		WARM,

		/** A spare application, started up to the point before it does any work. */
		HOT

	}

}
