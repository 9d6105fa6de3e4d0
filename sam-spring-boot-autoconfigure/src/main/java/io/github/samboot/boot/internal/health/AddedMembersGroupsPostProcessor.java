package io.github.samboot.boot.internal.health;

import java.util.Set;

import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Adds SAM's own members to its health group, so that the health endpoint shows what SAM
 * decides on. Goes after Boot has added the probe groups.
 */
@Order(Ordered.LOWEST_PRECEDENCE)
public final class AddedMembersGroupsPostProcessor implements HealthEndpointGroupsPostProcessor {

	private final AddedMembers added;

	public AddedMembersGroupsPostProcessor(AddedMembers added) {
		this.added = added;
	}

	@Override
	public HealthEndpointGroups postProcessHealthEndpointGroups(HealthEndpointGroups groups) {
		HealthEndpointGroup group = groups.get(this.added.group());
		Set<String> names = this.added.names();
		return (group != null && !names.isEmpty()) ? new AddedMembersGroups(groups, this.added.group(), group, names)
				: groups;
	}

}
