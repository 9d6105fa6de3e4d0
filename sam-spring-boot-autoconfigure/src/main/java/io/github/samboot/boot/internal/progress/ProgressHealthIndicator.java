package io.github.samboot.boot.internal.progress;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

import io.github.samboot.core.internal.process.Nanos;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * DOWN while an executor of the application finishes nothing although work waits.
 */
public final class ProgressHealthIndicator extends AbstractHealthIndicator {

	private final long timeout;

	private final List<ExecutorSource> sources;

	private final LongSupplier clock;

	private final ThreadActivities threads = new ThreadActivities();

	private final Map<Object, WatchedExecutor> executors = new LinkedHashMap<>();

	private final Map<Object, ProgressTracker> trackers = new LinkedHashMap<>();

	/**
	 * Create an indicator.
	 * @param timeout how long an executor may finish nothing while work waits
	 * @param sources find the executors
	 */
	public ProgressHealthIndicator(Duration timeout, Stream<ExecutorSource> sources) {
		this(timeout, sources, System::nanoTime);
	}

	ProgressHealthIndicator(Duration timeout, Stream<ExecutorSource> sources, LongSupplier clock) {
		super("The executors could not be looked at");
		this.timeout = Nanos.of(timeout);
		this.sources = sources.toList();
		this.clock = clock;
	}

	@Override
	protected synchronized void doHealthCheck(Health.Builder builder) {
		this.sources.forEach((source) -> source.find(this.executors));
		List<String> problems = new ArrayList<>();
		this.executors.forEach((key, executor) -> {
			String problem = look(this.trackers.computeIfAbsent(key, (unknown) -> new ProgressTracker(this.timeout)),
					executor);
			if (problem != null) {
				problems.add(executor.name() + " " + problem);
			}
		});
		if (problems.isEmpty()) {
			builder.up();
		}
		else {
			builder.down().withDetail("error", String.join("; ", problems));
		}
	}

	private @Nullable String look(ProgressTracker tracker, WatchedExecutor executor) {
		return tracker.look(this.clock.getAsLong(), executor.completed().getAsLong(), executor.waiting().getAsInt(),
				() -> this.threads.of(executor.threads()));
	}

}
