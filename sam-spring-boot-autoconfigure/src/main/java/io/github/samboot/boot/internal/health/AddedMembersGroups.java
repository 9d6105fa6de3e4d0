package io.github.samboot.boot.internal.health;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.AdditionalPathsMapper;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.boot.health.actuate.endpoint.AdditionalHealthEndpointPath;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HttpCodeStatusMapper;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;

/**
 * Health groups of which one has the members that SAM adds. All else, above all the
 * additional paths that security rules are made of, is that of the original groups.
 *
 * @param groups the original groups
 * @param name the name of the one group
 * @param group the one group
 */
public record AddedMembersGroups(HealthEndpointGroups groups, String name,
		HealthEndpointGroup group) implements HealthEndpointGroups, AdditionalPathsMapper {

	/**
	 * Add SAM's own members to its health group, so that the health endpoint shows what
	 * SAM decides on.
	 * @param groups the groups
	 * @param added what is added to which group
	 * @return the groups with the members
	 */
	public static HealthEndpointGroups of(HealthEndpointGroups groups, AddedMembers added) {
		HealthEndpointGroup group = groups.get(added.group());
		Set<String> names = added.names();
		return (group != null && !names.isEmpty())
				? new AddedMembersGroups(groups, added.group(), new WithAddedMembers(group, names)) : groups;
	}

	@Override
	public HealthEndpointGroup getPrimary() {
		return this.groups.getPrimary();
	}

	@Override
	public Set<String> getNames() {
		return this.groups.getNames();
	}

	@Override
	public @Nullable HealthEndpointGroup get(String name) {
		return name.equals(this.name) ? this.group : this.groups.get(name);
	}

	@Override
	public @Nullable List<String> getAdditionalPaths(EndpointId endpointId, WebServerNamespace webServerNamespace) {
		return (this.groups instanceof AdditionalPathsMapper mapper)
				? mapper.getAdditionalPaths(endpointId, webServerNamespace) : null;
	}

	/**
	 * A group with more members.
	 *
	 * @param delegate the original group
	 * @param added the names of those it has besides
	 */
	private record WithAddedMembers(HealthEndpointGroup delegate, Set<String> added) implements HealthEndpointGroup {

		@Override
		public boolean isMember(String name) {
			return this.added.contains(name) || this.delegate.isMember(name);
		}

		@Override
		public boolean showComponents(SecurityContext securityContext) {
			return this.delegate.showComponents(securityContext);
		}

		@Override
		public boolean showDetails(SecurityContext securityContext) {
			return this.delegate.showDetails(securityContext);
		}

		@Override
		public StatusAggregator getStatusAggregator() {
			return this.delegate.getStatusAggregator();
		}

		@Override
		public HttpCodeStatusMapper getHttpCodeStatusMapper() {
			return this.delegate.getHttpCodeStatusMapper();
		}

		@Override
		public @Nullable AdditionalHealthEndpointPath getAdditionalPath() {
			return this.delegate.getAdditionalPath();
		}

	}

}
