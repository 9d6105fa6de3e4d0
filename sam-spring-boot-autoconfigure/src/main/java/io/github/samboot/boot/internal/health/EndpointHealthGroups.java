package io.github.samboot.boot.internal.health;

import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;

/**
 * The health groups of the health endpoint.
 */
public final class EndpointHealthGroups implements HealthGroups {

	private final HealthEndpointGroups groups;

	public EndpointHealthGroups(HealthEndpointGroups groups) {
		this.groups = groups;
	}

	@Override
	public @Nullable Predicate<String> members(String group) {
		HealthEndpointGroup found = this.groups.get(group);
		return (found != null) ? found::isMember : null;
	}

	@Override
	public Set<String> names() {
		return this.groups.getNames();
	}

}
