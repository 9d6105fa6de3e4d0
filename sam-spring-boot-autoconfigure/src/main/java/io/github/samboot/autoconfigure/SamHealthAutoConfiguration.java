package io.github.samboot.autoconfigure;

import io.github.samboot.boot.SamIncidentReporter;
import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.internal.evidence.IncidentReporting;
import io.github.samboot.boot.internal.evidence.InstanceEvidence;
import io.github.samboot.boot.internal.health.AddedMembers;
import io.github.samboot.boot.internal.health.AddedMembersGroups;
import io.github.samboot.boot.internal.health.ConfiguredHealthGroups;
import io.github.samboot.boot.internal.health.ContributorMembers;
import io.github.samboot.boot.internal.health.DeadlockDetector;
import io.github.samboot.boot.internal.health.EndpointHealthGroups;
import io.github.samboot.boot.internal.health.HealthGroups;
import io.github.samboot.boot.internal.health.HealthMembers;
import io.github.samboot.boot.internal.health.HealthSupervision;
import io.github.samboot.boot.internal.lifecycle.Supervision;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.registry.DefaultHealthContributorRegistry;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.health.registry.ReactiveHealthContributorRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * {@link AutoConfiguration Auto-configuration} for the health checking of SAM.
 */
@AutoConfiguration(after = SamAutoConfiguration.class,
		afterName = "org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration")
@ConditionalOnBean(Supervision.class)
public final class SamHealthAutoConfiguration {

	@Bean("io.github.samboot.boot.internal.health.HealthSupervision")
	@ConditionalOnMissingBean
	HealthSupervision samHealthSupervision(Supervision supervision, SamProperties properties, HealthMembers members,
			ObjectProvider<ApplicationAvailability> availability, Environment environment) {
		return new HealthSupervision(supervision, properties, members, availability, environment);
	}

	@Bean("io.github.samboot.boot.internal.evidence.InstanceEvidence")
	@ConditionalOnMissingBean
	InstanceEvidence samInstanceEvidence(Supervision supervision, HealthSupervision health, SamProperties properties) {
		return new InstanceEvidence(supervision, health, properties.incidents().logLines());
	}

	@Bean("io.github.samboot.boot.internal.evidence.IncidentReporting")
	@ConditionalOnMissingBean
	IncidentReporting samIncidentReporting(Supervision supervision, SamProperties properties,
			ObjectProvider<SamIncidentReporter> reporters) {
		return new IncidentReporting(supervision, properties.incidents().path(), reporters);
	}

	@Bean("io.github.samboot.boot.internal.health.AddedMembers")
	@ConditionalOnMissingBean
	AddedMembers samAddedMembers(Environment environment, SamProperties properties) {
		return new AddedMembers(environment, properties.health());
	}

	@Bean("io.github.samboot.boot.internal.health.HealthMembers")
	@ConditionalOnMissingBean
	HealthMembers samHealthMembers(ObjectProvider<HealthContributorRegistry> registry,
			ObjectProvider<ReactiveHealthContributorRegistry> reactiveRegistry, ObjectProvider<HealthGroups> groups,
			Environment environment, AddedMembers added, ObjectProvider<ApplicationAvailability> availability) {
		return new ContributorMembers(() -> contributors(registry, reactiveRegistry),
				groups.getIfAvailable(() -> new ConfiguredHealthGroups(environment, added)), added,
				ContributorMembers.livenessState(availability));
	}

	private static HealthContributors contributors(ObjectProvider<HealthContributorRegistry> registry,
			ObjectProvider<ReactiveHealthContributorRegistry> reactiveRegistry) {
		HealthContributors blocking = registry.getIfAvailable(DefaultHealthContributorRegistry::new);
		ReactiveHealthContributorRegistry reactive = reactiveRegistry.getIfAvailable();
		return (reactive != null) ? HealthContributors.of(blocking, reactive.asHealthContributors()) : blocking;
	}

	@Bean
	@ConditionalOnMissingBean(name = "deadlockHealthIndicator")
	@Conditional(OnSamSetting.DeadlocksAreDetected.class)
	DeadlockDetector deadlockHealthIndicator() {
		return new DeadlockDetector();
	}

	/**
	 * With the groups of a health endpoint.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = "org.springframework.boot.actuate.endpoint.annotation.Endpoint")
	static class EndpointConfiguration {

		/** Goes after Boot has added the probe groups. */
		@Bean("io.github.samboot.boot.internal.health.AddedMembersGroups")
		@ConditionalOnMissingBean(name = "io.github.samboot.boot.internal.health.AddedMembersGroups")
		@Order(Ordered.LOWEST_PRECEDENCE)
		HealthEndpointGroupsPostProcessor samAddedMembersGroupsPostProcessor(AddedMembers added) {
			return (groups) -> AddedMembersGroups.of(groups, added);
		}

		@Bean("io.github.samboot.boot.internal.health.HealthGroups")
		@ConditionalOnMissingBean
		HealthGroups samHealthGroups(ObjectProvider<HealthEndpointGroups> groups, Environment environment,
				AddedMembers added) {
			HealthEndpointGroups available = groups.getIfAvailable();
			return (available != null) ? new EndpointHealthGroups(available)
					: new ConfiguredHealthGroups(environment, added);
		}

	}

}
