package io.github.samboot.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.github.samboot.boot.ActiveInstanceOnly;
import io.github.samboot.boot.SamInstance;
import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.SamRegisteredEvent;
import io.github.samboot.boot.internal.diagnostics.SamConfigurationException;
import io.github.samboot.boot.internal.gate.TrafficGateFilter;
import io.github.samboot.boot.internal.health.HealthSupervision;
import io.github.samboot.boot.internal.lifecycle.RecordingSam;
import io.github.samboot.boot.internal.lifecycle.SamEventPublisher;
import io.github.samboot.boot.internal.lifecycle.SamLifecycle;
import io.github.samboot.boot.internal.lifecycle.SamLifecycleTests;
import io.github.samboot.boot.internal.lifecycle.Supervision;
import io.github.samboot.boot.internal.lifecycle.SupervisionParticipant;
import io.github.samboot.boot.internal.metrics.SamMetrics;
import io.github.samboot.boot.internal.standby.ActiveInstanceBeans;
import io.github.samboot.core.Sam;
import io.github.samboot.core.SamState;
import io.github.samboot.core.internal.client.UnsupervisedSam;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link SamAutoConfiguration} and the other auto-configurations together, in a
 * process without a watchdog.
 */
class SamAutoConfigurationTests {

	private static final AutoConfigurations ALL = AutoConfigurations.of(SamAutoConfiguration.class,
			SamHealthAutoConfiguration.class, SamActuatorAutoConfiguration.class, SamMetricsAutoConfiguration.class,
			ApplicationAvailabilityAutoConfiguration.class, EndpointAutoConfiguration.class,
			HealthContributorRegistryAutoConfiguration.class, HealthEndpointAutoConfiguration.class,
			AvailabilityProbesAutoConfiguration.class);

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner().withConfiguration(ALL);

	@Test
	void importsShouldNameEveryAutoConfiguration() {
		assertThat(ImportCandidates.load(AutoConfiguration.class, null)).contains(SamAutoConfiguration.class.getName(),
				SamHealthAutoConfiguration.class.getName(), SamActuatorAutoConfiguration.class.getName(),
				SamMetricsAutoConfiguration.class.getName(), SamGateAutoConfiguration.class.getName());
	}

	@Test
	void beanOfTheApplicationMayBeCalledSam() {
		this.contextRunner.withBean("sam", String.class, () -> "Uncle Sam")
			.run((context) -> assertThat(context).hasSingleBean(Sam.class).getBean("sam").isEqualTo("Uncle Sam"));
	}

