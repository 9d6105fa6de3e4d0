package io.github.samboot.autoconfigure;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

import io.github.samboot.boot.internal.diagnostics.SamConfigurationException;
import io.github.samboot.boot.internal.health.AddedMembersGroups;
import io.github.samboot.boot.internal.health.DeadlockDetector;
import io.github.samboot.boot.internal.health.HealthMembers;
import io.github.samboot.boot.internal.health.HealthSupervision;
import io.github.samboot.boot.internal.lifecycle.RecordingSam;
import io.github.samboot.boot.internal.lifecycle.Supervision;
import io.github.samboot.boot.internal.progress.ExecutorSource;
import io.github.samboot.boot.internal.progress.TaskExecutors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.web.AdditionalPathsMapper;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link SamHealthAutoConfiguration} and which members it finds.
 */
@ExtendWith(OutputCaptureExtension.class)
class SamHealthAutoConfigurationTests {

	private static final String INCLUDE = "management.endpoint.health.group.liveness.include=";

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SamAutoConfiguration.class, SamHealthAutoConfiguration.class,
				SamActuatorAutoConfiguration.class, ApplicationAvailabilityAutoConfiguration.class,
				EndpointAutoConfiguration.class, HealthContributorAutoConfiguration.class,
				HealthContributorRegistryAutoConfiguration.class, HealthEndpointAutoConfiguration.class,
				AvailabilityProbesAutoConfiguration.class))
		.withUserConfiguration(Indicators.class)
		// as SpringApplication does, conditions on access need it
		.withInitializer((context) -> context.getEnvironment().setConversionService(new ApplicationConversionService()))
		.withPropertyValues("management.endpoints.web.exposure.include=health",
				"management.endpoints.jmx.exposure.include=health");

	@Test
	void membersByDefaultShouldBeLivenessStateAndDeadlock() {
		this.contextRunner.run((context) -> {
			assertThat(members(context)).containsOnlyKeys("livenessState", "deadlock");
			assertThat(context.getBean(HealthMembers.class).groupsInstead()).isNull();
			HealthEndpointGroups groups = context.getBean(HealthEndpointGroups.class);
			assertThat(groups.get("liveness").isMember("deadlock")).isTrue();
			assertThat(groups.get("liveness").isMember("livenessState")).isTrue();
			assertThat(groups.get("liveness").isMember("orders")).isFalse();
			assertThat(groups.get("readiness").isMember("deadlock")).isFalse();
			assertThat(groups.getNames()).containsExactlyInAnyOrder("liveness", "readiness");
		});
	}

	@Test
	void membersShouldBeThoseOfTheUsersGroup() {
		this.contextRunner.withPropertyValues(INCLUDE + "livenessState,orders,reactive,db").run((context) -> {
			assertThat(members(context)).containsOnlyKeys("livenessState", "orders", "reactive", "db/primary",
					"db/replica", "deadlock");
			assertThat(members(context).get("orders").health())
				.isEqualTo(Health.down().withDetail("error", "17 lost").build());
			assertThat(members(context).get("reactive").health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
			assertThat(members(context).get("db/primary").health().getStatus()).isEqualTo(Status.UP);
		});
	}

	@Test
	void membersShouldNeverContainSamItself() {
		this.contextRunner.withPropertyValues(INCLUDE + "*").run((context) -> {
			assertThat(context).hasBean("samHealthIndicator");
			assertThat(members(context)).containsKeys("orders", "ping", "deadlock").doesNotContainKey("sam");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "management.endpoint.health.access=none", "management.endpoints.access.default=none",
			"management.endpoints.web.exposure.include=prometheus",
			"management.endpoints.web.exposure.exclude=health" })
	void membersWithoutHealthEndpointShouldBeTheSame(String property) {
		this.contextRunner
			.withPropertyValues("management.endpoints.jmx.exposure.include=none", property,
					INCLUDE + "livenessState,orders,db/replica")
			.run((context) -> {
				assertThat(context).doesNotHaveBean(HealthEndpoint.class).doesNotHaveBean(HealthEndpointGroups.class);
				assertThat(members(context)).containsOnlyKeys("livenessState", "orders", "db/replica", "deadlock");
			});
	}

	@Test
	void membersWithoutHealthEndpointAndGroupShouldBeLivenessStateAndDeadlock() {
		this.contextRunner
			.withPropertyValues("management.endpoint.health.access=none",
					"management.endpoints.jmx.exposure.include=none")
			.run((context) -> {
				assertThat(members(context)).containsOnlyKeys("livenessState", "deadlock");
				assertThat(context.getBean(HealthMembers.class).groupsInstead()).isNotNull();
			});
	}

	@Test
	void membersWithoutProbesShouldFallBackToAvailability() {
		this.contextRunner.withPropertyValues("management.endpoint.health.probes.enabled=false").run((context) -> {
			assertThat(context.getBean(HealthEndpointGroups.class).getNames()).isEmpty();
			assertThat(members(context)).containsOnlyKeys("livenessState", "deadlock");
			AvailabilityChangeEvent.publish(context.getSourceApplicationContext(), LivenessState.CORRECT);
			assertThat(members(context).get("livenessState").health().getStatus()).isEqualTo(Status.UP);
			AvailabilityChangeEvent.publish(context.getSourceApplicationContext(), LivenessState.BROKEN);
			assertThat(members(context).get("livenessState").health())
				.isEqualTo(Health.down().withDetail("error", "the liveness state is BROKEN").build());
		});
	}

	@Test
	void membersShouldContainProgressIfEnabled() {
		ApplicationContextRunner runner = this.contextRunner
			.withConfiguration(AutoConfigurations.of(SamProgressAutoConfiguration.class))
			.withPropertyValues("sam.health.progress.enabled=true");
		runner.run((context) -> {
			assertThat(members(context)).containsOnlyKeys("livenessState", "deadlock", "progress");
			assertThat(members(context).get("progress").health()).isEqualTo(Health.up().build());
			HealthEndpointGroups groups = context.getBean(HealthEndpointGroups.class);
			assertThat(groups.get("liveness").isMember("progress")).isTrue();
			assertThat(groups.get("readiness").isMember("progress")).isFalse();
			assertThat(context.getBeanNamesForType(ExecutorSource.class)).hasSize(4);
		});
		runner
			.withPropertyValues("management.endpoint.health.access=none",
					"management.endpoints.jmx.exposure.include=none", INCLUDE + "livenessState")
			.run((context) -> assertThat(members(context)).containsOnlyKeys("livenessState", "deadlock", "progress"));
		runner
			.withPropertyValues(INCLUDE + "livenessState", "management.endpoint.health.group.liveness.exclude=progress")
			.run((context) -> assertThat(members(context)).containsOnlyKeys("livenessState", "deadlock"));
		runner
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.tomcat",
					"org.springframework.boot.jetty", "reactor.netty"))
			.run((context) -> assertThat(context.getBeansOfType(ExecutorSource.class).values())
				.hasExactlyElementsOfTypes(TaskExecutors.class));
		runner.withPropertyValues("sam.health.progress.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(ExecutorSource.class)
				.doesNotHaveBean("progressHealthIndicator"));
	}

	@Test
	void excludeOfUserShouldWin() {
		this.contextRunner
			.withPropertyValues(INCLUDE + "*", "management.endpoint.health.group.liveness.exclude=deadlock,orders")
			.run((context) -> {
				assertThat(members(context)).doesNotContainKeys("deadlock", "orders").containsKey("ping");
				assertThat(context.getBean(HealthEndpointGroups.class).get("liveness").isMember("deadlock")).isFalse();
			});
	}

	@Test
	void deadlockDetectionOffShouldLeaveGroupsAlone() {
		this.contextRunner.withPropertyValues("sam.health.deadlock-detection=false").run((context) -> {
			assertThat(context).doesNotHaveBean(DeadlockDetector.class);
			assertThat(members(context)).containsOnlyKeys("livenessState");
			assertThat(context.getBean(HealthEndpointGroups.class)).isNotInstanceOf(AddedMembersGroups.class);
		});
	}

	@Test
	void membersShouldBeThoseOfAnotherGroupIfConfigured() {
		this.contextRunner
			.withPropertyValues("sam.health.group=watched", "management.endpoint.health.group.watched.include=orders")
			.run((context) -> {
				assertThat(members(context)).containsOnlyKeys("orders", "deadlock");
				HealthEndpointGroups groups = context.getBean(HealthEndpointGroups.class);
				assertThat(groups.get("watched").isMember("deadlock")).isTrue();
				assertThat(groups.get("liveness").isMember("deadlock")).isFalse();
			});
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "management.endpoint.health.access=unrestricted", "management.endpoint.health.access=none" })
	void unknownGroupShouldFailAndNameTheOthers(String property) {
		this.contextRunner
			.withPropertyValues("sam.health.group=livenes", "management.endpoint.health.group.watched.include=orders",
					property)
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.isInstanceOfSatisfying(SamConfigurationException.class,
						(failure) -> assertThat(failure.problems()).singleElement().satisfies((problem) -> {
							assertThat(problem.property()).isEqualTo("sam.health.group");
							assertThat(problem.value()).isEqualTo("livenes");
							assertThat(problem.reason()).contains("no health group 'livenes'", "watched");
						})));
	}

	@Test
	void unknownGroupShouldNotMatterWhenTheApplicationIsInCharge() {
		this.contextRunner.withPropertyValues("sam.health.group=nobody", "sam.health.mode=application")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void additionalPathsShouldStayAsBootMakesThem() {
		this.contextRunner.withPropertyValues("management.endpoint.health.probes.add-additional-paths=true")
			.run((context) -> {
				HealthEndpointGroups groups = context.getBean(HealthEndpointGroups.class);
				assertThat(groups.get("liveness").getAdditionalPath()).hasToString("server:/livez");
				assertThat(additionalPaths(groups)).containsExactlyInAnyOrder("/livez", "/readyz");
				assertThat(groups.get("liveness").isMember("deadlock")).isTrue();
			});
	}

	@Test
	void additionalPathOfUsersGroupShouldStay() {
		this.contextRunner
			.withPropertyValues(INCLUDE + "livenessState",
					"management.endpoint.health.group.liveness.additional-path=server:/healthz",
					"management.endpoint.health.group.liveness.show-details=always")
			.run((context) -> {
				HealthEndpointGroups groups = context.getBean(HealthEndpointGroups.class);
				assertThat(groups.get("liveness").getAdditionalPath()).hasToString("server:/healthz");
				assertThat(groups.getAllWithAdditionalPath(WebServerNamespace.SERVER)).hasSize(1);
				assertThat(additionalPaths(groups)).contains("/healthz");
				assertThat(groups.get("liveness").showDetails(null)).isTrue();
			});
	}

	@Test
	void additionalPathsShouldBeThoseOfBootWithoutSam() {
		ApplicationContextRunner withoutSam = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ApplicationAvailabilityAutoConfiguration.class,
					EndpointAutoConfiguration.class, HealthContributorRegistryAutoConfiguration.class,
					HealthEndpointAutoConfiguration.class, AvailabilityProbesAutoConfiguration.class));
		String[] properties = { "management.endpoints.web.exposure.include=health",
				"management.endpoint.health.probes.add-additional-paths=true",
				"management.endpoint.health.group.custom.include=livenessState",
				"management.endpoint.health.group.custom.additional-path=management:/custom" };
		withoutSam.withPropertyValues(properties)
			.run((plain) -> this.contextRunner.withPropertyValues(properties).run((context) -> {
				HealthEndpointGroups expected = plain.getBean(HealthEndpointGroups.class);
				HealthEndpointGroups actual = context.getBean(HealthEndpointGroups.class);
				assertThat(additionalPaths(actual)).isEqualTo(additionalPaths(expected));
				assertThat(actual.getNames()).containsExactlyInAnyOrderElementsOf(expected.getNames());
				for (String name : expected.getNames()) {
					assertThat(actual.get(name).getAdditionalPath()).isEqualTo(expected.get(name).getAdditionalPath());
				}
			}));
	}

	@Test
	void membersWithoutReactorShouldBeTheBlockingOnes() {
		new ApplicationContextRunner().withClassLoader(new FilteredClassLoader("reactor"))
			.withConfiguration(AutoConfigurations.of(SamAutoConfiguration.class, SamHealthAutoConfiguration.class,
					ApplicationAvailabilityAutoConfiguration.class, HealthContributorRegistryAutoConfiguration.class))
			.withBean("ordersHealthIndicator", HealthIndicator.class, () -> () -> Health.up().build())
			.withPropertyValues(INCLUDE + "orders")
			.run((context) -> assertThat(members(context)).containsOnlyKeys("orders", "deadlock"));
	}

	@Test
	void membersWithoutActuatorShouldBeLivenessStateAndDeadlock() {
		new ApplicationContextRunner()
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate", "reactor", "io.micrometer"))
			.withConfiguration(AutoConfigurations.of(SamAutoConfiguration.class, SamHealthAutoConfiguration.class,
					SamActuatorAutoConfiguration.class, ApplicationAvailabilityAutoConfiguration.class))
			.run((context) -> assertThat(members(context)).containsOnlyKeys("livenessState", "deadlock"));
	}

	@Test
	void readyWithExternalDependencyShouldWarnOnce(CapturedOutput output) {
		this.contextRunner.withBean(Supervision.class, () -> RecordingSam.initialized().supervision())
			.withPropertyValues(INCLUDE + "livenessState,db")
			.run((context) -> {
				AvailabilityChangeEvent.publish(context.getSourceApplicationContext(), LivenessState.CORRECT);
				await().until(
						() -> output.toString().contains("Health group 'liveness' contains db: if one of them fails"));
			});
	}

	@Test
	void readyShouldNotFindLivenessBrokenBeforeItsIndicatorKnowsBetter() {
		for (int run = 0; run < 10; run++) {
			this.contextRunner.withBean(Supervision.class, () -> RecordingSam.initialized().supervision())
				.withPropertyValues("sam.time-interval=1s", "sam.health.failure-threshold=1")
				.withInitializer((context) -> context
					.addApplicationListener((ApplicationListener<AvailabilityChangeEvent<?>>) (event) -> {
						// others are slow to hear of it
						LockSupport.parkNanos(30_000_000);
					}))
				.run((context) -> {
					AvailabilityChangeEvent.publish(context.getSourceApplicationContext(), LivenessState.CORRECT);
					HealthSupervision health = context.getBean(HealthSupervision.class);
					await().until(() -> !health.verdict().status().equals("UNKNOWN"));
					assertThat(health.verdict().status()).isEqualTo("UP");
				});
		}
	}

	@Test
	void readyWithoutGroupShouldSayWhatCounts(CapturedOutput output) {
		this.contextRunner.withBean(Supervision.class, () -> RecordingSam.initialized().supervision())
			.withPropertyValues("management.endpoint.health.probes.enabled=false")
			.run((context) -> {
				AvailabilityChangeEvent.publish(context.getSourceApplicationContext(), LivenessState.CORRECT);
				await().until(() -> output.toString()
					.contains("There is no health group 'liveness': SAM goes by the liveness state and deadlocks"));
			});
	}

	private static Map<String, HealthIndicator> members(AssertableApplicationContext context) {
		return context.getBean(HealthMembers.class).members((name) -> {
		});
	}

	private static Set<String> additionalPaths(HealthEndpointGroups groups) {
		assertThat(groups).isInstanceOf(AdditionalPathsMapper.class);
		return Set
			.copyOf(((AdditionalPathsMapper) groups).getAdditionalPaths(HealthEndpoint.ID, WebServerNamespace.SERVER));
	}

	@Configuration(proxyBeanMethods = false)
	static class Indicators {

		@Bean
		HealthIndicator ordersHealthIndicator() {
			return () -> Health.down().withDetail("error", "17 lost").build();
		}

		@Bean
		ReactiveHealthIndicator reactiveHealthIndicator() {
			return () -> Mono.just(Health.outOfService().build());
		}

		@Bean
		CompositeHealthContributor dbHealthContributor() {
			HealthIndicator up = () -> Health.up().build();
			return CompositeHealthContributor.fromMap(Map.of("primary", up, "replica", up));
		}

	}

}
