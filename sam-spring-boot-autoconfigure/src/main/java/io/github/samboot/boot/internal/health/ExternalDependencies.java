package io.github.samboot.boot.internal.health;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Recognizes health indicators of things outside of this process, which starting it again
 * cannot mend.
 */
final class ExternalDependencies {

	private static final Set<String> NAMES = Set.of("cassandra", "configserver", "consul", "couchbase",
			"couchbasereactive", "db", "discoverycomposite", "discoveryclient", "elasticsearch", "eureka", "hazelcast",
			"influx", "influxdb", "jms", "kafka", "ldap", "mail", "mongo", "neo4j", "opensearch", "pulsar", "r2dbc",
			"rabbit", "redis", "solr", "vault", "zookeeper",
			// refusing traffic is a state on purpose
			"readinessstate");

	private ExternalDependencies() {
	}

	/**
	 * Return which members depend on something else than this process.
	 * @param members the names of the members of a group
	 * @return those among them, without the parts of a composite
	 */
	static List<String> among(Collection<String> members) {
		return members.stream()
			.map((member) -> member.split("/", 2)[0])
			.filter((name) -> NAMES.contains(name.toLowerCase(Locale.ROOT)))
			.distinct()
			.toList();
	}

}
