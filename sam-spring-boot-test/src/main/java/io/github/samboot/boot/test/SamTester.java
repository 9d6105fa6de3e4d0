package io.github.samboot.boot.test;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.SamProperties.HealthMode;
import io.github.samboot.boot.SamProperties.Standby;
import io.github.samboot.core.Incident;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.Signal;
import io.github.samboot.watchdog.internal.supervision.ExitStatus;
import io.github.samboot.watchdog.internal.supervision.Lane;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * What SAM does with the application under test: without processes and without waiting,
 * but by the rules of the real watchdog and of the real health checks. The context of the
 * test is instance 0; those that follow are contexts of the same configuration. The
 * cluster is quorate.
 * <p>
 * A bean of each of these contexts, see {@link AutoConfigureSamTester}. What a test has
 * begun ends with it, and the next one gets a new instance 0. Not thread-safe.
 */
public final class SamTester {

	private static final long LONGEST_START_MINUTES = 5;

	private final MergedContextConfiguration configuration;

	private final SimulatedWatchdog watchdog = new SimulatedWatchdog();

	private final List<SimulatedInstance> later = new ArrayList<>();

	private final SimulatedInstance first;

	private SimulatedInstance active;

	private @Nullable SimulatedInstance spare;

	private CompletableFuture<Void> spareLoaded = CompletableFuture.completedFuture(null);

	private Runnable discardFirst = () -> {
	};

	private boolean isFirstDiscarded;

	SamTester(MergedContextConfiguration configuration) {
		this.configuration = configuration;
		this.first = instance(Lane.ACTIVE, new byte[0]);
		this.active = this.first;
	}

	private SimulatedInstance instance(Lane lane, byte[] earlierData) {
		return new SimulatedInstance(this, new SimulatedSam(this.watchdog, lane, earlierData));
	}

	SimulatedInstance first() {
		return this.first;
	}

	void begin(Runnable discardFirst) {
		this.discardFirst = discardFirst;
		// a context that no SpringApplication runs does not say so itself
		this.watchdog.ready();
	}

	void end() {
		boolean isChanged = this.active != this.first || this.spare != null || this.watchdog.failure() != null
				|| this.isFirstDiscarded;
		if (this.spare != null) {
			this.spare.sam().dismiss();
			this.spareLoaded.handle((loaded, ex) -> ex).join();
		}
		this.later.forEach((instance) -> instance.context().close());
		if (isChanged) {
			discardFirst();
		}
	}

	private void discardFirst() {
		if (!this.isFirstDiscarded) {
			this.isFirstDiscarded = true;
			this.discardFirst.run();
		}
	}

	/**
	 * Let the members of the health group be checked as often in a row as it takes until
	 * failed checks make the application unhealthy: {@code sam.health.failure-threshold}
	 * times. That takes no time, unless an indicator does not return: then
	 * {@code sam.health.timeout} passes for each failed check, the first time at least
	 * five seconds.
	 * @return the failure because of which the application is replaced, empty if all is
	 * well
	 * @throws IllegalStateException if SAM checks no health group
	 */
	public Optional<Incident> checkHealth() {
		SamProperties properties = this.active.context().getBean(SamProperties.class);
		if (properties.health().mode() == HealthMode.APPLICATION || properties.timeInterval().isZero()) {
			throw new IllegalStateException(
					"SAM checks no health group: sam.health.mode=application, or sam.time-interval=0");
		}
		String problem = new HealthChecks(this.active.context(), this.watchdog).problem();
		if (problem != null) {
			this.active.sam().unhealthy(problem);
		}
		return failure();
	}

	/**
	 * Return the failure because of which the watchdog is replacing the present instance:
	 * a failed health check, {@code LivenessState.BROKEN}, or what the application
	 * reported through {@code Sam}. Its end is not decided yet, and so not in it.
	 * @return the failure, empty if there is none
	 */
	public Optional<Incident> failure() {
		return Optional.ofNullable(this.watchdog.failure());
	}

	/**
	 * Start a hot spare beside the present instance. It has come as far as a spare does:
	 * its beans are created, but for those with {@code @ActiveInstanceOnly}, and it waits
	 * in {@code register}; no {@code SmartLifecycle} was started. {@link #nextInstance()}
	 * promotes it.
	 * @return its context
	 * @throws IllegalStateException unless {@code sam.standby=hot}, or if it does not
	 * start
	 */
	public ConfigurableApplicationContext startSpare() {
		if (this.active.context().getBean(SamProperties.class).standby() != Standby.HOT) {
			throw new IllegalStateException("There are no hot spares: set sam.standby=hot for this test");
		}
		if (this.spare != null) {
			throw new IllegalStateException("There is a spare already");
		}
		this.watchdog.startSpare();
		SimulatedInstance spare = instance(Lane.SPARE, new byte[0]);
		this.spare = spare;
		this.later.add(spare);
		this.spareLoaded = spare.loadAside(this.configuration);
		await(CompletableFuture.anyOf(spare.sam().waiting(), this.spareLoaded));
		return spare.context();
	}

	/**
	 * Let the present instance end, and the next one follow: the spare if there is one.
	 * After a {@link #failure()} that is the rest of the recovery: listeners of
	 * {@code SamRecoveryImminentEvent} have been told, the warn signal closes the
	 * context, and what is stored meanwhile counts. Without a failure it is as after
	 * {@code kill -9}: nothing more is stored.
	 * @return the context of the next instance
	 * @throws IllegalStateException if none follows, as with the policy {@code quit} and
	 * beyond the restart limit, or if it does not start
	 */
	public ConfigurableApplicationContext nextInstance() {
		SimulatedInstance ended = this.active;
		boolean isWarned = this.watchdog.failure() != null;
		byte[] data = ended.sam().dataRestore();
		if (!isWarned) {
			this.watchdog.isKilled();
		}
		close(ended);
		if (isWarned) {
			data = ended.sam().dataRestore();
		}
		boolean isPromotion = this.watchdog
			.exited(new ExitStatus((isWarned ? Signal.SIGTERM : Signal.SIGKILL).exitStatus()));
		this.active = isPromotion ? promoted(data) : started(data);
		this.watchdog.ready();
		return this.active.context();
	}

	private void close(SimulatedInstance instance) {
		if (instance == this.first) {
			discardFirst();
		}
		else {
			instance.context().close();
		}
	}

	private SimulatedInstance promoted(byte[] data) {
		SimulatedInstance promoted = this.spare;
		if (promoted == null) {
			throw new IllegalStateException("There is no spare");
		}
		this.spare = null;
		promoted.sam().promote(data);
		await(this.spareLoaded);
		return promoted;
	}

	private SimulatedInstance started(byte[] data) {
		SimulatedInstance next = instance(Lane.ACTIVE, data);
		this.later.add(next);
		next.load(this.configuration);
		return next;
	}

	/**
	 * Return what the watchdog knows, as at {@code /actuator/sam}. Process ids and the
	 * passing of time are simulated.
	 * @return the status
	 */
	public SamStatus status() {
		return this.active.sam().status();
	}

	private static void await(CompletableFuture<?> future) {
		try {
			future.get(LONGEST_START_MINUTES, TimeUnit.MINUTES);
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("The spare did not start", ex.getCause());
		}
		catch (TimeoutException ex) {
			throw new IllegalStateException("The spare has not started for " + LONGEST_START_MINUTES + " minutes", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while the spare starts", ex);
		}
	}

}
