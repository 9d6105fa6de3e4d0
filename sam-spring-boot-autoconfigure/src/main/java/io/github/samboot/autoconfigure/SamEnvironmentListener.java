package io.github.samboot.autoconfigure;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import io.github.samboot.autoconfigure.launch.WatchdogMode;
import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.boot.context.event.ApplicationStartingEvent;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.event.SmartApplicationListener;
import org.springframework.core.env.Environment;

/**
 * As soon as the configuration is known and there is logging: checks {@code sam.*} and
 * tells the watchdog what it has to know ({@code sam_initialize}).
 */
class SamEnvironmentListener implements SmartApplicationListener {

	static final int ORDER = LoggingApplicationListener.DEFAULT_ORDER + 1;

	private static final Log logger = LogFactory.getLog(SamEnvironmentListener.class);

	/**
	 * The application that is supervised: others, such as the bootstrap application of
	 * Spring Cloud, run inside or after it.
	 */
	private static final AtomicReference<@Nullable WeakReference<SpringApplication>> FIRST = new AtomicReference<>();

	private static final AtomicBoolean INERT_LOGGED = new AtomicBoolean();

	private final SupervisedProcess process;

	SamEnvironmentListener() {
		this(new ThisProcess());
	}

	SamEnvironmentListener(SupervisedProcess process) {
		this.process = process;
	}

	@Override
	public boolean supportsEventType(Class<? extends ApplicationEvent> eventType) {
		return ApplicationStartingEvent.class.isAssignableFrom(eventType)
				|| ApplicationEnvironmentPreparedEvent.class.isAssignableFrom(eventType)
				|| ApplicationFailedEvent.class.isAssignableFrom(eventType);
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public void onApplicationEvent(ApplicationEvent event) {
		if (event instanceof ApplicationStartingEvent starting) {
			FIRST.compareAndSet(null, new WeakReference<>(starting.getSpringApplication()));
		}
		else if (event instanceof ApplicationEnvironmentPreparedEvent prepared) {
			onEnvironmentPrepared(prepared);
		}
		else if (event instanceof ApplicationFailedEvent failed && isFirst(failed.getSpringApplication())
				&& this.process.isInitialized()) {
			// the context is closed next, which is no wish then
			this.process.runFailed();
		}
	}

	private static boolean isFirst(SpringApplication application) {
		WeakReference<SpringApplication> first = FIRST.get();
		return first == null || first.get() == application;
	}

	private void onEnvironmentPrepared(ApplicationEnvironmentPreparedEvent event) {
		SamProperties properties = SamConfiguration.read(event.getEnvironment(), logger::warn);
		String reason = this.process.inertReason();
		if (reason != null) {
			if (!reason.isEmpty() && INERT_LOGGED.compareAndSet(false, true)) {
				if (this.process.isInertByFailure()) {
					logger.warn(reason);
				}
				else {
					logger.info(reason);
				}
			}
			return;
		}
		if (!isFirst(event.getSpringApplication()) || this.process.isInitialized()) {
			// another application, or the same one run again
			this.process.startAgain();
			return;
		}
		supervise(event.getEnvironment(), properties);
	}

	private void supervise(Environment environment, SamProperties properties) {
		if (!properties.enabled() || properties.watchdog().mode() == WatchdogMode.OFF) {
			decline("SAM is off, because " + (properties.enabled() ? "sam.watchdog.mode=off" : "sam.enabled=false"));
			return;
		}
		SamConfiguration.checkDirectories(environment, properties);
		try {
			this.process.attachSidecar(properties.watchdog().javaOptions(), properties.watchdog().runPath());
		}
		catch (IOException ex) {
			if (properties.watchdog().mode() != WatchdogMode.AUTO) {
				throw new SamException(CsError.LIBRARY,
						"The watchdog beside the application cannot be started: " + ex.getMessage(), ex);
			}
			String problem = "This application runs unsupervised, because no watchdog can be started here: "
					+ ex.getMessage();
			logger.warn(problem);
			this.process.decline(problem);
			return;
		}
		this.process.initialize(properties.toOptions());
	}

	/**
	 * Forget the application that is supervised, as if this were a new process.
	 */
	static void forget() {
		FIRST.set(null);
		INERT_LOGGED.set(false);
	}

	private void decline(String reason) {
		logger.info(reason);
		this.process.decline(reason);
	}

}
