package io.github.samboot.boot.internal.lifecycle;

import java.util.List;
import java.util.function.Consumer;

import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.SamProperties.HealthMode;
import io.github.samboot.boot.SamProperties.Standby;
import io.github.samboot.boot.internal.diagnostics.SamConfigurationException;
import io.github.samboot.boot.internal.diagnostics.SamConfigurationException.Problem;
import io.github.samboot.boot.internal.standby.ActiveInstanceBeans;
import io.github.samboot.core.CsError;
import io.github.samboot.core.Sam;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamState;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.BeanNameAware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.SmartApplicationListener;
import org.springframework.core.Ordered;

/**
 * Ties supervision to the life of the application context. Being the first of all
 * {@link SmartLifecycle} beans it waits its turn before a web server, a listener or a
 * scheduler does anything. No lock is held while it waits.
 */
public final class SamLifecycle
		implements SmartLifecycle, SmartApplicationListener, SmartInitializingSingleton, BeanNameAware, DisposableBean {

	/** Before everything else; the last to be stopped. */
	public static final int PHASE = Integer.MIN_VALUE;

	private static final Log logger = LogFactory.getLog(SamLifecycle.class);

	private final Supervision supervision;

	private final ApplicationContext context;

	private final ObjectProvider<SupervisionParticipant> participants;

	private volatile @Nullable List<SupervisionParticipant> all;

	private final boolean startsBehindWebServer;

	private final boolean expectsHeartbeats;

	private final Registration registration;

	private final QuorumWait quorumWait;

	/** Held while participants are told, and never while anything waits. */
	private final Object telling = new Object();

	private String beanName = "";

	private volatile boolean running;

	private volatile boolean owner;

	private volatile boolean begun;

	private volatile boolean live;

	private volatile boolean ready;

	/**
	 * Create the life cycle.
	 * @param supervision how this process is supervised
	 * @param context the context whose life counts
	 * @param participants who else takes part; a provider, since a dependency that is a
	 * {@code Lifecycle} itself would be started before this one
	 * @param activeInstanceBeans the beans that wait until this process is registered
	 * @param properties the configuration
	 */
	public SamLifecycle(Supervision supervision, ApplicationContext context,
			ObjectProvider<SupervisionParticipant> participants,
			ObjectProvider<ActiveInstanceBeans> activeInstanceBeans, SamProperties properties) {
		this.supervision = supervision;
		this.context = context;
		this.participants = participants;
		this.startsBehindWebServer = properties.isTrafficGated();
		this.expectsHeartbeats = properties.health().mode() == HealthMode.HEALTH && !properties.timeInterval().isZero();
		this.registration = new Registration(supervision, context, activeInstanceBeans,
				properties.standby() == Standby.HOT, properties.standbyRequests(),
				() -> tell(SupervisionParticipant::waiting));
		this.quorumWait = new QuorumWait(supervision, properties.recoveryPolicy().needsQuorum(), this::becomeLive);
	}

	@Override
	public void setBeanName(String name) {
		this.beanName = name;
	}

	/**
	 * Within one phase the order is that of the bean definitions, and an application's
	 * own come first: so what shares this phase depends on this bean.
	 */
	@Override
	public void afterSingletonsInstantiated() {
		if (!(this.context.getAutowireCapableBeanFactory() instanceof ConfigurableListableBeanFactory beanFactory)) {
			return;
		}
		for (String name : beanFactory.getBeanNamesForType(SmartLifecycle.class, false, false)) {
			// null, or a proxy without the interface, is no life cycle for Spring either
			boolean sharesPhase = !name.equals(this.beanName)
					&& beanFactory.getBean(name) instanceof SmartLifecycle other && other.getPhase() == PHASE;
			if (sharesPhase) {
				beanFactory.registerDependentBean(this.beanName, BeanFactoryUtils.transformedBeanName(name));
			}
		}
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public void start() {
		if (!this.owner) {
			this.owner = this.supervision.acquire(this);
		}
		if (this.owner) {
			requireHeartbeats();
			this.registration.register();
		}
		this.registration.tellOnce();
		if (!this.startsBehindWebServer) {
			startSupervision();
		}
		this.registration.createBeans();
		this.running = true;
	}

	/**
	 * Without them a healthy application would be replaced until there are no restarts
	 * left.
	 */
	private void requireHeartbeats() {
		if (this.expectsHeartbeats && this.supervision.isSupervised()
				&& participants().stream().noneMatch(SupervisionParticipant::sendsHeartbeats)) {
			throw new SamConfigurationException(List.of(Problem.in(this.context.getEnvironment(), "sam.health.mode",
					"nothing sends heartbeats, because the context has no SamHealthAutoConfiguration",
					"Let the context have io.github.samboot.autoconfigure.SamHealthAutoConfiguration (look for an "
							+ "exclude of an annotation, and spring.autoconfigure.exclude), or set sam.health.mode=application to send them with "
							+ "Sam.hcSend(), or sam.time-interval=0 to have none.")));
		}
	}

	/**
	 * The second half of {@link #start()}, which waits until the cluster is quorate.
	 */
	void startSupervision() {
		if (!this.owner || !this.supervision.isActive()) {
			// not the supervised application, or not any more
			return;
		}
		if (!this.begun) {
			this.quorumWait.during(this::startFirst);
			synchronized (this.telling) {
				this.begun = true;
				tell(SupervisionParticipant::started);
			}
		}
		else if (this.ready && sam().state() == SamState.REGISTERED) {
			// the context was stopped and is started again, with the beans it had
			this.quorumWait.during(() -> sam().start());
			synchronized (this.telling) {
				tell(SupervisionParticipant::started);
				tell(SupervisionParticipant::ready);
			}
		}
	}

	private void startFirst() {
		try {
			this.supervision.sam().start(true);
		}
		catch (SamException ex) {
			// a context that failed to start left it started: start-up just goes on
			if (ex.error() != CsError.BAD_HANDLE || sam().state() != SamState.STARTED) {
				throw ex;
			}
		}
	}

	/**
	 * A probe must not end an application that only waits.
	 */
	private void becomeLive() {
		if (this.startsBehindWebServer) {
			AvailabilityChangeEvent.publish(this.context, LivenessState.CORRECT);
		}
	}

	/**
	 * The context is stopped, not closed. If start-up has failed instead, the watchdog
	 * must go on seeing that.
	 */
	@Override
	public void stop() {
		this.running = false;
		synchronized (this.telling) {
			if (this.owner && this.ready && sam().state() == SamState.STARTED) {
				try {
					sam().stop();
				}
				catch (SamException ex) {
					logger.warn("SAM could not be stopped: " + ex.getMessage());
				}
				tell(SupervisionParticipant::stopped);
			}
		}
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public boolean supportsEventType(Class<? extends ApplicationEvent> eventType) {
		return AvailabilityChangeEvent.class.isAssignableFrom(eventType)
				|| ContextClosedEvent.class.isAssignableFrom(eventType);
	}

	/**
	 * What happens is told at that moment, whatever multicaster the application has.
	 */
	@Override
	public boolean supportsAsyncExecution() {
		return false;
	}

	@Override
	public void onApplicationEvent(ApplicationEvent event) {
		if (!this.owner) {
			return;
		}
		if (event instanceof AvailabilityChangeEvent<?> change) {
			if (change.getState() == LivenessState.BROKEN) {
				onBroken(change);
			}
			else if (change.getState() == LivenessState.CORRECT && change.getSource() == this.context) {
				onCorrect();
			}
		}
		else if (event instanceof ContextClosedEvent closed && closed.getApplicationContext() == this.context) {
			onClosed();
		}
	}

	private void onCorrect() {
		if (this.begun && !this.live) {
			this.live = true;
			// without the lock: it may create beans
			tell(SupervisionParticipant::live);
		}
		synchronized (this.telling) {
			// not the one of becomeLive
			if (this.begun && !this.ready) {
				this.ready = true;
				this.supervision.sam().ready();
				tell(SupervisionParticipant::ready);
			}
		}
	}

	private void onBroken(AvailabilityChangeEvent<?> change) {
		Object source = change.getSource();
		String cause = (source instanceof Throwable thrown) ? ": " + text(thrown)
				: (source != this.context) ? ", says " + source.getClass().getName() : "";
		sam().unhealthy("the application's liveness state is BROKEN" + cause);
	}

	/**
	 * A cause that cannot be shown must not keep the failure from being reported.
	 */
	private static String text(Throwable cause) {
		try {
			return cause.toString();
		}
		catch (Throwable ex) {
			return cause.getClass().getName();
		}
	}

	private void onClosed() {
		this.supervision.sam().stopping();
		synchronized (this.telling) {
			tell(SupervisionParticipant::stopped);
		}
		giveUp();
	}

	@Override
	public void destroy() {
		this.quorumWait.end();
		if (this.begun) {
			this.supervision.sam().closed();
		}
		giveUp();
	}

	/**
	 * Return whether this is the life cycle of a context, or of one above it.
	 */
	boolean includes(@Nullable ApplicationContext context) {
		return context != null && (context == this.context || includes(context.getParent()));
	}

	private void giveUp() {
		if (this.owner) {
			this.owner = false;
			this.supervision.release(this);
		}
	}

	private void tell(Consumer<SupervisionParticipant> what) {
		if (this.supervision.isSupervised()) {
			participants().forEach(what);
		}
	}

	/**
	 * First asked for before register, and so in a spare before it is promoted: to find
	 * and sort them takes milliseconds.
	 */
	private List<SupervisionParticipant> participants() {
		List<SupervisionParticipant> all = this.all;
		if (all == null) {
			all = this.participants.orderedStream().toList();
			this.all = all;
		}
		return all;
	}

	private Sam sam() {
		return this.supervision.sam();
	}

}
