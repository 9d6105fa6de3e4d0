package io.github.samboot.boot.internal.health;

import java.util.Collections;
import java.util.Set;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Says whether the {@code deadlock} indicator belongs to SAM's health group: it does,
 * unless the user excluded it or switched the detection off.
 */
public final class DeadlockMembership {

	static final String GROUPS = "management.endpoint.health.group";

	private final Environment environment;

	private final String group;

	private final boolean detection;

	public DeadlockMembership(Environment environment, String group, boolean detection) {
		this.environment = environment;
		this.group = group;
		this.detection = detection;
	}

	String group() {
		return this.group;
	}

	boolean isMember() {
		if (!this.detection) {
			return false;
		}
		Set<String> excluded = Binder.get(this.environment)
			.bind(GROUPS + "." + this.group + ".exclude", Bindable.setOf(String.class))
			.orElse(Collections.emptySet());
		return excluded.stream()
			.map(String::trim)
			.noneMatch((name) -> name.equals(DeadlockDetector.NAME) || name.equals("*"));
	}

	/**
	 * Return whether Boot adds the group {@code liveness} by itself.
	 */
	boolean isProbeGroup() {
		return HealthGroups.LIVENESS.equals(this.group)
				&& this.environment.getProperty("management.endpoint.health.probes.enabled", Boolean.class, true);
	}

}
