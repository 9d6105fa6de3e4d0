package io.github.samboot.boot.internal.health;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Recognizes health indicators of what a restart of this process cannot mend: other
 * systems, disks, certificates.
 */
final class ExternalDependencies {

	private static final Set<String> NAMES = Set.of("binders", "cassandra", "configserver", "clientconfigserver",
			"consul", "couchbase", "couchbasereactive", "db", "discoverycomposite", "discoveryclient", "elasticsearch",
			"eureka", "hazelcast", "influx", "influxdb", "jms", "kafka", "kubernetes", "ldap", "mail", "mongo",
			"nacosconfig", "nacosdiscovery", "neo4j", "opensearch", "pulsar", "r2dbc", "rabbit",
			"reactivediscoveryclients", "redis", "solr", "vault", "zookeeper",
			// of the machine
			"diskspace", "ssl",
			// states on purpose, of this application or of its calls to others
			"readinessstate", "circuitbreakers", "ratelimiters");

	private static final List<String> FRAMEWORKS = List.of("org.springframework.", "io.github.resilience4j.");

	/** Those about this process, and those that stand for the application's own. */
	private static final List<String> OF_THE_PROCESS = List.of("org.springframework.boot.health.contributor.",
			"org.springframework.boot.health.application.LivenessState");

	private ExternalDependencies() {
	}

	/**
	 * Return which members depend on something else than this process: those of a known
	 * name, and those that a framework brings along, as it cannot know the inside of the
	 * application.
	 * @param members the members of a group
	 * @return the names of those among them, without the parts of a composite
	 */
	static List<String> among(Map<String, HealthIndicator> members) {
		return members.keySet()
			.stream()
			.filter((name) -> NAMES.contains(root(name).toLowerCase(Locale.ROOT))
					|| isOfFramework(members.get(name).getClass().getName()))
			.map(ExternalDependencies::root)
			.distinct()
			.toList();
	}

	private static String root(String name) {
		return name.split("/", 2)[0];
	}

	private static boolean isOfFramework(String type) {
		return FRAMEWORKS.stream().anyMatch(type::startsWith) && OF_THE_PROCESS.stream().noneMatch(type::startsWith);
	}

}
