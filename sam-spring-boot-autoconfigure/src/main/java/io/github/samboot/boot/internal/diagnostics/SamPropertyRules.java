package io.github.samboot.boot.internal.diagnostics;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.SamProperties.Standby;
import io.github.samboot.boot.internal.diagnostics.SamConfigurationException.Problem;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.env.Environment;

/**
 * The values that make sense, property by property.
 *
 * @param environment where the properties come from
 * @param problems takes all that is wrong
 */
record SamPropertyRules(Environment environment, List<Problem> problems) {

	/** Below it, ordinary scheduling delay and garbage collection look like a hang. */
	static final Duration SHORTEST_INTERVAL = Duration.ofMillis(100);

	/** What Corosync's watchdog service takes for an interval; others it ignores. */
	private static final Duration SHORTEST_FOR_COROSYNC = Duration.ofMillis(500);

	private static final Duration LONGEST_FOR_COROSYNC = Duration.ofSeconds(120);

	/** A socket path ends at 107 bytes; 28 of them are the run directory's own. */
	private static final int LONGEST_RUN_DIRECTORY = 79;

	/**
	 * Check all properties.
	 * @param environment where they come from
	 * @param properties the properties
	 * @return all that is wrong
	 */
	static List<Problem> check(Environment environment, SamProperties properties) {
		SamPropertyRules rules = new SamPropertyRules(environment, new ArrayList<>());
		rules.checkTimes(properties);
		rules.checkHealth(properties.health());
		rules.checkRestart(properties.restart());
		rules.checkCluster(properties);
		rules.checkPaths(properties);
		return rules.problems;
	}

	/**
	 * Check whether the directories can be used on this machine.
	 * @param environment where they come from
	 * @param properties the properties, which are otherwise right
	 * @return all that is wrong
	 */
	static List<Problem> checkDirectories(Environment environment, SamProperties properties) {
		SamPropertyRules rules = new SamPropertyRules(environment, new ArrayList<>());
		String problem = unwritable(properties.incidents().path(), true);
		rules.require(problem == null, "incidents.directory", String.valueOf(problem),
				"Write a directory that this user may write to.");
		problem = unwritable(properties.watchdog().runPath(), false);
		rules.requireRunDirectory(problem == null, String.valueOf(problem));
		return rules.problems;
	}

	private void checkTimes(SamProperties properties) {
		Duration interval = properties.timeInterval();
		notNegative("time-interval", interval, "Write a time such as 10s, or 0 for no time limit.");
		require(interval.isNegative() || interval.isZero() || interval.compareTo(SHORTEST_INTERVAL) >= 0,
				"time-interval",
				"an interval below 100ms kills healthy applications: a garbage collection or a busy machine "
						+ "delays heartbeats by more than that",
				"Write 100ms or more (10s suits most applications), or 0 for no time limit.");
		notNegative("grace-period", properties.gracePeriod(),
				"Write a time such as 5s, 0 for SIGKILL at once without a warn signal, or nothing for one time interval.");
		positive("shutdown-timeout", properties.shutdownTimeout(),
				"Write how long a requested stop may take, such as 60s.");
		notNegative("standby-delay", properties.standbyDelay(), "Write a time such as 10s, or 0 for a spare at once.");
		require(properties.standbyRequests().stream().allMatch((path) -> path.matches("/[!-~]*")), "standby-requests",
				"a request is for an absolute path, without a scheme, a host or blanks",
				"Write paths such as /orders,/actuator/health.");
	}

	private void checkHealth(SamProperties.Health health) {
		require(!health.group().isBlank(), "health.group", "the name of a health group cannot be blank",
				"Write the name of a health group, or remove the property for 'liveness'.");
		require(health.failureThreshold() >= 1, "health.failure-threshold",
				"at least one failed check is needed to find an application unhealthy",
				"Write 1 or more (3 is the default).");
		positive("health.timeout", health.timeout(),
				"Write how long one health indicator may take, or nothing for one time interval.");
		positive("health.progress.timeout", health.progress().timeout(),
				"Write how long an executor may finish nothing while work waits, such as 60s.");
	}

