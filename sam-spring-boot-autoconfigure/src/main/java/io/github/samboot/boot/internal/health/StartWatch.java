package io.github.samboot.boot.internal.health;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Notices that the thread that starts the application is deadlocked: such a start never
 * ends, and nothing else is asked before it does. Other deadlocks are left to the health
 * group.
 */
final class StartWatch {

	private final DeadlockDetector detector = new DeadlockDetector();

	private final Thread starter;

	private final Consumer<String> unhealthy;

	private @Nullable String last;

	StartWatch(Thread starter, Consumer<String> unhealthy) {
		this.starter = starter;
		this.unhealthy = unhealthy;
	}

	/** Only what is the same the next time counts. */
	void look() {
		String deadlock = this.detector.find(this.starter);
		if (deadlock != null && deadlock.equals(this.last)) {
			this.unhealthy.accept("start-up is deadlocked: " + deadlock);
		}
		this.last = deadlock;
	}

}
