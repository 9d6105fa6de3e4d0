package io.github.samboot.boot.internal.lifecycle;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.internal.diagnostics.SamConfiguration;
import io.github.samboot.boot.internal.launch.SamLaunch;
import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.WatchdogMode;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.bootstrap.BootstrapRegistry.InstanceSupplier;
import org.springframework.boot.bootstrap.ConfigurableBootstrapContext;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.boot.context.event.ApplicationPreparedEvent;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.boot.context.event.ApplicationStartingEvent;
import org.springframework.boot.context.event.SpringApplicationEvent;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * As soon as the configuration is known and there is logging: checks {@code sam.*} and
 * tells the watchdog what it has to know ({@code sam_initialize}). As soon as the bean
 * definitions are known: declines supervision if none of them is {@link SamLifecycle},
 * since such an application never registers.
 */
class SamEnvironmentListener implements ApplicationListener<SpringApplicationEvent>, Ordered {

	static final int ORDER = LoggingApplicationListener.DEFAULT_ORDER + 1;

	private static final Log logger = LogFactory.getLog(SamEnvironmentListener.class);

	/**
	 * The application that is supervised: others, such as the bootstrap application of
	 * Spring Cloud, run inside or after it.
	 */
	private static final AtomicReference<@Nullable WeakReference<SpringApplication>> FIRST = new AtomicReference<>();

	/**
	 * The application whose context decides whether there is supervision: the first one
	 * but for parent contexts, whose child may have the auto-configuration.
	 */
	private static final AtomicReference<@Nullable WeakReference<SpringApplication>> DECISIVE = new AtomicReference<>();

	/** What the watchdog was told. */
	private static final AtomicReference<@Nullable SamProperties> TOLD = new AtomicReference<>();

	private static final Set<String> LOG_FORMATS = Set.of("ecs", "gelf", "logstash");

	private static final AtomicBoolean INERT_LOGGED = new AtomicBoolean();

	private final Supervision supervision;

	private final SidecarStart sidecar;

	SamEnvironmentListener() {
		this(Supervision.ofProcess(), SamLaunch.current()::startSidecar);
	}

	SamEnvironmentListener(Supervision supervision, SidecarStart sidecar) {
		this.supervision = supervision;
		this.sidecar = sidecar;
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public void onApplicationEvent(SpringApplicationEvent event) {
		if (event instanceof ApplicationStartingEvent starting) {
			WeakReference<SpringApplication> application = new WeakReference<>(starting.getSpringApplication());
			FIRST.compareAndSet(null, application);
			if (DECISIVE.get() == null && !isRunAsParent()) {
				DECISIVE.set(application);
			}
		}
		else if (event instanceof ApplicationEnvironmentPreparedEvent prepared) {
			onEnvironmentPrepared(prepared);
		}
		else if (event instanceof ApplicationPreparedEvent prepared) {
			if (isUndecided(prepared.getSpringApplication())) {
				// runs when all bean definitions are known and before any bean is created
				prepared.getApplicationContext().addBeanFactoryPostProcessor(this::declineWithoutLifecycle);
			}
		}
		else if (event instanceof ApplicationStartedEvent started) {
			// a context need not call post-processors, nor start its lifecycle beans
			if (isUndecided(started.getSpringApplication())) {
				declineUnregistered();
			}
		}
		else if (event instanceof ApplicationFailedEvent failed && (isFirst(failed.getSpringApplication())
				|| this.supervision.includes(failed.getApplicationContext()))) {
			if (this.supervision.isInitialized()) {
				// the context is closed next, which is no requested stop then
				this.supervision.sam().runFailed();
			}
			else {
				// the next one may fare better
				FIRST.set(null);
				DECISIVE.set(null);
			}
		}
	}

	private static boolean isFirst(SpringApplication application) {
		WeakReference<SpringApplication> first = FIRST.get();
		return first == null || first.get() == application;
	}

	/**
	 * A {@link SpringApplicationBuilder} runs the parent context first, by the
	 * application of the child.
	 */
	private static boolean isRunAsParent() {
		return StackWalker.getInstance()
			.walk((frames) -> frames
				.anyMatch((frame) -> frame.getClassName().equals(SpringApplicationBuilder.class.getName())
						&& frame.getMethodName().equals("configureAsChildIfNecessary")));
	}

	private boolean isUndecided(SpringApplication application) {
		WeakReference<SpringApplication> decisive = DECISIVE.get();
		return decisive != null && decisive.get() == application && this.supervision.isSupervised()
				&& this.supervision.awaitsRegistration();
	}

	private void declineWithoutLifecycle(ConfigurableListableBeanFactory beanFactory) {
		if (this.supervision.awaitsRegistration() && BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beanFactory,
				SamLifecycle.class, true, false).length == 0) {
			declineUnregistered();
		}
	}

