package io.github.samboot.autoconfigure;

import io.github.samboot.boot.internal.gate.OpenPaths;
import io.github.samboot.boot.internal.gate.TrafficGate;
import io.github.samboot.boot.internal.gate.TrafficGateFilter;
import io.github.samboot.boot.internal.gate.TrafficGateWebFilter;
import io.github.samboot.boot.internal.lifecycle.SamStartLifecycle;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.application.AvailabilityHealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SamGateAutoConfiguration}.
 */
class SamGateAutoConfigurationTests {

	private static final AutoConfigurations CONFIGURATIONS = AutoConfigurations.of(SamAutoConfiguration.class,
			SamGateAutoConfiguration.class);

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(CONFIGURATIONS)
		.withPropertyValues("sam.quorum.gate=traffic", "sam.recovery-policy=quorum-restart");

	@Test
	void runByDefaultShouldHaveNoGate() {
		new WebApplicationContextRunner().withConfiguration(CONFIGURATIONS)
			.withPropertyValues("sam.recovery-policy=quorum-restart")
			.run((context) -> assertThat(context).doesNotHaveBean(TrafficGate.class)
				.doesNotHaveBean(SamStartLifecycle.class));
	}

	@Test
	void runInServletApplicationShouldHaveFilter() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(TrafficGateFilter.class)
			.doesNotHaveBean(TrafficGateWebFilter.class)
			.hasSingleBean(SamStartLifecycle.class));
	}

	@Test
	void runInReactiveApplicationShouldHaveWebFilter() {
		new ReactiveWebApplicationContextRunner().withConfiguration(CONFIGURATIONS)
			.withPropertyValues("sam.quorum.gate=traffic")
			.run((context) -> assertThat(context).hasSingleBean(TrafficGateWebFilter.class)
				.doesNotHaveBean(TrafficGateFilter.class));
	}

	@Test
	void runWithoutWebServerShouldHaveNoGateButWait() {
		new ApplicationContextRunner().withConfiguration(CONFIGURATIONS)
			.withPropertyValues("sam.quorum.gate=traffic")
			.run((context) -> assertThat(context).doesNotHaveBean(TrafficGate.class)
				.hasSingleBean(SamStartLifecycle.class));
	}

	@Test
	void runWithoutActuatorShouldLeaveNothingOpen() {
		this.runner.withClassLoader(new FilteredClassLoader(PathMappedEndpoints.class)).run((context) -> {
			assertThat(context).hasSingleBean(TrafficGateFilter.class).doesNotHaveBean(OpenPaths.class);
			assertClosed(OpenPaths.NONE, "/actuator/health");
		});
	}

	@Test
	void actuatorShouldBeOpenAtItsBasePath() {
		withActuator().run((context) -> {
			assertOpen(context.getBean(OpenPaths.class), "/actuator", "/actuator/health", "/actuator/health/liveness");
			assertClosed(context.getBean(OpenPaths.class), "/", "/orders", "/actuatorx", "/livez");
		});
	}

	@Test
	void endpointsShouldBeOpenOneByOneWithoutBasePath() {
		withActuator().withPropertyValues("management.endpoints.web.base-path=/").run((context) -> {
			assertOpen(context.getBean(OpenPaths.class), "/health", "/health/liveness");
			assertClosed(context.getBean(OpenPaths.class), "/", "/orders", "/healthy");
		});
	}

	@Test
	void endpointsShouldBeFoundBehindThePathOfTheDispatcherServlet() {
		withActuator().withPropertyValues("spring.mvc.servlet.path=/app").run((context) -> {
			assertOpen(context.getBean(OpenPaths.class), "/app/actuator/health");
			assertClosed(context.getBean(OpenPaths.class), "/actuator/health");
		});
	}

	@Test
	void onlyAdditionalPathsShouldBeOpenWhenTheManagementPortIsAnother() {
		withActuator()
			.withPropertyValues("management.server.port=9090", "management.endpoint.health.probes.enabled=true",
					"management.endpoint.health.probes.add-additional-paths=true")
			.run((context) -> {
				assertThat(context).hasSingleBean(ApplicationAvailability.class);
				assertOpen(context.getBean(OpenPaths.class), "/livez", "/readyz");
				assertClosed(context.getBean(OpenPaths.class), "/actuator/health", "/livezz");
			});
	}

	private WebApplicationContextRunner withActuator() {
		return this.runner.withConfiguration(AutoConfigurations.of(EndpointAutoConfiguration.class,
				WebEndpointAutoConfiguration.class, HealthContributorRegistryAutoConfiguration.class,
				HealthEndpointAutoConfiguration.class, AvailabilityHealthContributorAutoConfiguration.class,
				AvailabilityProbesAutoConfiguration.class, ApplicationAvailabilityAutoConfiguration.class));
	}

	private static void assertOpen(OpenPaths open, String... paths) {
		assertThat(paths).allMatch(open::contains);
	}

	private static void assertClosed(OpenPaths open, String... paths) {
		assertThat(paths).noneMatch(open::contains);
	}

}
