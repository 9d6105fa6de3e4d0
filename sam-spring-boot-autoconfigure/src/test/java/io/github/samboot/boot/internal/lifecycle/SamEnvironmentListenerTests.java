package io.github.samboot.boot.internal.lifecycle;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.samboot.autoconfigure.SamAutoConfiguration;
import io.github.samboot.autoconfigure.SamPropertiesTests;
import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.internal.diagnostics.SamConfigurationException;
import io.github.samboot.boot.internal.launch.LaunchState;
import io.github.samboot.boot.internal.standby.ActiveInstanceBeans;
import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.config.ConfigDataResourceNotFoundException;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link SamEnvironmentListener}.
 */
@ExtendWith(OutputCaptureExtension.class)
class SamEnvironmentListenerTests {

	private static final String DECLINED = "decline its context has no SAM auto-configuration";

	/** What {@link Registering} registers. */
	private static RecordingSam registering = new RecordingSam();

	private RecordingSam sam = new RecordingSam();

	private Supervision supervision = this.sam.supervision();

	private @Nullable IOException sidecarFailure;

	private Object supervised = "nothing";

	@BeforeEach
	void forgetFirstApplication() {
		SamEnvironmentListener.forget();
		this.sam = new RecordingSam();
		this.supervision = this.sam.supervision();
		registering = this.sam;
	}

	@Test
	void runUnderWatchdogShouldInitialize() {
		run("--sam.time-interval=2s").close();
		assertThat(this.sam.calls()).containsExactly("sidecar", "initialize", DECLINED);
		assertThat(this.sam.options()).isNotNull()
			.satisfies((options) -> assertThat(options.timeInterval()).hasSeconds(2));
	}

	@Test
	void runWithoutWatchdogShouldSayWhyOnce(CapturedOutput output) {
		this.sam.launched(LaunchState.inert("SAM leaves this process alone, says this test."));
		run().close();
		run().close();
		assertThat(this.sam.calls()).isEmpty();
		assertThat(output).as("by the listener of this test, or that of the application itself")
			.containsOnlyOnce("SAM leaves this process alone");
	}

	@Test
	void runWithInvalidPropertyShouldFailBeforeInitialize(CapturedOutput output) {
		assertThatExceptionOfType(SamConfigurationException.class).isThrownBy(() -> run("--sam.time-interval=soon"));
		assertThat(this.sam.calls()).isEmpty();
		assertThat(output).containsOnlyOnce("APPLICATION FAILED TO START")
			.contains("Property: sam.time-interval")
			.contains("Value: \"soon\"")
			.contains("Origin: \"sam.time-interval\" from property source \"commandLineArgs\"")
			.contains("Reason: it is no time")
			.contains("sam.time-interval: Write a number with a unit: 500ms, 10s, 5m, 1h.");
	}

	@Test
	void runAfterOneThatFailedBeforeInitializeShouldInitialize() {
		assertThatExceptionOfType(ConfigDataResourceNotFoundException.class)
			.isThrownBy(() -> run("--spring.config.import=file:/nowhere/demo.properties"));
		assertThat(this.sam.calls()).isEmpty();
		run().close();
		assertThat(this.sam.calls()).containsExactly("sidecar", "initialize", DECLINED);
	}

	@Test
	void runWithoutWatchdogAndInvalidPropertyShouldFail(CapturedOutput output) {
		this.sam.launched(LaunchState.inert("test"));
		assertThatExceptionOfType(SamConfigurationException.class)
			.isThrownBy(() -> run("--sam.recovery-polcy=restart"));
		assertThat(output).containsOnlyOnce("APPLICATION FAILED TO START")
			.contains("sam.recovery-polcy: Write sam.recovery-policy.");
	}

	@Test
	void runWhenInitializeFailsShouldSayWhatToDo(CapturedOutput output) {
		this.sam.onInitialize(() -> {
			throw new SamException(CsError.ACCESS, "Corosync refused this user");
		});
		assertThatExceptionOfType(SamException.class).isThrownBy(this::run);
		assertThat(output).containsOnlyOnce("APPLICATION FAILED TO START")
			.contains("SAM failed: Corosync refused this user (ACCESS)")
			.contains("/etc/corosync/uidgid.d");
	}

