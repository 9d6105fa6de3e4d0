package io.github.samboot.sample.orders;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;

/**
 * Health component {@code orders}: whether orders can be taken. It is in the liveness
 * group, so SAM replaces an instance that takes none.
 */
@Component
class OrdersHealthIndicator extends AbstractHealthIndicator {

	private final OrderDesk desk;

	OrdersHealthIndicator(OrderDesk desk) {
		super("The order desk does not answer");
		this.desk = desk;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.status(this.desk.isOpen() ? "UP" : "DOWN").withDetail("count", this.desk.orders().size());
		if (!this.desk.isOpen()) {
			builder.withDetail("problem", "The desk is closed");
		}
	}

}
