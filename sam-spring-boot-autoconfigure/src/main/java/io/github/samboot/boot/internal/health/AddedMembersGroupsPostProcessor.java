package io.github.samboot.boot.internal.health;

import java.util.Set;

import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Adds SAM's own members to its health group, so that the health endpoint shows what SAM
 * decides on. Goes before Boot adds the probe groups, which then finds {@code liveness}
 * and gives it its additional path.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class AddedMembersGroupsPostProcessor implements HealthEndpointGroupsPostProcessor {

	private final AddedMembers added;

	public AddedMembersGroupsPostProcessor(AddedMembers added) {
		this.added = added;
	}

	@Override
	public HealthEndpointGroups postProcessHealthEndpointGroups(HealthEndpointGroups groups) {
		boolean exists = groups.get(this.added.group()) != null;
		Set<String> names = this.added.names();
		if (names.isEmpty() || (!exists && !this.added.isProbeGroup())) {
			return groups;
		}
		return new AddedMembersGroups(groups, this.added.group(), names);
	}

}
