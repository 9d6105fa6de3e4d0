package io.github.samboot.boot.internal.health;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.SamProperties.HealthMode;
import io.github.samboot.boot.internal.diagnostics.SamConfigurationException;
import io.github.samboot.boot.internal.diagnostics.SamConfigurationException.Problem;
import io.github.samboot.boot.internal.health.HealthRounds.Limits;
import io.github.samboot.boot.internal.lifecycle.Supervision;
import io.github.samboot.boot.internal.lifecycle.SupervisionParticipant;
import io.github.samboot.core.SamState;
import io.github.samboot.core.internal.client.HeartbeatThread;
import io.github.samboot.core.internal.process.Nanos;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.core.env.Environment;

/**
 * Event-driven health checking: heartbeats from the start on, and from the end of
 * start-up only as long as the health group says so.
 */
public final class HealthSupervision implements SupervisionParticipant, SmartInitializingSingleton, DisposableBean {

	private static final Log logger = LogFactory.getLog(HealthSupervision.class);

	private static final long LONGEST_WRITE = TimeUnit.SECONDS.toNanos(30);

	private final Supervision supervision;

	private final SamProperties properties;

	private final HealthMembers members;

	private final Environment environment;

	private final Duration validity;

	private final HealthObservers observers = new HealthObservers();

	private final HealthSetup setup;

	private final HeartbeatThread heartbeat;

	private final OutputWatch output;

	private final DeadlockDetector deadlocks = new DeadlockDetector();

	/** The thread that starts the application, while it does. */
	private volatile @Nullable Thread starter;

	private @Nullable String lastDeadlock;

	private volatile boolean isUp;

	private volatile @Nullable HealthRun run;

	/**
	 * Create the health checking; it does nothing before {@link #started()}.
	 * @param supervision how this process is supervised
	 * @param properties the properties
	 * @param members who is asked
	 * @param availability tells when the application is live, which its indicator may
	 * learn a moment later than this object
	 * @param environment where a wrong group name came from
	 */
	public HealthSupervision(Supervision supervision, SamProperties properties, HealthMembers members,
			ObjectProvider<ApplicationAvailability> availability, Environment environment) {
		this.supervision = supervision;
		this.properties = properties;
		this.members = members;
		this.environment = environment;
		Duration interval = properties.timeInterval();
		this.validity = interval.plus(properties.healthTimeout());
		this.setup = new HealthSetup(Limits.of(properties), members, () -> isLive(availability),
				supervision.sam()::unhealthy, this.observers, CheckThreads::create);
		this.heartbeat = new HeartbeatThread(Nanos.of(interval), this::mayBeat, supervision.sam()::hcSend,
				supervision.sam()::heartbeatPageLost, this.observers::heartbeat);
		this.output = new OutputWatch(LONGEST_WRITE, supervision.sam()::notice);
		this.observers.add(new Explanation());
		this.observers.add(this.output);
	}

	private static boolean isLive(ObjectProvider<ApplicationAvailability> availability) {
		ApplicationAvailability available = availability.getIfAvailable();
		return available == null || available.getLivenessState() == LivenessState.CORRECT;
	}

	/**
	 * Return the heartbeat.
	 * @return the heartbeat
	 */
	public HeartbeatThread heartbeat() {
		return this.heartbeat;
	}

	/**
	 * Return the name of the health group.
	 * @return the name
	 */
	public String group() {
		return this.properties.health().group();
	}

	/**
	 * Return whether the health group decides on heartbeats.
	 * @return {@code false} if the application does so itself, or none are sent
	 */
	public boolean isInCharge() {
		return this.properties.health().mode() == HealthMode.HEALTH && !this.properties.timeInterval().isZero();
	}

	/**
	 * Return what the health group last said.
	 * @return the verdict, {@code null} while it is not asked
	 */
	public @Nullable HealthVerdict verdict() {
		HealthRun run = this.run;
		return (run != null) ? run.verdict() : null;
	}

	/**
	 * Return what is wrong with the output of this process.
	 * @return one sentence, {@code null} if nothing is known to be wrong
	 */
	public @Nullable String outputProblem() {
		return this.output.problem();
	}

	/**
	 * Add an observer of heartbeats and health checks.
	 * @param observer is told from now on
	 */
	public void addObserver(HealthObserver observer) {
		this.observers.add(observer);
	}

	@Override
	public void afterSingletonsInstantiated() {
		checkGroup();
	}