	private void checkRestart(SamProperties.Restart restart) {
		Duration delay = restart.delay();
		Duration maxDelay = restart.maxDelay();
		require(restart.maxRestarts() >= -1, "restart.max-restarts", "it must be 0 or more, or -1 for no limit",
				"Write a number such as 5, which is the default.");
		positive("restart.within", restart.within(), "Write the window in which restarts are counted, such as 10m.");
		notNegative("restart.delay", delay, "Write a time such as 1s, or 0 for no delay.");
		notNegative("restart.max-delay", maxDelay, "Write a time such as 1m, or 0 for no delay.");
		notNegative("restart.startup-timeout", restart.startupTimeout(), "Write a time such as 5m, or 0 for no limit.");
		require(maxDelay.isNegative() || maxDelay.compareTo(delay) >= 0, "restart.max-delay",
				"the longest delay is shorter than the first one, sam.restart.delay=" + text(delay),
				"Write " + text(delay) + " or more.");
		for (int code : restart.cleanExitCodes()) {
			require(code >= 0 && code <= 255, "restart.clean-exit-codes", code + " is no exit code",
					"Write numbers from 0 to 255 (0, 129, 130, 143 is the default; 128+n is an exit by signal n).");
		}
	}

	private void checkCluster(SamProperties properties) {
		require(!properties.quorum().provider().isBlank(), "quorum.provider",
				"the name of a quorum provider cannot be blank", "Write corosync, or remove the property.");
		require(properties.standby() == Standby.NONE || properties.recoveryPolicy().restarts(), "standby",
				"a spare needs a policy that restarts, but sam.recovery-policy is " + properties.recoveryPolicy().id(),
				"Write none, or set sam.recovery-policy to restart or quorum-restart.");
		Duration interval = properties.timeInterval();
		boolean canBeJudged = interval.compareTo(SHORTEST_FOR_COROSYNC) >= 0
				&& interval.compareTo(LONGEST_FOR_COROSYNC) <= 0;
		require(!properties.cmap() || properties.recoveryPolicy().restarts() || canBeJudged, "time-interval",
				"under a quit policy with sam.cmap=true Corosync's watchdog service watches the application, and "
						+ "can do so with an interval of 500ms to 120s only",
				"Write a time from 500ms to 120s, or sam.cmap=false.");
	}

	private void checkPaths(SamProperties properties) {
		positive("connections.longest-hold", properties.connections().longestHold(),
				"Write how long connections may wait for the next instance, such as 10s, which is the default.");
		require(properties.incidents().keep() >= 1 && properties.incidents().keep() <= 100, "incidents.keep",
				"it must be from 1 to 100", "Write a number such as 20, which is the default.");
		require(properties.incidents().logLines() >= 0 && properties.incidents().logLines() <= 1000,
				"incidents.log-lines", "it must be from 0 to 1000", "Write a number such as 50, which is the default.");
		notNegative("fast-start.delay", properties.fastStart().delay(),
				"Write how long an instance is up before later starts are prepared, such as 1m, which is the default.");
		path("fast-start.directory", properties.fastStart()::path);
		path("incidents.directory", properties.incidents()::path);
		Path run = path("watchdog.run-directory", properties.watchdog()::runPath);
		int length = (run != null) ? run.toString().getBytes(StandardCharsets.UTF_8).length : 0;
		requireRunDirectory(length <= LONGEST_RUN_DIRECTORY,
				"a path of " + length + " bytes is too long for the socket in it");
	}

	private void requireRunDirectory(boolean isRight, String problem) {
		require(isRight, "watchdog.run-directory", problem,
				"Write an existing directory with a path of at most " + LONGEST_RUN_DIRECTORY
						+ " bytes that this user may write to, best on a tmpfs; or remove the property.");
	}

	private @Nullable Path path(String property, Supplier<@Nullable Path> path) {
		try {
			return path.get();
		}
		catch (InvalidPathException ex) {
			require(false, property, "it is no path: " + ex.getReason(), "Write the path of a directory.");
			return null;
		}
	}

	/**
	 * Return what keeps a directory from being written to.
	 */
	private static @Nullable String unwritable(@Nullable Path directory, boolean mayBeCreated) {
		if (directory == null) {
			return null;
		}
		Path existing = directory;
		while (!Files.exists(existing)) {
			if (!mayBeCreated) {
				return "the directory " + directory + " does not exist";
			}
			existing = existing.getParent();
		}
		if (!Files.isDirectory(existing)) {
			return existing + " is not a directory";
		}
		return Files.isWritable(existing) ? null : "the directory " + existing + " is not writable";
	}

	private void notNegative(String property, @Nullable Duration value, String remedy) {
		require(value == null || !value.isNegative(), property, "a time cannot be negative", remedy);
	}

	private void positive(String property, @Nullable Duration value, String remedy) {
		require(value == null || !(value.isNegative() || value.isZero()), property, "a time above zero is needed",
				remedy);
	}

	private void require(boolean isRight, String property, String reason, String remedy) {
		if (!isRight) {
			this.problems.add(Problem.in(this.environment, "sam." + property, reason, remedy));
		}
	}

	static String text(Duration duration) {
		return DurationStyle.SIMPLE.print(duration, ChronoUnit.MILLIS);
	}

}