	private void declineUnregistered() {
		DECISIVE.set(new WeakReference<>(null));
		logger.info("SAM does not supervise this application, because its context has no SAM auto-configuration: "
				+ "the watchdog only forwards signals and returns the exit code. Add @EnableAutoConfiguration, or remove "
				+ "io.github.samboot.autoconfigure.SamAutoConfiguration from spring.autoconfigure.exclude, to have it supervised; set sam.enabled=false to start it without a watchdog");
		this.supervision.declineUntilRegistered("its context has no SAM auto-configuration");
	}

	/**
	 * As a singleton, which no post-processor sees: Spring Cloud would bind it again at
	 * each refresh, although it cannot change any more.
	 */
	private static void publish(SamProperties properties, ConfigurableBootstrapContext bootstrapContext) {
		if (!bootstrapContext.isRegistered(SamProperties.class)) {
			bootstrapContext.register(SamProperties.class, InstanceSupplier.of(properties));
			bootstrapContext.addCloseListener((closed) -> closed.getApplicationContext()
				.getBeanFactory()
				.registerSingleton(SamProperties.class.getName(),
						closed.getBootstrapContext().get(SamProperties.class)));
		}
	}

	private void onEnvironmentPrepared(ApplicationEnvironmentPreparedEvent event) {
		SamProperties properties = SamConfiguration.read(event.getEnvironment(), logger::warn);
		String reason = this.supervision.reason();
		publish((reason == null) ? asTold(properties) : properties, event.getBootstrapContext());
		if (reason != null) {
			if (INERT_LOGGED.compareAndSet(false, true)) {
				if (this.supervision.isFailure()) {
					logger.warn(reason);
				}
				else {
					logger.info(reason);
				}
			}
		}
		else if (!isFirst(event.getSpringApplication()) || this.supervision.isInitialized()) {
			// another application, or the same one run again
			this.supervision.sam().startAgain();
		}
		else {
			SamConfiguration.checkDirectories(event.getEnvironment(), properties);
			supervise(properties, logFormat(event.getEnvironment()));
		}
	}

	/**
	 * The watchdog expects heartbeats, and all else, as it was told.
	 */
	private static SamProperties asTold(SamProperties properties) {
		SamProperties told = TOLD.get();
		if (told == null) {
			return properties;
		}
		Map<String, String> expected = told.toOptions().values();
		Map<String, String> values = properties.toOptions().values();
		String differing = Stream.concat(expected.keySet().stream(), values.keySet().stream())
			.distinct()
			.filter((name) -> !Objects.equals(expected.get(name), values.get(name)))
			.map((name) -> "sam." + name)
			.collect(Collectors.joining(", "));
		if (differing.isEmpty()) {
			return properties;
		}
		logger.warn("This application has other values than the first one of this process for " + differing
				+ ". Those of the first one apply here, too: the watchdog has them");
		return new SamProperties(told.enabled(), told.recoveryPolicy(), told.cmap(), told.timeInterval(),
				told.warnSignal(), told.gracePeriod(), told.shutdownTimeout(), properties.health(), told.restart(),
				told.standby(), told.standbyDelay(), told.standbyRequests(), told.quorum(), told.watchdog(),
				told.incidents(), told.connections(), told.fastStart());
	}

	/**
	 * Custom formats are classes, which the watchdog does not have.
	 */
	private static String logFormat(Environment environment) {
		String format = environment.getProperty("logging.structured.format.console", "").toLowerCase(Locale.ROOT);
		return LOG_FORMATS.contains(format) ? format : "plain";
	}

	private void supervise(SamProperties properties, String logFormat) {
		try {
			this.sidecar.start();
		}
		catch (IOException ex) {
			if (properties.watchdog().mode() != WatchdogMode.AUTO) {
				throw new SamException(CsError.LIBRARY, "The sidecar watchdog cannot be started: " + ex.getMessage(),
						ex);
			}
			String problem = "This application runs unsupervised, because no watchdog can be started here: "
					+ ex.getMessage();
			logger.warn(problem);
			this.supervision.decline(problem);
			return;
		}
		this.supervision.initialize(properties.toOptions().toBuilder().logFormat(logFormat).build());
		TOLD.set(properties);
	}

	/**
	 * Forget the application that is supervised, as if this were a new process.
	 */
	static void forget() {
		FIRST.set(null);
		DECISIVE.set(null);
		TOLD.set(null);
		INERT_LOGGED.set(false);
	}

	/**
	 * Starts a watchdog next to this process, if that is how it is to be supervised.
	 */
	interface SidecarStart {

		void start() throws IOException;

	}

}
