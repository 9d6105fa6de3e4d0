package io.github.samboot.boot.internal.standby;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.samboot.boot.ActiveInstanceOnly;
import jakarta.annotation.PostConstruct;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.support.TaskExecutorAdapter;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link ActiveInstanceBeans} and {@link ActiveInstanceOnly}.
 */
class ActiveInstanceBeansTests {

	private static final List<String> log = new CopyOnWriteArrayList<>();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withInitializer((context) -> log.clear())
		.withUserConfiguration(LifeCycle.class);

	@Test
	void beansShouldBeCreatedInOrderWhenInstanceIsActive() {
		this.runner.withUserConfiguration(BeanMethods.class, Component.class, Plain.class, Web.class).run((context) -> {
			assertThat(log).containsExactly("plain", "registered", "component", "component initialized", "second",
					"first", "meta", "active", "web server");
			assertThat(context).hasNotFailed();
		});
	}

	@Test
	void beansShouldBeEagerWithoutPostProcessor() {
		new ApplicationContextRunner().withInitializer((context) -> log.clear())
			.withUserConfiguration(BeanMethods.class, Component.class)
			.run((context) -> assertThat(log).containsExactly("component", "component initialized", "second", "first",
					"meta"));
	}

	@Test
	void beansOfMarkedConfigurationShouldWait() {
		this.runner.withUserConfiguration(MarkedConfiguration.class)
			.run((context) -> assertThat(log).containsExactly("registered", "configuration", "instance method",
					"static method", "active"));
	}

	@Test
	void beanOfMarkedTypeShouldWaitWhateverDefinesIt() {
		this.runner.withBean("supplied", Component.class, Component::new)
			.withBean("heir", Heir.class, Heir::new)
			.run((context) -> assertThat(log).containsExactly("registered", "component", "component initialized",
					"component", "component initialized", "active"));
	}

	@Test
	void createdTooEarlyShouldNameWhatSomebodyInjects() {
		this.runner.withUserConfiguration(BeanMethods.class, Impatient.class).run((context) -> {
			assertThat(log).containsExactly("first", "impatient", "too early: [first]", "registered", "second", "meta",
					"active");
			assertThat(context.getBean(ActiveInstanceBeans.class).createdTooEarly()).isEmpty();
		});
	}

	@Test
	void createdTooEarlyShouldBeEmptyWhenProviderIsInjected() {
		this.runner.withUserConfiguration(BeanMethods.class, Patient.class)
			.run((context) -> assertThat(log).containsExactly("patient", "registered", "second", "first", "meta",
					"active"));
	}

	@Test
	void createdTooEarlyShouldNameSmartLifecycleThatStartsInTimeNevertheless() {
		this.runner.withBean("marked", MarkedLifecycle.class)
			.run((context) -> assertThat(log).containsExactly("marked", "too early: [marked]", "registered", "active",
					"marked starts"));
	}

	@Test
	void createBeansShouldDoNothingTheNextTime() {
		this.runner.withUserConfiguration(BeanMethods.class, Component.class).run((context) -> {
			log.clear();
			context.getSourceApplicationContext().stop();
			context.getSourceApplicationContext().start();
			assertThat(log).containsExactly("registered", "active");
		});
	}

	@Test
	void scopedAndLazyBeansShouldBeLeftAlone() {
		this.runner.withUserConfiguration(OtherScopes.class).run((context) -> {
			assertThat(log).containsExactly("registered", "active");
			assertThat(context.getSourceApplicationContext().getBeanFactory().getBeanDefinition("proxied").isLazyInit())
				.isFalse();
			context.getBean("prototype");
			context.getBean("lazy");
			assertThat(log).containsExactly("registered", "active", "prototype", "lazy");
		});
	}

	@Test
	void beansShouldStayLazyInLazyApplication() {
		this.runner
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.withUserConfiguration(BeanMethods.class)
			.run((context) -> assertThat(log).containsExactly("registered", "active"));
	}

