package io.github.samboot.boot.internal.health;

import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;

/**
 * The health groups of the health endpoint.
 *
 * @param groups the groups of the endpoint
 */
public record EndpointHealthGroups(HealthEndpointGroups groups) implements HealthGroups {

	@Override
	public @Nullable HealthGroup get(String name) {
		HealthEndpointGroup group = this.groups.get(name);
		return (group != null)
				? new HealthGroup(group::isMember, group.getStatusAggregator(), group.getHttpCodeStatusMapper()) : null;
	}

	@Override
	public Set<String> names() {
		return this.groups.getNames();
	}

}
