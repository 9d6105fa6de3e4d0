package io.github.samboot.boot.internal.health;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

import io.github.samboot.boot.SamProperties;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * What SAM adds to its health group: its own indicators that are switched on, unless the
 * user has excluded them from the group.
 *
 * @param environment says what the user has excluded
 * @param properties name the group, and say what is switched on
 */
public record AddedMembers(Environment environment, SamProperties.Health properties) {

	/** Whether the executors get their work done. */
	public static final String PROGRESS = "progress";

	static final String GROUPS = "management.endpoint.health.group";

	String group() {
		return this.properties.group();
	}

	Set<String> names() {
		Set<String> names = new LinkedHashSet<>();
		if (this.properties.deadlockDetection()) {
			names.add(DeadlockDetector.NAME);
		}
		if (this.properties.progress().enabled()) {
			names.add(PROGRESS);
		}
		Binder.get(this.environment)
			.bind(GROUPS + "." + group() + ".exclude", Bindable.setOf(String.class))
			.orElse(Collections.emptySet())
			.stream()
			.map(String::trim)
			.forEach((excluded) -> names.removeIf((name) -> excluded.equals("*") || excluded.equals(name)));
		return names;
	}

}
