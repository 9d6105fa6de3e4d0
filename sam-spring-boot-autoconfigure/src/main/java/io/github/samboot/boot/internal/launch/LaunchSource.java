package io.github.samboot.boot.internal.launch;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringApplication;

/**
 * What is launched.
 *
 * @param classLoader loads the application
 * @param locations where its primary sources lie
 * @param environmentPrefix the prefix of its own variables, {@code null} if there is none
 * @param isPrefixKnown whether it is known that it has no other prefix
 */
record LaunchSource(ClassLoader classLoader, Set<String> locations, @Nullable String environmentPrefix,
		boolean isPrefixKnown) {

	static LaunchSource of(SpringApplication application) {
		return new LaunchSource(application.getClassLoader(), locations(application.getAllSources()),
				application.getEnvironmentPrefix(), true);
	}

	/**
	 * Before there is an application: its class {@code SpringApplication} takes a quarter
	 * of a second to load, most of it for the logging system.
	 */
	static LaunchSource of(Class<?> type) {
		return new LaunchSource(type.getClassLoader(), locations(List.of(type)), null, false);
	}

	private static Set<String> locations(Iterable<?> sources) {
		Set<String> locations = new LinkedHashSet<>();
		for (Object source : sources) {
			String location = (source instanceof Class<?> type) ? LaunchFacts.location(type) : null;
			if (location != null) {
				locations.add(location);
			}
		}
		return locations;
	}

}
