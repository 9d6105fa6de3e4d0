package io.github.samboot.boot.internal.health;

import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Knows which health indicator belongs to which group.
 */
public interface HealthGroups {

	/** The group of Boot's liveness probe. */
	String LIVENESS = "liveness";

	/** Its member, the availability state of the application. */
	String LIVENESS_STATE = "livenessState";

	/**
	 * Return the members of a group.
	 * @param group the name of the group
	 * @return tells for the path of an indicator, such as {@code db/primary}, whether it
	 * is a member; {@code null} if there is no such group
	 */
	@Nullable Predicate<String> members(String group);

	/**
	 * Return which groups there are.
	 * @return their names
	 */
	Set<String> names();

}
