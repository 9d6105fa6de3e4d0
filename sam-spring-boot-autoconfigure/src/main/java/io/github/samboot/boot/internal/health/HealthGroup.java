package io.github.samboot.boot.internal.health;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import org.springframework.boot.health.actuate.endpoint.HttpCodeStatusMapper;
import org.springframework.boot.health.actuate.endpoint.SimpleHttpCodeStatusMapper;
import org.springframework.boot.health.actuate.endpoint.SimpleStatusAggregator;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;
import org.springframework.boot.health.contributor.Status;

/**
 * A health group: who is in it, and what its status is. The latter comes out as at the
 * health endpoint, so that SAM and a probe of the group agree.
 *
 * @param isMember tells for the path of an indicator, such as {@code db/primary}, whether
 * it is a member
 * @param aggregator makes one status of several
 * @param mapper tells the HTTP status of the health endpoint
 */
public record HealthGroup(Predicate<String> isMember, StatusAggregator aggregator, HttpCodeStatusMapper mapper) {

	/** What Spring Boot does unless told otherwise. */
	static final HealthGroup BY_DEFAULT = new HealthGroup((member) -> true, new SimpleStatusAggregator(),
			new SimpleHttpCodeStatusMapper());

	GroupStatus status(Map<String, String> statuses) {
		return GroupStatus.of(statuses, (members) -> aggregate(members).getCode(), this::failsProbe);
	}

	/**
	 * As a probe of Kubernetes takes it.
	 */
	private boolean failsProbe(String status) {
		int code = this.mapper.getStatusCode(new Status(status));
		return code < 200 || code >= 400;
	}

	/**
	 * A composite first makes one status of those of its parts.
	 */
	private Status aggregate(Map<String, String> members) {
		Set<Status> statuses = new LinkedHashSet<>();
		Map<String, Map<String, String>> composites = new LinkedHashMap<>();
		members.forEach((path, status) -> {
			String[] names = path.split("/", 2);
			if (names.length == 1) {
				statuses.add(new Status(status));
			}
			else {
				composites.computeIfAbsent(names[0], (name) -> new LinkedHashMap<>()).put(names[1], status);
			}
		});
		composites.values().forEach((parts) -> statuses.add(aggregate(parts)));
		return this.aggregator.getAggregateStatus(statuses);
	}

}