	@Test
	void beansShouldStayAsTheyAreAheadOfTime() {
		new ApplicationContextRunner().withSystemProperties("spring.aot.processing=true")
			.withInitializer((context) -> log.clear())
			.withUserConfiguration(LifeCycle.class, BeanMethods.class)
			.run((context) -> assertThat(log).startsWith("second", "first", "meta"));
	}

	@Test
	void factoryBeanShouldWaitAsWell() {
		this.runner.withUserConfiguration(Factories.class).run((context) -> {
			assertThat(log).containsExactly("registered", "factory", "active");
			assertThat(context.getBean("product")).isEqualTo("made");
			assertThat(log).containsExactly("registered", "factory", "active", "product");
		});
	}

	@Test
	void beanShouldWaitAlthoughItIsInitializedInBackground() {
		this.runner.withUserConfiguration(Background.class)
			.run((context) -> assertThat(log).containsExactly("registered", "background", "active"));
	}

	@Test
	void singletonShouldLearnThatAllOthersExist() {
		this.runner.withUserConfiguration(Callbacks.class)
			.run((context) -> assertThat(log).containsExactly("registered", "callback", "last", "all there", "active"));
	}

	@Test
	void singletonCreatedTooEarlyShouldLearnThatOnce() {
		this.runner.withUserConfiguration(Callbacks.class)
			.withBean("eager", Eager.class)
			.run((context) -> assertThat(log).containsExactly("callback", "all there", "too early: [callback]",
					"registered", "last", "active"));
	}

	@Test
	void eventListenersShouldHear() {
		this.runner.withBean("listening", Listening.class).run((context) -> {
			assertThat(log).containsExactly("registered", "listening", "active", "hears that the context is refreshed");
			context.publishEvent("hello");
			assertThat(log).endsWith("hears hello");
		});
	}

	@Test
	void scheduledMethodsShouldBeCalled() {
		this.runner.withUserConfiguration(Scheduling.class).run((context) -> {
			await().until(() -> log.contains("tick"));
			assertThat(log).startsWith("registered", "ticking", "active").containsOnlyOnce("ticking");
		});
	}

	@Test
	void failureOfBeanShouldFailStart() {
		this.runner.withUserConfiguration(Failing.class).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).hasRootCauseMessage("cannot be created");
			assertThat(log).containsExactly("registered");
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class LifeCycle {

		@Bean
		static ActiveInstanceBeans activeInstanceBeans() {
			return new ActiveInstanceBeans();
		}

		@Bean
		Registration registration(ActiveInstanceBeans beans) {
			return new Registration(beans);
		}

	}

	/**
	 * Does what SAM's own life cycle does.
	 */
	static class Registration implements SmartLifecycle {

		private final ActiveInstanceBeans beans;

		private boolean running;

		Registration(ActiveInstanceBeans beans) {
			this.beans = beans;
		}

		@Override
		public void start() {
			List<String> tooEarly = this.beans.createdTooEarly();
			if (!tooEarly.isEmpty()) {
				log.add("too early: " + tooEarly);
			}
			log.add("registered");
			this.beans.createBeans();
			log.add("active");
			this.running = true;
		}

		@Override
		public void stop() {
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

		@Override
		public int getPhase() {
			return Integer.MIN_VALUE;
		}

	}

	static class Noted {

		Noted(String note) {
			log.add(note);
		}

	}

	@ActiveInstanceOnly
	@Retention(RetentionPolicy.RUNTIME)
	@interface OneAtATime {

	}

	@Configuration(proxyBeanMethods = false)
	static class BeanMethods {

		@Bean
		@ActiveInstanceOnly
		Noted second() {
			return new Noted("second");
		}

		@Bean
		@ActiveInstanceOnly
		static Noted first() {
			return new Noted("first");
		}

