package io.github.samboot.boot.internal.health;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorMembership;
import org.springframework.core.env.Environment;

/**
 * The health groups as the configuration describes them, for applications whose health
 * endpoint, and with it Boot's own view of the groups, is not available.
 */
public final class ConfiguredHealthGroups implements HealthGroups {

	private final Environment environment;

	private final DeadlockMembership deadlock;

	public ConfiguredHealthGroups(Environment environment, DeadlockMembership deadlock) {
		this.environment = environment;
		this.deadlock = deadlock;
	}

	@Override
	public @Nullable Predicate<String> members(String group) {
		if (!names().contains(group)) {
			return null;
		}
		String prefix = DeadlockMembership.GROUPS + "." + group;
		HealthContributorMembership membership = HealthContributorMembership.byIncludeExclude(set(prefix + ".include"),
				set(prefix + ".exclude"));
		boolean withDeadlock = this.deadlock.isMember();
		return (name) -> membership.isMember(name) || (withDeadlock && DeadlockDetector.NAME.equals(name));
	}

	@Override
	public Set<String> names() {
		return new TreeSet<>(Binder.get(this.environment)
			.bind(DeadlockMembership.GROUPS, Bindable.mapOf(String.class, Object.class))
			.orElse(Map.of())
			.keySet());
	}

	private @Nullable Set<String> set(String property) {
		return Binder.get(this.environment).bind(property, Bindable.setOf(String.class)).orElse(null);
	}

}
