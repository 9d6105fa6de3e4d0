package io.github.samboot.boot.internal.health;

import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The status of the whole health group, and who is to blame if it is bad.
 *
 * @param status the status, such as {@code UP}
 * @param culprits the members that make it bad; none if it is not
 */
public record GroupStatus(String status, Set<String> culprits) {

	/**
	 * Judge a group by its own rules.
	 * @param statuses the statuses of its members, by name
	 * @param aggregate makes one status of several
	 * @param isBad whether a probe of the group fails with a status
	 * @return the status of the group
	 */
	static GroupStatus of(Map<String, String> statuses, Function<Map<String, String>, String> aggregate,
			Predicate<String> isBad) {
		String status = aggregate.apply(statuses);
		if (!isBad.test(status)) {
			return new GroupStatus(status, Set.of());
		}
		Set<String> culprits = select(statuses, (name, code) -> isBad.test(aggregate.apply(Map.of(name, code))));
		if (culprits.isEmpty()) {
			// only together are they bad
			culprits = select(statuses, (name, code) -> !"UP".equals(code));
		}
		return new GroupStatus(status, culprits.isEmpty() ? Set.copyOf(statuses.keySet()) : culprits);
	}

	private static Set<String> select(Map<String, String> statuses, BiPredicate<String, String> test) {
		return statuses.entrySet()
			.stream()
			.filter((member) -> test.test(member.getKey(), member.getValue()))
			.map(Map.Entry::getKey)
			.collect(Collectors.toUnmodifiableSet());
	}

}