	@Test
	void runWhenSidecarCannotBeStartedAndModeIsAutoShouldGoOnWithout(CapturedOutput output) {
		this.sidecarFailure = new IOException("no java binary");
		run().close();
		assertThat(this.sam.calls()).containsExactly("sidecar",
				"decline This application runs unsupervised, because no watchdog can be started here: no java binary");
		assertThat(output.toString().lines()).anyMatch((line) -> line.contains("WARN") && line
			.contains("This application runs unsupervised, because no watchdog can be started here: no java binary"));
	}

	@Test
	void runWhenSidecarCannotBeStartedAndModeIsSidecarShouldFail(CapturedOutput output) {
		this.sidecarFailure = new IOException("no java binary");
		assertThatExceptionOfType(SamException.class).isThrownBy(() -> run("--sam.watchdog.mode=sidecar"));
		assertThat(output).contains("The sidecar watchdog cannot be started: no java binary");
	}

	@Test
	void runOfSecondApplicationShouldNotInitialize() {
		ConfigurableApplicationContext first = run();
		run().close();
		first.close();
		assertThat(this.sam.calls()).containsOnlyOnce("initialize");
	}

	@Test
	void secondRunOfTheSameApplicationShouldStartAgain() {
		SpringApplication application = application();
		application.run().close();
		application.run("--sam.enabled=false").close();
		assertThat(this.sam.calls()).containsExactly("sidecar", "initialize", DECLINED, "start again");
	}

	@Test
	void failureOfTheApplicationShouldBeTold() {
		SpringApplication application = application();
		application.addInitializers((context) -> {
			throw new IllegalStateException("test");
		});
		assertThatIllegalStateException().isThrownBy(application::run);
		assertThat(this.sam.calls()).containsExactly("sidecar", "initialize", "failed");
	}

	@Test
	void failureOfAnotherApplicationShouldNotMatter() {
		try (ConfigurableApplicationContext first = run()) {
			assertThat(first.isActive()).isTrue();
			SpringApplication another = application();
			another.addInitializers((context) -> {
				throw new IllegalStateException("test");
			});
			assertThatIllegalStateException().isThrownBy(another::run);
		}
		assertThat(this.sam.calls()).doesNotContain("failed");
	}

	@Test
	void failureInOrBelowTheSupervisedContextShouldBeTold() {
		run().close();
		GenericApplicationContext parent = new GenericApplicationContext();
		parent.refresh();
		for (boolean isParentSupervised : List.of(true, false)) {
			SpringApplication another = application();
			another.addInitializers((context) -> context.setParent(parent), (context) -> {
				supervise(isParentSupervised ? parent : (GenericApplicationContext) context);
				throw new IllegalStateException("test");
			});
			assertThatIllegalStateException().isThrownBy(another::run);
			assertThat(this.sam.calls()).filteredOn("failed"::equals).hasSize(isParentSupervised ? 1 : 2);
		}
		parent.close();
	}

	@Test
	void failureOfALaterApplicationThatCannotBeRefreshedShouldBeTold() {
		run().close();
		this.sam.register();
		SpringApplication another = application();
		another.addInitializers((context) -> ((GenericApplicationContext) context).registerBean(Object.class, () -> {
			throw new IllegalStateException("test");
		}));
		assertThatExceptionOfType(BeanCreationException.class).isThrownBy(another::run);
		assertThat(this.sam.calls()).contains("failed");
	}

	private void supervise(GenericApplicationContext context) {
		SamLifecycle lifecycle = new SamLifecycle(this.supervision, context,
				context.getBeanProvider(SupervisionParticipant.class),
				context.getBeanProvider(ActiveInstanceBeans.class), SamPropertiesTests.bind(Map.of()));
		this.supervision.release(this.supervised);
		this.supervised = lifecycle;
		assertThat(this.supervision.acquire(lifecycle)).isTrue();
	}

