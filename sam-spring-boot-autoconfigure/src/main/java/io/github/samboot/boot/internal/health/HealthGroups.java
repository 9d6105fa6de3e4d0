package io.github.samboot.boot.internal.health;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The health groups of the application.
 */
public interface HealthGroups {

	/** The group of Boot's liveness probe. */
	String LIVENESS = "liveness";

	/** Its member, the availability state of the application. */
	String LIVENESS_STATE = "livenessState";

	/**
	 * Return a group.
	 * @param name its name
	 * @return the group, {@code null} if there is none of that name
	 */
	@Nullable HealthGroup get(String name);

	/**
	 * Return which groups there are.
	 * @return their names
	 */
	Set<String> names();

}
