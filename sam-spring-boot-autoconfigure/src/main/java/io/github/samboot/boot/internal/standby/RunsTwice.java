package io.github.samboot.boot.internal.standby;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Knows beans with effects outside of their process, which a hot spare has a second time
 * while the active instance still runs. They are known by the names of their types: none
 * of these libraries need be there.
 */
public final class RunsTwice {

	private static final Map<String, String> EFFECTS = new LinkedHashMap<>();

	static {
		EFFECTS.put("javax.sql.DataSource", "a second connection pool");
		EFFECTS.put("io.r2dbc.spi.ConnectionFactory", "a second connection pool");
		EFFECTS.put("org.flywaydb.core.Flyway", "the schema migration runs again");
		EFFECTS.put("liquibase.integration.spring.SpringLiquibase", "the schema migration runs again");
		EFFECTS.put("org.springframework.boot.sql.init.AbstractScriptDatabaseInitializer", "SQL scripts run again");
		EFFECTS.put("jakarta.persistence.EntityManagerFactory", "obeys its ddl-auto again");
		EFFECTS.put("org.quartz.Scheduler", "a second scheduler, not started");
		EFFECTS.put("org.springframework.kafka.core.KafkaAdmin", "topics are created again");
		EFFECTS.put("org.springframework.amqp.rabbit.connection.ConnectionFactory", "second connections to RabbitMQ");
		EFFECTS.put("jakarta.jms.ConnectionFactory", "second connections to the JMS broker");
		EFFECTS.put("org.springframework.data.redis.connection.RedisConnectionFactory", "second connections to Redis");
		EFFECTS.put("com.mongodb.client.MongoClient", "second connections to MongoDB");
		EFFECTS.put("com.mongodb.reactivestreams.client.MongoClient", "second connections to MongoDB");
		EFFECTS.put("com.datastax.oss.driver.api.core.CqlSession", "a second session with Cassandra");
		EFFECTS.put("org.neo4j.driver.Driver", "second connections to Neo4j");
		EFFECTS.put("com.couchbase.client.java.Cluster", "second connections to Couchbase");
		EFFECTS.put("org.apache.pulsar.client.api.PulsarClient", "a second Pulsar client");
		EFFECTS.put("com.hazelcast.core.HazelcastInstance", "a second member of the Hazelcast cluster");
		EFFECTS.put("org.infinispan.manager.EmbeddedCacheManager", "a second member of the Infinispan cluster");
		EFFECTS.put("org.apache.ignite.Ignite", "a second member of the Ignite cluster");
		EFFECTS.put("org.jgroups.JChannel", "a second member of the JGroups cluster");
		EFFECTS.put("io.opentelemetry.sdk.OpenTelemetrySdk", "exports its telemetry in addition to the first one");
		EFFECTS.put("io.micrometer.core.instrument.push.PushMeterRegistry",
				"pushes its meters in addition to the first one");
	}

	private RunsTwice() {
	}

	/**
	 * Find such beans, without creating any.
	 * @param beanFactory where to look
	 * @return a phrase for each, with its name
	 */
	public static List<String> in(ConfigurableListableBeanFactory beanFactory) {
		List<String> phrases = new ArrayList<>();
		EFFECTS.forEach((typeName, effect) -> {
			Class<?> type = load(typeName, beanFactory.getBeanClassLoader());
			if (type != null) {
				String[] names = beanFactory.getBeanNamesForType(type, true, false);
				new TreeSet<>(List.of(names)).forEach((name) -> phrases.add(name + " (" + effect + ")"));
			}
		});
		return phrases;
	}

	private static @Nullable Class<?> load(String name, @Nullable ClassLoader loader) {
		try {
			return ClassUtils.forName(name, loader);
		}
		catch (ClassNotFoundException | LinkageError ex) {
			return null;
		}
	}

}
