package io.github.samboot.boot.internal.health;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Health component {@code deadlock}: DOWN while platform threads wait for each other.
 */
public final class DeadlockHealthIndicator extends AbstractHealthIndicator {

	private final DeadlockDetector detector = new DeadlockDetector();

	/**
	 * Create an indicator.
	 */
	public DeadlockHealthIndicator() {
		super("The search for deadlocks failed");
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		HealthAnswer answer = this.detector.ask();
		builder.status(answer.status()).withDetails(answer.details());
	}

}