		@Bean
		@OneAtATime
		Noted meta() {
			return new Noted("meta");
		}

	}

	@ActiveInstanceOnly
	static class Component {

		Component() {
			log.add("component");
		}

		@PostConstruct
		void initialize() {
			log.add("component initialized");
		}

	}

	static class Heir extends Component {

	}

	static class Plain {

		Plain() {
			log.add("plain");
		}

	}

	static class Web extends Registration {

		Web() {
			super(new ActiveInstanceBeans());
		}

		@Override
		public void start() {
			log.add("web server");
		}

		@Override
		public int getPhase() {
			return 0;
		}

	}

	@Configuration
	@ActiveInstanceOnly
	static class MarkedConfiguration {

		MarkedConfiguration() {
			log.add("configuration");
		}

		@Bean
		Noted instanceMethod() {
			return new Noted("instance method");
		}

		@Bean
		static Noted staticMethod() {
			return new Noted("static method");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Impatient {

		@Bean
		Noted impatient(Noted first) {
			return new Noted("impatient");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Patient {

		@Bean
		String patient(ObjectProvider<Noted> first) {
			log.add("patient");
			return "patient";
		}

	}

	@ActiveInstanceOnly
	static class MarkedLifecycle extends Registration {

		MarkedLifecycle() {
			super(new ActiveInstanceBeans());
			log.add("marked");
		}

		@Override
		public void start() {
			log.add("marked starts");
		}

		@Override
		public int getPhase() {
			return 0;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OtherScopes {

		@Bean
		@ActiveInstanceOnly
		@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
		Noted prototype() {
			return new Noted("prototype");
		}

		@Bean
		@ActiveInstanceOnly
		@Lazy
		Noted lazy() {
			return new Noted("lazy");
		}

		@Bean
		@ActiveInstanceOnly
		@Scope(scopeName = ConfigurableBeanFactory.SCOPE_PROTOTYPE, proxyMode = ScopedProxyMode.INTERFACES)
		Runnable proxied() {
			log.add("proxied");
			return () -> {
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Factories {

		@Bean
		@ActiveInstanceOnly
		FactoryBean<String> product() {
			log.add("factory");
			return new FactoryBean<>() {

				@Override
				public String getObject() {
					log.add("product");
					return "made";
				}

				@Override
				public Class<?> getObjectType() {
					return String.class;
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Background {

		@Bean
		TaskExecutorAdapter bootstrapExecutor() {
			return new TaskExecutorAdapter(new SimpleAsyncTaskExecutor());
		}

		@Bean(bootstrap = Bean.Bootstrap.BACKGROUND)
		@ActiveInstanceOnly
		Noted background() {
			return new Noted("background");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Callbacks {

		@Bean
		@ActiveInstanceOnly
		Callback callback() {
			return new Callback();
		}

		@Bean
		@ActiveInstanceOnly
		Noted last() {
			return new Noted("last");
		}

	}

	static class Callback implements SmartInitializingSingleton {

		Callback() {
			log.add("callback");
		}

		@Override
		public void afterSingletonsInstantiated() {
			log.add("all there");
		}

	}

	static class Eager {

		Eager(Callback callback) {
		}

	}

	@ActiveInstanceOnly
	static class Listening {

		Listening() {
			log.add("listening");
		}

		@EventListener
		void refreshed(ContextRefreshedEvent event) {
			log.add("hears that the context is refreshed");
		}

		@EventListener
		void hello(String event) {
			log.add("hears " + event);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Scheduling {

		@Bean
		Ticking ticking() {
			return new Ticking();
		}

	}

	@ActiveInstanceOnly
	static class Ticking {

		Ticking() {
			log.add("ticking");
		}

		@Scheduled(fixedDelay = 10)
		void tick() {
			log.add("tick");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Failing {

		@Bean
		@ActiveInstanceOnly
		Noted failing() {
			throw new IllegalStateException("cannot be created");
		}

	}

}
