package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.github.samboot.core.Incident;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.RestartLimits;
import io.github.samboot.core.internal.process.Nanos;

/**
 * What happened so far. Immutable.
 *
 * @param incidents the last incidents, newest first
 * @param open what no instance has recovered from yet
 * @param recoveries completed recoveries by reason
 * @param downtime nanoseconds from detection to recovery, summed up
 * @param restarts when instances were replaced, on the monotonic clock, newest first
 * @param inARow how many restarts there were without a stable period between them
 * @param upSince when the current instance came up, or {@link Phase#NEVER}
 * @param hasBeenUp whether any instance came up
 */
public record History(List<Incident> incidents, Open open, Map<IncidentReason, Integer> recoveries, long downtime,
		List<Long> restarts, int inARow, long upSince, boolean hasBeenUp) {

	/** Nothing happened. */
	public static final History NONE = new History(List.of(), Open.NOTHING, Map.of(), 0, List.of(), 0, Phase.NEVER,
			false);

	/**
	 * Return whether the current instance is up, or was up until it ended.
	 * @return whether its start-up was over
	 */
	public boolean isUp() {
		return this.upSince != Phase.NEVER;
	}

	/** However many reports are kept as files: the watchdog's memory is small. */
	private static final int MOST_INCIDENTS = 100;

	/** More are not counted where there is no limit that needs it. */
	private static final int MOST_RESTARTS = 100;

	/** An instance that was up for so long has nothing to do with the failures before. */
	private static final long STABLE_AT_LEAST = Duration.ofMinutes(1).toNanos();

	/**
	 * An instance came up under an earlier watchdog.
	 */
	History beenUp() {
		return new History(this.incidents, this.open, this.recoveries, this.downtime, this.restarts, this.inARow,
				this.upSince, true);
	}

	History failed(Failure failure, Instance instance, String exit, int keep) {
		Incident incident = new Incident(instance.id(), instance.pid(), failure.reason(), failure.message(),
				Instant.ofEpochMilli(failure.detected().millis()), null, null, exit);
		return with(incident, this.open.with(failure, bounded(keep)), keep);
	}

	/**
	 * Note what the instance has survived: an incident without an exit.
	 */
	History noted(Failure failure, Instance instance, Moment now, int keep) {
		Incident incident = new Incident(instance.id(), instance.pid(), failure.reason(), failure.message(),
				Instant.ofEpochMilli(failure.detected().millis()), Instant.ofEpochMilli(now.millis()),
				Duration.ofNanos(now.nanos() - failure.detected().nanos()), null);
		return with(incident, this.open, keep);
	}

	private History with(Incident incident, Open open, int keep) {
		return new History(limited(incident, this.incidents, bounded(keep)), open, this.recoveries, this.downtime,
				this.restarts, this.inARow, this.upSince, this.hasBeenUp);
	}

	History restarted(RestartLimits limits, long now) {
		int most = Math.max(limits.maxRestarts(), MOST_RESTARTS);
		List<Long> restarts = new ArrayList<>();
		restarts.add(now);
		for (Long earlier : this.restarts) {
			if (now - earlier < Nanos.of(limits.within()) && restarts.size() < most) {
				restarts.add(earlier);
			}
		}
		return new History(this.incidents, this.open, this.recoveries, this.downtime, restarts, this.inARow + 1,
				Phase.NEVER, this.hasBeenUp);
	}

	/**
	 * Another instance follows, which counts as no restart.
	 */
	History replaced() {
		return new History(this.incidents, this.open, this.recoveries, this.downtime, this.restarts, this.inARow,
				Phase.NEVER, this.hasBeenUp);
	}

	/**
	 * Forget the restarts in a row if the instance that failed had been stable.
	 */
	History afterStability(RestartLimits limits, long now) {
		boolean stable = this.upSince != Phase.NEVER
				&& now - this.upSince >= Math.max(STABLE_AT_LEAST, Nanos.of(limits.maxDelay()));
		return stable ? new History(this.incidents, this.open, this.recoveries, this.downtime, this.restarts, 0,
				this.upSince, this.hasBeenUp) : this;
	}

	/**
	 * How long it takes until a restart is within the limits again.
	 */
	long untilRestartIsAllowed(RestartLimits limits, long now) {
		long within = Nanos.of(limits.within());
		long oldest = now;
		int counted = 0;
		for (Long restart : this.restarts) {
			if (counted < limits.maxRestarts() && now - restart < within) {
				oldest = restart;
				counted++;
			}
		}
		return Math.max(0, oldest + within - now);
	}

	/**
	 * How many restarts count towards the limit.
	 */
	int restartsWithin(RestartLimits limits, long now) {
		int count = 0;
		for (Long restart : this.restarts) {
			if (now - restart < Nanos.of(limits.within())) {
				count++;
			}
		}
		return count;
	}

	/**
	 * The current instance came up: what was open is recovered.
	 */
	History up(Moment now) {
		List<Incident> incidents = new ArrayList<>(this.incidents);
		Map<IncidentReason, Integer> recoveries = new EnumMap<>(IncidentReason.class);
		recoveries.putAll(this.recoveries);
		for (int i = 0; i < this.open.detected().size() && i < incidents.size(); i++) {
			Incident incident = incidents.get(i);
			incidents.set(i,
					new Incident(incident.instanceId(), incident.pid(), incident.reason(), incident.message(),
							incident.detectedAt(), Instant.ofEpochMilli(now.millis()),
							Duration.ofNanos(now.nanos() - this.open.detected().get(i)), incident.exit()));
		}
		for (Map.Entry<IncidentReason, Integer> reason : this.open.reasons().entrySet()) {
			recoveries.put(reason.getKey(), recoveries.getOrDefault(reason.getKey(), 0) + reason.getValue());
		}
		// attempts that failed lie within the downtime of the first incident
		long downtime = this.downtime + (this.open.isEmpty() ? 0 : now.nanos() - this.open.since());
		long upSince = (this.upSince != Phase.NEVER) ? this.upSince : now.nanos();
		return new History(incidents, Open.NOTHING, recoveries, downtime, this.restarts, this.inARow, upSince, true);
	}

	/**
	 * What no instance has recovered from yet, however many attempts there were.
	 *
	 * @param detected when the last incidents among it were detected, on the monotonic
	 * clock and newest first
	 * @param reasons how many incidents there are of which kind
	 * @param since when the first of all was detected
	 */
	public record Open(List<Long> detected, Map<IncidentReason, Integer> reasons, long since) {

		/** Whatever happened, an instance has come up since. */
		public static final Open NOTHING = new Open(List.of(), Map.of(), Phase.NEVER);

		boolean isEmpty() {
			return this.reasons.isEmpty();
		}

		boolean isOf(IncidentReason reason) {
			return this.reasons.containsKey(reason);
		}

		Open with(Failure failure, int keep) {
			long now = failure.detected().nanos();
			Map<IncidentReason, Integer> reasons = new EnumMap<>(IncidentReason.class);
			reasons.putAll(this.reasons);
			reasons.put(failure.reason(), reasons.getOrDefault(failure.reason(), 0) + 1);
			return new Open(limited(now, this.detected, keep), reasons, isEmpty() ? now : this.since);
		}

	}

	private static int bounded(int keep) {
		return Math.max(1, Math.min(keep, MOST_INCIDENTS));
	}

	private static <T> List<T> limited(T newest, List<T> others, int most) {
		List<T> list = new ArrayList<>();
		list.add(newest);
		list.addAll(others.subList(0, Math.min(others.size(), most - 1)));
		return list;
	}

}
