package io.github.samboot.boot.internal.health;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Finds the members of the health group that SAM goes by.
 */
public interface HealthMembers {

	/**
	 * Return the members there are now. Calls code of the application.
	 * @param progress is told whose members are looked for
	 * @return how to check each, by name
	 */
	Map<String, HealthIndicator> members(Consumer<String> progress);

	/**
	 * Return the status of the group. Calls code of the application.
	 * @param statuses the statuses of the members, by name
	 * @return the status that a probe of the group sees
	 */
	default GroupStatus status(Map<String, String> statuses) {
		return HealthGroup.BY_DEFAULT.status(statuses);
	}

	/**
	 * Return which groups there are, if the one that SAM is to go by is not among them.
	 * @return the names of the groups, {@code null} if it is
	 */
	default @Nullable Set<String> groupsInstead() {
		return null;
	}

}
