package io.github.samboot.autoconfigure;

import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.internal.gate.ActuatorPaths;
import io.github.samboot.boot.internal.gate.OpenPaths;
import io.github.samboot.boot.internal.gate.TrafficGate;
import io.github.samboot.boot.internal.gate.TrafficGateFilter;
import io.github.samboot.boot.internal.gate.TrafficGateWebFilter;
import io.github.samboot.boot.internal.lifecycle.Supervision;
import jakarta.servlet.Filter;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.web.server.WebFilter;

/**
 * {@link AutoConfiguration Auto-configuration} for {@code sam.quorum.gate=traffic}.
 */
@AutoConfiguration(after = SamAutoConfiguration.class)
@ConditionalOnBean(Supervision.class)
@Conditional(OnSamSetting.TrafficIsGated.class)
@ConditionalOnWebApplication
public final class SamGateAutoConfiguration {

	@Bean("io.github.samboot.boot.internal.gate.TrafficGate")
	@ConditionalOnMissingBean
	TrafficGate samTrafficGate(Supervision supervision, SamProperties properties, ApplicationContext context) {
		return new TrafficGate(supervision, properties.isTrafficGated(), context);
	}

	/**
	 * With the actuator, which always answers.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ PathMappedEndpoints.class, ManagementPortType.class })
	static class ActuatorConfiguration {

		@Bean("io.github.samboot.boot.internal.gate.OpenPaths")
		@ConditionalOnMissingBean
		OpenPaths samOpenPaths(ObjectProvider<PathMappedEndpoints> endpoints, Environment environment) {
			// Spring MVC only: WebFlux takes its base path off before the filters
			return new ActuatorPaths(endpoints, environment, environment.getProperty("spring.mvc.servlet.path", ""));
		}

	}

	/**
	 * Servlet application.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Filter.class)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	static class ServletConfiguration {

		@Bean("io.github.samboot.boot.internal.gate.TrafficGateFilter")
		@ConditionalOnMissingBean
		TrafficGateFilter samTrafficGateFilter(TrafficGate gate, ObjectProvider<OpenPaths> openPaths) {
			return new TrafficGateFilter(gate, openPaths.getIfAvailable(() -> OpenPaths.NONE));
		}

	}

	/**
	 * Reactive application.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(WebFilter.class)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	static class ReactiveConfiguration {

		@Bean("io.github.samboot.boot.internal.gate.TrafficGateWebFilter")
		@ConditionalOnMissingBean
		TrafficGateWebFilter samTrafficGateFilter(TrafficGate gate, ObjectProvider<OpenPaths> openPaths,
				ApplicationContext context) {
			return new TrafficGateWebFilter(gate, openPaths.getIfAvailable(() -> OpenPaths.NONE), context);
		}

	}

}
