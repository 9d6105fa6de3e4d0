package io.github.samboot.boot.internal.health;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * The members of a health group among all health contributors of the application. Each is
 * asked by itself and not through the health endpoint, which often is not there, asks one
 * after the other, and cannot name a stuck one.
 *
 * @param contributors all health contributors, blocking and reactive
 * @param groups which of them belongs to which group
 * @param added the group, and what SAM adds to it
 * @param livenessState stands in for the indicator of the liveness state, which an
 * application without probes does not have
 */
public record ContributorMembers(Supplier<HealthContributors> contributors, HealthGroups groups, AddedMembers added,
		HealthIndicator livenessState) implements HealthMembers {

	/** SAM's own component: its health must not depend on itself. */
	private static final String SAM = "sam";

	/**
	 * Return what stands in for the indicator of the liveness state.
	 * @param availability knows the state
	 * @return the indicator
	 */
	public static HealthIndicator livenessState(ObjectProvider<ApplicationAvailability> availability) {
		return () -> {
			ApplicationAvailability available = availability.getIfAvailable();
			boolean isBroken = available != null && available.getLivenessState() == LivenessState.BROKEN;
			return (isBroken ? Health.down().withDetail("error", "the liveness state is BROKEN") : Health.up()).build();
		};
	}

	@Override
	public Map<String, HealthIndicator> members(Consumer<String> progress) {
		HealthGroup group = this.groups.get(this.added.group());
		Predicate<String> isMember = (group != null) ? group.isMember() : HealthGroups.LIVENESS_STATE::equals;
		Map<String, HealthIndicator> members = new LinkedHashMap<>();
		collect("", this.contributors.get(), progress, (name, indicator) -> {
			if (isMember.test(name) && !SAM.equals(name)) {
				members.put(name, indicator);
			}
		});
		if (isMember.test(HealthGroups.LIVENESS_STATE)) {
			members.putIfAbsent(HealthGroups.LIVENESS_STATE, this.livenessState);
		}
		if (this.added.names().contains(DeadlockDetector.NAME)) {
			members.putIfAbsent(DeadlockDetector.NAME, new DeadlockDetector());
		}
		return members;
	}

	@Override
	public GroupStatus status(Map<String, String> statuses) {
		HealthGroup group = this.groups.get(this.added.group());
		return (group != null) ? group.status(statuses) : HealthMembers.super.status(statuses);
	}

	@Override
	public @Nullable Set<String> groupsInstead() {
		return (this.groups.get(this.added.group()) == null) ? this.groups.names() : null;
	}

	private static void collect(String prefix, HealthContributors contributors, Consumer<String> progress,
			BiConsumer<String, HealthIndicator> action) {
		contributors.stream().forEach((entry) -> {
			String name = prefix + entry.name();
			HealthContributor contributor = entry.contributor();
			if (contributor instanceof CompositeHealthContributor composite) {
				progress.accept(name);
				collect(name + "/", composite, progress, action);
				progress.accept(prefix);
			}
			else if (contributor instanceof HealthIndicator indicator) {
				action.accept(name, indicator);
			}
		});
	}

}
