package io.github.samboot.boot.internal.lifecycle;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.samboot.autoconfigure.SamAutoConfiguration;
import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.internal.diagnostics.SamConfigurationException;
import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
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

	private static final String DECLINED = "decline until registered its context has no SAM auto-configuration";

	private static final AtomicBoolean REGISTERED = new AtomicBoolean();

	private final RecordedProcess process = new RecordedProcess();

	@BeforeEach
	void forgetFirstApplication() {
		SamEnvironmentListener.forget();
		REGISTERED.set(false);
	}

	@Test
	void runUnderWatchdogShouldAttachAndInitialize() {
		run("--sam.time-interval=2s", "--sam.watchdog.java-options=-Xmx9m").close();
		assertThat(this.process.calls).containsExactly("attach [-Xmx9m] null", "initialize PT2S", DECLINED);
	}

	@Test
	void runWhenDisabledShouldDecline(CapturedOutput output) {
		run("--sam.enabled=false").close();
		assertThat(this.process.calls).containsExactly("decline SAM is off, because sam.enabled=false");
		assertThat(output).containsOnlyOnce("SAM is off, because sam.enabled=false");
	}

	@Test
	void runWhenModeIsOffShouldDecline() {
		run("--sam.watchdog.mode=off").close();
		assertThat(this.process.calls).containsExactly("decline SAM is off, because sam.watchdog.mode=off");
	}

	@Test
	void runWithoutWatchdogShouldSayWhyOnce(CapturedOutput output) {
		this.process.inertReason = "SAM leaves this process alone, says this test.";
		run().close();
		run().close();
		assertThat(this.process.calls).isEmpty();
		assertThat(output).as("by the listener of this test, or that of the application itself")
			.containsOnlyOnce("SAM leaves this process alone");
	}

	@Test
	void runWithInvalidPropertyShouldFailBeforeInitialize(CapturedOutput output) {
		assertThatExceptionOfType(SamConfigurationException.class).isThrownBy(() -> run("--sam.time-interval=soon"));
		assertThat(this.process.calls).isEmpty();
		assertThat(output).containsOnlyOnce("APPLICATION FAILED TO START")
			.contains("Property: sam.time-interval")
			.contains("Value: \"soon\"")
			.contains("Origin: \"sam.time-interval\" from property source \"commandLineArgs\"")
			.contains("Reason: it is no time")
			.contains("sam.time-interval: Write a number with a unit: 500ms, 10s, 5m, 1h.");
	}

	@Test
	void runWithoutWatchdogAndInvalidPropertyShouldFail(CapturedOutput output) {
		this.process.inertReason = "test";
		assertThatExceptionOfType(SamConfigurationException.class)
			.isThrownBy(() -> run("--sam.recovery-polcy=restart"));
		assertThat(output).containsOnlyOnce("APPLICATION FAILED TO START")
			.contains("sam.recovery-polcy: Write sam.recovery-policy.");
	}

	@Test
	void runWhenInitializeFailsShouldSayWhatToDo(CapturedOutput output) {
		this.process.initializeFailure = new SamException(CsError.ACCESS, "Corosync refused this user");
		assertThatExceptionOfType(SamException.class).isThrownBy(this::run);
		assertThat(output).containsOnlyOnce("APPLICATION FAILED TO START")
			.contains("SAM failed: Corosync refused this user (ACCESS)")
			.contains("/etc/corosync/uidgid.d");
	}

	@Test
	void runWhenSidecarCannotBeStartedAndModeIsAutoShouldGoOnWithout(CapturedOutput output) {
		this.process.attachFailure = new IOException("no java binary");
		run().close();
		assertThat(this.process.calls).containsExactly("attach [] null",
				"decline This application runs unsupervised, because no watchdog can be started here: no java binary");
		assertThat(output.toString().lines()).anyMatch((line) -> line.contains("WARN") && line
			.contains("This application runs unsupervised, because no watchdog can be started here: no java binary"));
	}

	@Test
	void runWhenSidecarCannotBeStartedAndModeIsSidecarShouldFail(CapturedOutput output) {
		this.process.attachFailure = new IOException("no java binary");
		assertThatExceptionOfType(SamException.class).isThrownBy(() -> run("--sam.watchdog.mode=sidecar"));
		assertThat(output).contains("The watchdog beside the application cannot be started: no java binary");
	}

	@Test
	void runOfSecondApplicationShouldNotInitialize() {
		ConfigurableApplicationContext first = run();
		run().close();
		first.close();
		assertThat(this.process.calls).containsOnlyOnce("initialize PT10S");
	}

	@Test
	void secondRunOfTheSameApplicationShouldStartAgain() {
		SpringApplication application = application();
		application.run().close();
		application.run("--sam.enabled=false").close();
		assertThat(this.process.calls).containsExactly("attach [] null", "initialize PT10S", DECLINED, "start again");
	}

	@Test
	void failureOfTheApplicationShouldBeTold() {
		SpringApplication application = application();
		application.addInitializers((context) -> {
			throw new IllegalStateException("test");
		});
		assertThatIllegalStateException().isThrownBy(application::run);
		assertThat(this.process.calls).containsExactly("attach [] null", "initialize PT10S", "failed");
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
		assertThat(this.process.calls).doesNotContain("failed");
	}

	@Test
	void runWithParentShouldInitializeOnceBeforeTheParentIsReady() {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Empty.class)
			.listeners(new SamEnvironmentListener(this.process))
			.web(WebApplicationType.NONE)
			.child(Empty.class)
			.listeners(new SamEnvironmentListener(this.process))
			.web(WebApplicationType.NONE)
			.run()) {
			assertThat(context.getParent()).isNotNull();
			assertThat(this.process.calls).containsOnlyOnce("initialize PT10S");
		}
	}

	@Test
	void runInterruptedWhileWaitingShouldNotLookLikeFailure(CapturedOutput output) {
		this.process.initializeFailure = new SamException(CsError.INTERRUPT, "Interrupted while waiting for quorum");
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
				callsBeforeBeans.addAll(this.process.calls);
				return new Object();
			}));
		application.run().close();
		assertThat(callsBeforeBeans).containsExactly("attach [] null", "initialize PT10S", DECLINED);
		assertThat(this.process.calls).containsOnlyOnce(DECLINED);
		assertThat(output).containsOnlyOnce(
				"SAM does not supervise this application, because its context has no SAM " + "auto-configuration");
	}

	@Test
	void contextWithLifecycleShouldNotDecline() {
		try (ConfigurableApplicationContext context = application(WithLifecycle.class)
			.run("--spring.main.lazy-initialization=true")) {
			assertThat(context.isActive()).isTrue();
		}
		assertThat(this.process.calls).containsExactly("attach [] null", "initialize PT10S");
	}

	@Test
	void beanShouldBeWhatTheWatchdogWasTold() {
		SpringApplication application = application(WithLifecycle.class);
		// a value that changes once the watchdog has been told
		application.addInitializers((context) -> context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("late", Map.of("sam.time-interval", "9s"))));
		try (ConfigurableApplicationContext context = application.run("--sam.time-interval=2s")) {
			assertThat(this.process.calls).contains("initialize PT2S");
			assertThat(context.getBean(SamProperties.class).timeInterval()).hasSeconds(2);
		}
	}

	@Test
	void contextThatDoesNotRegisterWhenItStartsShouldDecline() {
		SpringApplication application = application(WithLifecycle.class);
		application.addInitializers((context) -> ((GenericApplicationContext) context)
			.registerBean(AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME, NoLifecycles.class));
		application.run().close();
		assertThat(this.process.calls).containsExactly("attach [] null", "initialize PT10S", DECLINED);
	}

	@Test
	void childOfContextWithoutLifecycleShouldDecide() {
		for (Class<?> child : List.of(WithLifecycle.class, Empty.class)) {
			this.process.calls.clear();
			forgetFirstApplication();
			new SpringApplicationBuilder(Empty.class).listeners(new SamEnvironmentListener(this.process))
				.web(WebApplicationType.NONE)
				.child(child)
				.listeners(new SamEnvironmentListener(this.process))
				.web(WebApplicationType.NONE)
				.run()
				.close();
			assertThat(this.process.calls.contains(DECLINED)).as(child.getName()).isEqualTo(child == Empty.class);
		}
	}

	@Test
	void childOfContextWithLifecycleShouldNotDecline() {
		new SpringApplicationBuilder(WithLifecycle.class).listeners(new SamEnvironmentListener(this.process))
			.web(WebApplicationType.NONE)
			.child(Empty.class)
			.listeners(new SamEnvironmentListener(this.process))
			.web(WebApplicationType.NONE)
			.run()
			.close();
		assertThat(this.process.calls).doesNotContain(DECLINED);
	}

	@Test
	void applicationThatRunsInsideTheFirstShouldDecideNothing() {
		SpringApplication application = application(WithLifecycle.class);
		application.addInitializers((context) -> run().close());
		application.run().close();
		assertThat(this.process.calls).doesNotContain(DECLINED);
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
		application.addListeners(new SamEnvironmentListener(this.process));
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
			REGISTERED.set(true);
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

	private static final class RecordedProcess implements SupervisedProcess {

		private final List<String> calls = new ArrayList<>();

		private @Nullable String inertReason;

		private @Nullable IOException attachFailure;

		private @Nullable SamException initializeFailure;

		@Override
		public @Nullable String inertReason() {
			return this.inertReason;
		}

		@Override
		public void decline(String reason) {
			this.calls.add("decline " + reason);
			this.inertReason = reason;
		}

		@Override
		public void declineUntilRegistered(String reason) {
			this.calls.add("decline until registered " + reason);
		}

		@Override
		public void attachSidecar(List<String> javaOptions, @Nullable Path runDirectory) throws IOException {
			this.calls.add("attach " + javaOptions + " " + runDirectory);
			if (this.attachFailure != null) {
				throw this.attachFailure;
			}
		}

		@Override
		public void initialize(SamOptions options) {
			if (this.initializeFailure != null) {
				throw this.initializeFailure;
			}
			this.calls.add("initialize " + options.timeInterval());
		}

		@Override
		public boolean isInitialized() {
			return this.calls.stream().anyMatch((call) -> call.startsWith("initialize"));
		}

		@Override
		public boolean awaitsRegistration() {
			return isInitialized() && !REGISTERED.get();
		}

		@Override
		public void runFailed() {
			this.calls.add("failed");
		}

		@Override
		public void startAgain() {
			this.calls.add("start again");
		}

		@Override
		public Supervision supervision(SamOptions options) {
			throw new UnsupportedOperationException();
		}

	}

}