	private void checkGroup() {
		Set<String> groups = isInCharge() ? this.members.groupsInstead() : null;
		// the default group is made up for
		if (groups != null && !HealthGroups.LIVENESS.equals(group())) {
			throw new SamConfigurationException(List.of(Problem.in(this.environment, "sam.health.group",
					"there is no health group '" + group() + "'; "
							+ (groups.isEmpty() ? "there are no groups" : "there are " + String.join(", ", groups)),
					"Write one of these or liveness, or define the group with management.endpoint.health.group."
							+ group() + ".include.")));
		}
	}

	@Override
	public boolean sendsHeartbeats() {
		return true;
	}

	@Override
	public void started() {
		if (this.properties.health().mode() == HealthMode.APPLICATION) {
			logger.info("The application itself sends the heartbeats (sam.health.mode=application)");
		}
		else if (!isInCharge()) {
			logger
				.info("No heartbeats and no health checks (sam.time-interval=0). SAM acts only on the end of this process, "
						+ "LivenessState.BROKEN, the start-up timeout, lost quorum, and failures reported through Sam");
		}
		else {
			checkGroup();
			if (this.properties.health().deadlockDetection()) {
				this.starter = Thread.currentThread();
			}
			this.observers.start();
			this.heartbeat.start();
		}
	}

	/**
	 * Look for the members, which may create them and all that they need: with lazy
	 * initialization that takes longer than a verdict holds.
	 */
	@Override
	public void live() {
		if (isInCharge()) {
			try {
				this.members.members((name) -> {
				});
			}
			catch (RuntimeException | LinkageError ex) {
				logger.debug("The members of the health group could not be found yet", ex);
			}
		}
	}

	@Override
	public void ready() {
		this.starter = null;
		this.isUp = true;
		if (isInCharge() && !ensureChecks()) {
			logger.warn("No thread can be started for health checks; it is tried again with every heartbeat");
		}
	}

	/**
	 * Start to check, if start-up is over, unless that was done.
	 * @return whether it was possible
	 */
	private synchronized boolean ensureChecks() {
		if (this.isUp && this.run == null) {
			HealthRun run = new HealthRun(this.setup);
			try {
				run.start();
			}
			catch (OutOfMemoryError ex) {
				return false;
			}
			this.run = run;
		}
		return true;
	}

	private synchronized void endChecks() {
		HealthRun run = this.run;
		if (run != null) {
			run.end();
			this.run = null;
		}
	}

	@Override
	public void stopped() {
		this.starter = null;
		this.isUp = false;
		endChecks();
		this.heartbeat.stop();
		this.observers.stop();
	}

	private boolean mayBeat() {
		lookAtStart();
		ensureChecks();
		HealthVerdict verdict = verdict();
		return this.supervision.sam().state() == SamState.STARTED
				&& (verdict == null || verdict.allowsHeartbeat(System.nanoTime(), this.validity));
	}

	/**
	 * A start whose thread is deadlocked never ends, and nothing else is asked before it
	 * does. Other deadlocks are left to the health group. Only what is the same the next
	 * time counts.
	 */
	private void lookAtStart() {
		Thread starter = this.starter;
		String deadlock = (starter != null) ? this.deadlocks.find(starter) : null;
		if (deadlock != null && deadlock.equals(this.lastDeadlock)) {
			this.supervision.sam().unhealthy("start-up is deadlocked: " + deadlock);
		}
		this.lastDeadlock = deadlock;
	}

	@Override
	public void destroy() {
		stopped();
		this.output.end();
	}

	/**
	 * Says once what decides, and what should not.
	 */
	private final class Explanation implements HealthObserver {

		@Override
		public void found(Map<String, HealthIndicator> members) {
			HealthSupervision.this.observers.remove(this);
			if (HealthSupervision.this.members.groupsInstead() != null) {
				logger.info("There is no health group '" + group() + "': SAM goes by the liveness state"
						+ (HealthSupervision.this.properties.health().deadlockDetection() ? " and deadlocks" : ""));
			}
			if (members.isEmpty()) {
				logger.warn("Health group '" + group()
						+ "' has no members: SAM checks nothing, and a probe of the group fails");
			}
			List<String> external = ExternalDependencies.among(members);
			if (!external.isEmpty()) {
				logger.warn("Health group '" + group() + "' contains " + String.join(", ", external)
						+ ": if one of them fails, SAM "
						+ "replaces this application, which may not help. Exclude them with "
						+ "management.endpoint.health.group." + group() + ".exclude=" + String.join(",", external)
						+ ", or set sam.health.group to another group");
			}
		}

	}

}
