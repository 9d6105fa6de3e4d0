package io.github.samboot.autoconfigure;

import io.github.samboot.boot.internal.actuate.SamEndpoint;
import io.github.samboot.boot.internal.actuate.SamHealthIndicator;
import io.github.samboot.boot.internal.actuate.SamInfoContributor;
import io.github.samboot.boot.internal.evidence.IncidentReporting;
import io.github.samboot.boot.internal.faststart.FastStart;
import io.github.samboot.boot.internal.health.HealthSupervision;
import io.github.samboot.boot.internal.lifecycle.Supervision;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * {@link AutoConfiguration Auto-configuration} for what the actuator shows of SAM.
 */
@AutoConfiguration(after = { SamAutoConfiguration.class, SamHealthAutoConfiguration.class })
@ConditionalOnBean(Supervision.class)
public final class SamActuatorAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "samHealthIndicator")
	@ConditionalOnEnabledHealthIndicator("sam")
	SamHealthIndicator samHealthIndicator(Supervision supervision, ObjectProvider<HealthSupervision> health) {
		HealthSupervision available = health.getIfAvailable();
		return new SamHealthIndicator(supervision, () -> (available != null) ? available.outputProblem() : null);
	}

	/**
	 * Endpoint.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
	static class EndpointConfiguration {

		@Bean("io.github.samboot.boot.internal.actuate.SamEndpoint")
		@ConditionalOnMissingBean
		@ConditionalOnAvailableEndpoint
		SamEndpoint samEndpoint(Supervision supervision, ObjectProvider<HealthSupervision> health,
				ObjectProvider<IncidentReporting> reports, ObjectProvider<FastStart> fastStart) {
			return new SamEndpoint(supervision, health.getIfAvailable(), reports.getIfAvailable(),
					fastStart.getIfAvailable());
		}

	}

	/**
	 * Info contributor.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ConditionalOnEnabledInfoContributor.class)
	static class InfoConfiguration {

		@Bean("io.github.samboot.boot.internal.actuate.SamInfoContributor")
		@ConditionalOnMissingBean
		@ConditionalOnEnabledInfoContributor("sam")
		SamInfoContributor samInfoContributor(Supervision supervision) {
			return new SamInfoContributor(supervision);
		}

	}

}