	@Test
	void runWithParentShouldInitializeOnceBeforeTheParentIsReady() {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Empty.class).listeners(listener())
			.web(WebApplicationType.NONE)
			.child(Empty.class)
			.listeners(listener())
			.web(WebApplicationType.NONE)
			.run()) {
			assertThat(context.getParent()).isNotNull();
			assertThat(this.sam.calls()).containsOnlyOnce("initialize");
		}
	}

	@Test
	void runInterruptedWhileWaitingShouldNotLookLikeFailure(CapturedOutput output) {
		this.sam.onInitialize(() -> {
			throw new SamException(CsError.INTERRUPT, "Interrupted while waiting for quorum");
		});
		assertThatExceptionOfType(SamException.class).isThrownBy(this::run);
		assertThat(output).contains("The application was asked to stop before it was started")
			.doesNotContain("APPLICATION FAILED TO START");
	}

	@Test
	void contextWithoutLifecycleShouldDeclineBeforeItsBeansAreCreated(CapturedOutput output) {
		SpringApplication application = application();
		List<String> callsBeforeBeans = new ArrayList<>();
		application
			.addInitializers((context) -> ((GenericApplicationContext) context).registerBean(Object.class, () -> {
				callsBeforeBeans.addAll(this.sam.calls());
				return new Object();
			}));
		application.run().close();
		assertThat(callsBeforeBeans).containsExactly("sidecar", "initialize", DECLINED);
		assertThat(this.sam.calls()).containsOnlyOnce(DECLINED);
		assertThat(output).containsOnlyOnce(
				"SAM does not supervise this application, because its context has no SAM " + "auto-configuration");
	}

	@Test
	void contextWithLifecycleShouldNotDecline() {
		try (ConfigurableApplicationContext context = application(WithLifecycle.class)
			.run("--spring.main.lazy-initialization=true")) {
			assertThat(context.isActive()).isTrue();
		}
		assertThat(this.sam.calls()).containsExactly("sidecar", "initialize", "register");
	}

	@Test
	void beanShouldBeWhatTheWatchdogWasTold() {
		SpringApplication application = application(WithLifecycle.class);
		// a value that changes once the watchdog has been told
		application.addInitializers((context) -> context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("late", Map.of("sam.time-interval", "9s"))));
		try (ConfigurableApplicationContext context = application.run("--sam.time-interval=2s")) {
			assertThat(this.sam.options()).isNotNull()
				.satisfies((options) -> assertThat(options.timeInterval()).hasSeconds(2));
			assertThat(context.getBean(SamProperties.class).timeInterval()).hasSeconds(2);
		}
	}

	@Test
	void laterApplicationShouldGetWhatTheWatchdogWasTold(CapturedOutput output) {
		run("--sam.time-interval=10s").close();
		try (ConfigurableApplicationContext context = application(WithLifecycle.class).run("--sam.time-interval=60s",
				"--sam.restart.max-restarts=9", "--sam.health.group=mine")) {
			assertThat(context.getBean(SamProperties.class)).satisfies((properties) -> {
				assertThat(properties.timeInterval()).hasSeconds(10);
				// what is checked is its own
				assertThat(properties.health().group()).isEqualTo("mine");
			});
		}
		assertThat(output.toString().lines())
			.anyMatch((line) -> line.contains("WARN") && line.contains("sam.time-interval")
					&& line.contains("sam.restart.max-restarts") && !line.contains("sam.recovery-policy"));
	}

	@Test
	void laterApplicationShouldKeepItsPropertiesThatTheWatchdogNeedNotKnow(CapturedOutput output) {
		run().close();
		try (ConfigurableApplicationContext context = application(WithLifecycle.class).run("--sam.health.group=mine")) {
			assertThat(context.getBean(SamProperties.class).health().group()).isEqualTo("mine");
		}
		assertThat(output).doesNotContain("has other values");
	}

	@Test
	void contextThatDoesNotRegisterWhenItStartsShouldDecline() {
		SpringApplication application = application(WithLifecycle.class);
		application.addInitializers((context) -> ((GenericApplicationContext) context)
			.registerBean(AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME, NoLifecycles.class));
		application.run().close();
		assertThat(this.sam.calls()).containsExactly("sidecar", "initialize", DECLINED);
	}

	@Test
	void childOfContextWithoutLifecycleShouldDecide() {
		for (Class<?> child : List.of(WithLifecycle.class, Empty.class)) {
			forgetFirstApplication();
			new SpringApplicationBuilder(Empty.class).listeners(listener())
				.web(WebApplicationType.NONE)
				.child(child)
				.listeners(listener())
				.web(WebApplicationType.NONE)
				.run()
				.close();
			assertThat(this.sam.calls().contains(DECLINED)).as(child.getName()).isEqualTo(child == Empty.class);
		}
	}

	@Test
	void childOfContextWithLifecycleShouldNotDecline() {
		new SpringApplicationBuilder(WithLifecycle.class).listeners(listener())
			.web(WebApplicationType.NONE)
			.child(Empty.class)
			.listeners(listener())
			.web(WebApplicationType.NONE)
			.run()
			.close();
		assertThat(this.sam.calls()).doesNotContain(DECLINED);
	}

	@Test
	void applicationThatRunsInsideTheFirstShouldDecideNothing() {
		SpringApplication application = application(WithLifecycle.class);
		application.addInitializers((context) -> run().close());
		application.run().close();
		assertThat(this.sam.calls()).doesNotContain(DECLINED);
	}

	@Test
	void propertiesShouldNotBeSeenByPostProcessors() {
		// such as that of Spring Cloud, which binds all that it has seen again
		List<Object> seen = new ArrayList<>();
		SpringApplication application = application(WithLifecycle.class);
		application.addInitializers((context) -> context.getBeanFactory().addBeanPostProcessor(new BeanPostProcessor() {

			@Override
			public Object postProcessBeforeInitialization(Object bean, String beanName) {
				seen.add(bean);
				return bean;
			}

		}));
		try (ConfigurableApplicationContext context = application.run("--sam.time-interval=7s")) {
			SamProperties properties = context.getBean(SamProperties.class);
			assertThat(properties.timeInterval()).isEqualTo(Duration.ofSeconds(7));
			assertThat(seen).isNotEmpty().doesNotContain(properties);
		}
	}

	private SamEnvironmentListener listener() {
		return new SamEnvironmentListener(this.supervision, () -> {
			this.sam.call("sidecar");
			if (this.sidecarFailure != null) {
				throw this.sidecarFailure;
			}
		});
	}

	private ConfigurableApplicationContext run(String... arguments) {
		return application().run(arguments);
	}

	private SpringApplication application() {
		return application(Empty.class);
	}

	private SpringApplication application(Class<?> source) {
		SpringApplication application = new SpringApplication(source);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setDefaultProperties(Map.of("spring.main.banner-mode", "off"));
		// in place of its own, whose process is not supervised
		application.setListeners(application.getListeners()
			.stream()
			.filter((listener) -> !(listener instanceof SamEnvironmentListener))
			.toList());
		application.addListeners(listener());
		return application;
	}

	@Configuration(proxyBeanMethods = false)
	static class Empty {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(SamAutoConfiguration.class)
	static class WithLifecycle {

		@Bean
		SmartLifecycle registration() {
			return new Registering();
		}

	}

	/** Does to the recorded process what the life cycle does to a supervised one. */
	static class Registering implements SmartLifecycle {

		@Override
		public void start() {
			registering.register();
		}

		@Override
		public void stop() {
		}

		@Override
		public boolean isRunning() {
			return false;
		}

	}

	static class NoLifecycles extends DefaultLifecycleProcessor {

		@Override
		public void onRefresh() {
		}

	}

}