	/**
	 * Those of health indicators are the names of their components.
	 */
	@Test
	void beansShouldNotTakeNamesThatTheApplicationMayUse() {
		new WebApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(SamConnectionsAutoConfiguration.class, SamFastStartAutoConfiguration.class,
							SamProgressAutoConfiguration.class, SamGateAutoConfiguration.class))
			.withConfiguration(ALL)
			.withPropertyValues("sam.connections.hold=true", "sam.fast-start.enabled=true",
					"sam.health.progress.enabled=true", "sam.quorum.gate=traffic")
			.run((context) -> assertThat(context.getBeanDefinitionNames())
				.filteredOn((name) -> name.toLowerCase(Locale.ROOT).contains("sam"))
				.contains(SamProperties.class.getName(), TrafficGateFilter.class.getName())
				.allMatch((name) -> name.startsWith("io.github.samboot.") || name.equals("samHealthIndicator")));
	}

	@Test
	void applicationMayHavePropertiesOfItsOwnThatAreCalledSamProperties() {
		SpringApplication application = new SpringApplication(OwnNames.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		try (ConfigurableApplicationContext context = application.run()) {
			assertThat(context.getBean("samProperties")).isEqualTo("of Uncle Sam");
			assertThat(context.getBean(SamProperties.class).enabled()).isTrue();
		}
	}

	@Test
	void runWithoutWatchdogShouldGiveSamThatDoesNothing() {
		this.contextRunner.run((context) -> {
			assertThat(context).hasSingleBean(Sam.class).hasSingleBean(SamLifecycle.class);
			Sam sam = context.getBean(Sam.class);
			assertThat(sam).isInstanceOf(UnsupervisedSam.class);
			assertThat(sam.state()).isEqualTo(SamState.STARTED);
			sam.dataStore(new byte[] { 1, 2 });
			assertThat(sam.dataRestore()).containsExactly(1, 2);
			assertThat(context.getBean(SamInstance.class)).satisfies((instance) -> {
				assertThat(instance.isActive()).isTrue();
				assertThat(instance.instanceId()).hasValue(0);
				assertThat(instance.isStandby()).isFalse();
				assertThat(instance.isSupervised()).isFalse();
			});
		});
	}

	@Test
	void runWithoutWatchdogShouldStartNoThread() {
		// those of earlier tests may still be ending
		await().until(() -> samThreads().isEmpty());
		this.contextRunner.run((context) -> {
			SamLifecycleTests.becomeCorrect(context.getSourceApplicationContext());
			assertThat(samThreads()).isEmpty();
		});
	}

	private static List<String> samThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith("sam-"))
			.toList();
	}

	@Test
	void runWithoutWatchdogShouldStillRefuseInvalidProperties() {
		this.contextRunner.withPropertyValues("sam.time-interval=10ms")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.isInstanceOf(SamConfigurationException.class));
	}

	@Test
	void runWithOwnBeansShouldBackOff() {
		this.contextRunner.withUserConfiguration(OwnBeans.class).run((context) -> {
			assertThat(context.getBean(Sam.class)).isInstanceOf(RecordingSam.class);
			assertThat(context.getBean(Supervision.class)).isSameAs(context.getBean("ownSupervision"));
			assertThat(context.getBean(SamProperties.class).timeInterval()).hasSeconds(77);
			assertThat(context).hasSingleBean(SamInstance.class)
				.hasSingleBean(SamLifecycle.class)
				.hasSingleBean(HealthSupervision.class);
			assertThat(context.getBean(SamLifecycle.class)).isSameAs(context.getBean("ownLifecycle"));
		});
	}

	@Test
	void runInChildOfContextWithSamShouldNotRegisterAgain() {
		RecordingSam sam = RecordingSam.initialized();
		this.contextRunner.withBean(Supervision.class, sam::supervision)
			.run((parent) -> this.contextRunner.withParent(parent).run((child) -> {
				assertThat(child.getBean(Sam.class)).isSameAs(parent.getBean(Sam.class));
				assertThat(sam.calls()).containsExactly("initialize", "register", "start(true)");
			}));
	}

	@Test
	void everyContextOfAHierarchyShouldHearOfRegisterAndHaveItsBeans() {
		this.contextRunner.withUserConfiguration(ActiveBean.class)
			.run((parent) -> this.contextRunner.withParent(parent)
				.withUserConfiguration(ActiveBean.class)
				.run((child) -> {
					for (ApplicationContext context : List.of(parent, child)) {
						assertThat(context.getBean(ActiveBean.class).registrations).singleElement()
							.satisfies((event) -> assertThat(event.getSource())
								.isSameAs(((AssertableApplicationContext) context).getSourceApplicationContext()));
					}
				}));
	}

	@Test
	void testShouldHearOfRegisterWithoutWatchdog() {
		this.contextRunner.withUserConfiguration(ActiveBean.class).run((context) -> {
			SamRegisteredEvent event = context.getBean(ActiveBean.class).registrations.get(0);
			assertThat(event.getInstanceId()).isZero();
			assertThat(event.isPromotion()).isFalse();
		});
	}

	@Test
	void runWhenLazyShouldRegisterAndStart() {
		RecordingSam sam = RecordingSam.initialized();
		this.contextRunner.withBean(Supervision.class, sam::supervision)
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> {
				assertThat(sam.calls()).containsExactly("initialize", "register", "start(true)");
				assertThat(sam.listeners()).hasAtLeastOneElementOfType(SamEventPublisher.class);
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.boot.actuate", "io.micrometer", "reactor", "com.fasterxml.jackson",
			"tools.jackson" })
	void runWithoutOptionalDependencyShouldWork(String missing) {
		ApplicationContextRunner runner = new ApplicationContextRunner()
			.withClassLoader(new FilteredClassLoader(missing))
			.withConfiguration(AutoConfigurations.of(SamAutoConfiguration.class, SamHealthAutoConfiguration.class,
					SamActuatorAutoConfiguration.class, SamMetricsAutoConfiguration.class,
					ApplicationAvailabilityAutoConfiguration.class));
		runner.run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(Sam.class).hasSingleBean(HealthSupervision.class);
			assertThat(context.getBeansOfType(SamMetrics.class)).hasSize(missing.equals("io.micrometer") ? 0 : 1);
			assertThat(context).hasBean("samHealthIndicator");
		});
	}

	@Test
	void runWithoutAnyOptionalDependencyShouldSupervise() {
		RecordingSam sam = RecordingSam.initialized();
		new ApplicationContextRunner()
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate", "io.micrometer", "reactor",
					"com.fasterxml.jackson", "jakarta.servlet", "org.springframework.web"))
			.withConfiguration(AutoConfigurations.of(SamAutoConfiguration.class, SamHealthAutoConfiguration.class,
					SamActuatorAutoConfiguration.class, SamMetricsAutoConfiguration.class,
					ApplicationAvailabilityAutoConfiguration.class))
			.withBean(Supervision.class, sam::supervision)
			.withPropertyValues("sam.time-interval=100ms")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				SamLifecycleTests.becomeCorrect(context.getSourceApplicationContext());
				await().until(() -> sam.beats() > 4);
				assertThat(sam.calls()).containsExactly("initialize", "register", "start(true)", "ready");
			});
	}

	@Test
	void runWithoutHealthShouldWorkIfTheApplicationSendsTheHeartbeats() {
		withoutHealth().withPropertyValues("sam.health.mode=application")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SamMetrics.class));
		withoutHealth().withPropertyValues("sam.time-interval=0").run((context) -> assertThat(context).hasNotFailed());
		withoutHealth().withBean(Supervision.class, () -> new RecordingSam().unsupervised().supervision())
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void runWithoutHealthShouldBeRefusedIfNothingSendsHeartbeats() {
		RecordingSam sam = RecordingSam.initialized();
		withoutHealth().withBean(Supervision.class, sam::supervision)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(SamConfigurationException.class)
				.hasMessageContaining("sam.health.mode: nothing sends heartbeats"));
		assertThat(sam.calls()).doesNotContain("register");
	}

	private static ApplicationContextRunner withoutHealth() {
		return new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(SamAutoConfiguration.class,
				SamActuatorAutoConfiguration.class, SamMetricsAutoConfiguration.class));
	}

	@Test
	void runInServletAndReactiveApplicationShouldWork() {
		new WebApplicationContextRunner().withConfiguration(ALL)
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(Sam.class));
		new ReactiveWebApplicationContextRunner().withConfiguration(ALL)
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(Sam.class));
	}

	@ActiveInstanceOnly
	static class ActiveBean {

		private final List<SamRegisteredEvent> registrations = new ArrayList<>();

		@EventListener
		void hear(SamRegisteredEvent event) {
			this.registrations.add(event);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ SamAutoConfiguration.class, SamHealthAutoConfiguration.class })
	static class OwnNames {

		@Bean
		String samProperties() {
			return "of Uncle Sam";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnBeans {

		@Bean
		Supervision ownSupervision() {
			return RecordingSam.initialized().supervision();
		}

		@Bean
		Sam ownSam() {
			return new RecordingSam();
		}

		@Bean
		SamProperties ownProperties() {
			return SamPropertiesTests
				.bind(Map.of("sam.recovery-policy", "quit", "sam.time-interval", "77s", "sam.shutdown-timeout", "1s"));
		}

		@Bean
		SamLifecycle ownLifecycle(Supervision supervision, ApplicationContext context,
				ObjectProvider<SupervisionParticipant> participants, ObjectProvider<ActiveInstanceBeans> beans) {
			return new SamLifecycle(supervision, context, participants, beans, ownProperties());
		}

	}

}
