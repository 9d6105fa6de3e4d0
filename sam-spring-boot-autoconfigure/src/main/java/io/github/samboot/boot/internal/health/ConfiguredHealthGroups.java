package io.github.samboot.boot.internal.health;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.health.actuate.endpoint.SimpleHttpCodeStatusMapper;
import org.springframework.boot.health.actuate.endpoint.SimpleStatusAggregator;
import org.springframework.core.env.Environment;

/**
 * The health groups as the configuration describes them, for applications whose health
 * endpoint, and with it Boot's own view of the groups, is not available.
 *
 * @param environment has the configuration
 * @param added what SAM adds to one of them
 */
public record ConfiguredHealthGroups(Environment environment, AddedMembers added) implements HealthGroups {

	@Override
	public @Nullable HealthGroup get(String name) {
		if (!names().contains(name)) {
			return null;
		}
		String prefix = AddedMembers.GROUPS + "." + name;
		Set<String> included = set(prefix + ".include");
		Set<String> excluded = set(prefix + ".exclude");
		Set<String> added = this.added.names();
		return new HealthGroup(
				(member) -> added.contains(member)
						|| ((included.isEmpty() || names(included, member)) && !names(excluded, member)),
				new SimpleStatusAggregator(status(prefix, "order", Bindable.listOf(String.class), List.of())),
				new SimpleHttpCodeStatusMapper(
						status(prefix, "http-mapping", Bindable.mapOf(String.class, Integer.class), Map.of())));
	}

	/**
	 * That of the group, or else the one for all groups.
	 */
	private <T> T status(String prefix, String name, Bindable<T> type, T otherwise) {
		Binder binder = Binder.get(this.environment);
		return binder.bind(prefix + ".status." + name, type)
			.orElseGet(() -> binder.bind("management.endpoint.health.status." + name, type).orElse(otherwise));
	}

	@Override
	public Set<String> names() {
		return new TreeSet<>(Binder.get(this.environment)
			.bind(AddedMembers.GROUPS, Bindable.mapOf(String.class, Object.class))
			.orElse(Map.of())
			.keySet());
	}

	private Set<String> set(String property) {
		return Binder.get(this.environment).bind(property, Bindable.setOf(String.class)).orElse(Set.of());
	}

	/**
	 * Whether one of the names is the member, something that the member is a part of, or
	 * all.
	 */
	private static boolean names(Set<String> names, String member) {
		int slash = member.lastIndexOf('/');
		return names.contains("*") || names.contains(member)
				|| (slash >= 0 && names(names, member.substring(0, slash)));
	}

}
