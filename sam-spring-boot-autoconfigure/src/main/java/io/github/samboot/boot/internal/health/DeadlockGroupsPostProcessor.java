package io.github.samboot.boot.internal.health;

import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Adds {@code deadlock} to SAM's health group, so that the health endpoint shows what SAM
 * decides on. Goes before Boot adds the probe groups, which then finds {@code liveness}
 * and gives it its additional path.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class DeadlockGroupsPostProcessor implements HealthEndpointGroupsPostProcessor {

	private final DeadlockMembership membership;

	public DeadlockGroupsPostProcessor(DeadlockMembership membership) {
		this.membership = membership;
	}

	@Override
	public HealthEndpointGroups postProcessHealthEndpointGroups(HealthEndpointGroups groups) {
		boolean exists = groups.get(this.membership.group()) != null;
		if (!this.membership.isMember() || (!exists && !this.membership.isProbeGroup())) {
			return groups;
		}
		return new DeadlockGroups(groups, this.membership.group());
	}

}
