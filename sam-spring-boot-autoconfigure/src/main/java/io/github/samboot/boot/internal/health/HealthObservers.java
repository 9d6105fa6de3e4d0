package io.github.samboot.boot.internal.health;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Tells all observers, on a thread of their own: none of them can delay a heartbeat or a
 * health check.
 */
final class HealthObservers implements HealthObserver {

	private static final Log logger = LogFactory.getLog(HealthObservers.class);

	private static final long PERIOD = TimeUnit.SECONDS.toNanos(1);

	private final Collection<HealthObserver> observers = new CopyOnWriteArrayList<>();

	/** Those not told yet. Used by the heartbeat thread only, as is the time. */
	private final List<Long> latenesses = new ArrayList<>();

	private long nextHeartbeats = System.nanoTime();

	private volatile @Nullable SideThread thread;

	void add(HealthObserver observer) {
		this.observers.add(observer);
	}

	void remove(HealthObserver observer) {
		this.observers.remove(observer);
	}

	synchronized void start() {
		if (this.thread == null) {
			this.thread = new SideThread("sam-health-observers");
		}
	}

	synchronized void stop() {
		if (this.thread != null) {
			this.thread.end();
			this.thread = null;
		}
	}

	/**
	 * A heartbeat was due. An application that does nothing is not to wake up once more
	 * for each.
	 * @param lateness how late the thread was, in nanoseconds
	 */
	void heartbeat(long lateness) {
		this.latenesses.add(lateness);
		long now = System.nanoTime();
		if (now - this.nextHeartbeats >= 0) {
			this.nextHeartbeats = now + PERIOD;
			List<Long> latenesses = List.copyOf(this.latenesses);
			this.latenesses.clear();
			heartbeats(latenesses);
		}
	}

	@Override
	public void heartbeats(List<Long> latenesses) {
		tell((observer) -> observer.heartbeats(latenesses));
	}

	@Override
	public void found(Map<String, HealthIndicator> members) {
		tell((observer) -> observer.found(members));
	}

	@Override
	public void overdue(String contributor, long duration) {
		tell((observer) -> observer.overdue(contributor, duration));
	}

	@Override
	public void checked(String contributor, String outcome, long duration, HealthAnswer answer) {
		tell((observer) -> observer.checked(contributor, outcome, duration, answer));
	}

	private void tell(Consumer<HealthObserver> event) {
		SideThread thread = this.thread;
		if (thread != null && !this.observers.isEmpty()) {
			thread.run(() -> this.observers.forEach((observer) -> tell(observer, event)));
		}
	}

	private static void tell(HealthObserver observer, Consumer<HealthObserver> event) {
		try {
			event.accept(observer);
		}
		catch (Throwable ex) {
			logger.warn("Heartbeats and health checks could not be measured", ex);
		}
	}

}
