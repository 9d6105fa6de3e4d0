package io.github.samboot.boot.internal.metrics;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;

import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.SamProperties.Standby;
import io.github.samboot.boot.internal.faststart.FastStart;
import io.github.samboot.boot.internal.health.HealthAnswer;
import io.github.samboot.boot.internal.health.HealthObserver;
import io.github.samboot.boot.internal.health.HealthSupervision;
import io.github.samboot.boot.internal.lifecycle.Supervision;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.SupervisionState;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

/**
 * The meters of SAM.
 */
public final class SamMetrics implements MeterBinder {

	/** One scrape reads a dozen values: it asks the watchdog once. */
	private static final Duration STATUS_VALIDITY = Duration.ofMillis(500);

	/** The group may contain any number of them, under ever new names. */
	private static final int MOST_CONTRIBUTORS = 200;

	private final Supervision supervision;

	private final HealthSupervision health;

	private final SamProperties properties;

	private @Nullable SamStatus status;

	private boolean wasAsked;

	private long askedAt;

	/**
	 * Create the meters.
	 * @param supervision how this process is supervised
	 * @param health the health checking
	 * @param properties say whether quorum is needed, and whether there are spares
	 */
	public SamMetrics(Supervision supervision, HealthSupervision health, SamProperties properties) {
		this.supervision = supervision;
		this.health = health;
		this.properties = properties;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		bindHealth(registry);
		bindRecoveries(registry);
		bindState(registry);
	}

	private void bindHealth(MeterRegistry registry) {
		FunctionCounter.builder("sam.heartbeats", this.health.heartbeat(), (heartbeat) -> heartbeat.count())
			.description("Heartbeats sent to the watchdog")
			.register(registry);
		Timer lag = Timer.builder("sam.heartbeat.lag")
			.description("How late heartbeats are: what the time interval has to be well above of")
			.register(registry);
		Set<String> contributors = new HashSet<>();
		this.health.addObserver(new HealthObserver() {

			@Override
			public void heartbeats(List<Long> latenesses) {
				latenesses.forEach((lateness) -> lag.record(lateness, TimeUnit.NANOSECONDS));
			}

			@Override
			public void overdue(String contributor, long duration) {
				record(contributor, "stuck", duration);
			}

			@Override
			public void checked(String contributor, String outcome, long duration, HealthAnswer answer) {
				record(contributor, outcome, duration);
			}

			private void record(String contributor, String outcome, long duration) {
				boolean isTagged = contributors.contains(contributor)
						|| (contributors.size() < MOST_CONTRIBUTORS && contributors.add(contributor));
				Timer.builder("sam.health.checks")
					.description("Checks of the members of the health group")
					.tag("contributor", isTagged ? contributor : "other")
					.tag("outcome", outcome)
					.register(registry)
					.record(duration, TimeUnit.NANOSECONDS);
			}

		});
	}

	private void bindRecoveries(MeterRegistry registry) {
		for (IncidentReason reason : IncidentReason.values()) {
			count(registry, "sam.recoveries", "Recoveries since the launch",
					(status) -> status.recoveries().getOrDefault(reason, 0), "reason", reason.id());
		}
		TimeGauge.builder("sam.downtime", this, TimeUnit.MILLISECONDS, value((status) -> status.downtime().toMillis()))
			.description("Time from failure to recovery, summed over all recoveries")
			.register(registry);
		gauge(registry, "sam.instance.id", "Id of this instance, one more after each recovery", SamStatus::instanceId);
		gauge(registry, "sam.restarts.recent", "Restarts within sam.restart.within", SamStatus::recentRestarts);
		if (this.properties.standby() != Standby.NONE) {
			gauge(registry, "sam.standby.ready", "1 if a spare is ready to take over, else 0", (status) -> {
				SamStatus.Standby standby = status.standby();
				return (standby != null && standby.state().equals("ready")) ? 1 : 0;
			});
		}
	}

	private void bindState(MeterRegistry registry) {
		for (SupervisionState state : SupervisionState.values()) {
			gauge(registry, "sam.state", "1 for the state of supervision, 0 for all others",
					(status) -> (status.state() == state) ? 1 : 0, "state", state.text().replace(' ', '-'));
		}
		if (this.properties.recoveryPolicy().needsQuorum()) {
			gauge(registry, "sam.quorate", "1 if the cluster is quorate, else 0", (status) -> {
				SamStatus.Quorum quorum = status.quorum();
				return (quorum != null && quorum.quorate()) ? 1 : 0;
			});
		}
		if (this.properties.fastStart().enabled()) {
			Gauge.builder("sam.fast.start.used", () -> FastStart.isUsed() ? 1 : 0)
				.description("1 if this instance was started from what was prepared, else 0")
				.register(registry);
		}
		if (this.properties.connections().hold()) {
			countConnections(registry, "waiting", SamStatus.Connections::waits);
			countConnections(registry, "refusing", SamStatus.Connections::refusals);
		}
	}

	private void countConnections(MeterRegistry registry, String to, ToIntFunction<SamStatus.Connections> changes) {
		count(registry, "sam.connections.changes",
				"How often connections had to wait for the next instance, or were refused", (status) -> {
					SamStatus.Connections connections = status.connections();
					return (connections != null) ? changes.applyAsInt(connections) : 0;
				}, "to", to);
	}

	private void count(MeterRegistry registry, String name, String description, ToDoubleFunction<SamStatus> value,
			String... tags) {
		FunctionCounter.builder(name, this, value(value)).description(description).tags(tags).register(registry);
	}

	private void gauge(MeterRegistry registry, String name, String description, ToDoubleFunction<SamStatus> value,
			String... tags) {
		Gauge.builder(name, this, value(value)).description(description).tags(tags).register(registry);
	}

	/**
	 * What cannot be asked for now keeps its last value, and is 0 before there is any.
	 */
	private ToDoubleFunction<SamMetrics> value(ToDoubleFunction<SamStatus> function) {
		return (metrics) -> {
			SamStatus status = metrics.status();
			return (status != null) ? function.applyAsDouble(status) : 0;
		};
	}

	private synchronized @Nullable SamStatus status() {
		if (!this.wasAsked || System.nanoTime() - this.askedAt > STATUS_VALIDITY.toNanos()) {
			SamStatus current = this.supervision.sam().status();
			this.status = (current != null) ? current : this.status;
			// afterwards: a watchdog that is stopped is not waited for by each of them
			this.wasAsked = true;
			this.askedAt = System.nanoTime();
		}
		return this.status;
	}

}
