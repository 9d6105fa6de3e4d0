package io.github.samboot.boot.internal.health;

import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Finds the members of the health group that SAM goes by.
 */
public interface HealthMembers {

	/**
	 * Return the members there are now.
	 * @return how to ask each, by name
	 */
	Map<String, HealthProbe> members();

	/**
	 * Return which groups there are, if the one that SAM is to go by is not among them.
	 * @return the names of the groups, {@code null} if all is well
	 */
	default @Nullable Set<String> groupsInstead() {
		return null;
	}

	/**
	 * Return whether the group has to be made up for.
	 * @return whether it is the default group, and the application does not have it
	 */
	default boolean isFallback() {
		return false;
	}

}
