package io.github.samboot.autoconfigure;

import java.util.function.Consumer;

import io.github.samboot.autoconfigure.standby.ActiveInstanceBeans;
import io.github.samboot.autoconfigure.standby.SpareClasses;
import io.github.samboot.core.Sam;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamState;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
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
 * scheduler does anything.
 */
public final class SamLifecycle implements SmartLifecycle, SmartApplicationListener, DisposableBean {

	/** Before everything else; the last to be stopped. */
	public static final int PHASE = Integer.MIN_VALUE;

	private static final Log logger = LogFactory.getLog(SamLifecycle.class);

	private final Supervision supervision;

	private final ApplicationContext context;

	private final ObjectProvider<SupervisionParticipant> participants;

	private final ObjectProvider<ActiveInstanceBeans> activeInstanceBeans;

	private final boolean startsBehindWebServer;

	private final QuorumWait quorumWait;

	private volatile boolean running;

	private volatile boolean owner;

	private boolean begun;

	private volatile boolean ready;

	/**
	 * Create the life cycle.
	 * @param supervision how this process is supervised
	 * @param context the context whose life counts
	 * @param participants who else takes part; a provider, since a dependency that is a
	 * {@code Lifecycle} itself would be started before this one
	 * @param activeInstanceBeans the beans that wait until this process is registered
	 * @param startsBehindWebServer whether a {@link SamStartLifecycle} calls the waiting
	 * half of start
	 */
	public SamLifecycle(Supervision supervision, ApplicationContext context,
			ObjectProvider<SupervisionParticipant> participants,
			ObjectProvider<ActiveInstanceBeans> activeInstanceBeans, boolean startsBehindWebServer) {
		this.supervision = supervision;
		this.context = context;
		this.participants = participants;
		this.activeInstanceBeans = activeInstanceBeans;
		this.startsBehindWebServer = startsBehindWebServer;
		this.quorumWait = new QuorumWait(supervision, this::becomeLive);
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
	public synchronized void start() {
		if (!this.owner) {
			this.owner = this.supervision.acquire(this);
			boolean isRegistered = this.owner && sam().state() == SamState.INITIALIZED;
			if (isRegistered) {
				register();
			}
			this.activeInstanceBeans.ifAvailable(ActiveInstanceBeans::createBeans);
			if (isRegistered) {
				this.context.publishEvent(
						new SamRegisteredEvent(this.context, sam().instanceId(), this.supervision.isPromoted()));
			}
		}
		if (!this.startsBehindWebServer) {
			startSupervision();
		}
		this.running = true;
	}

	private void register() {
		boolean isSpare = this.supervision.isSpare();
		if (isSpare) {
			warnOfBeansThatExist();
			logger.info("This process, pid " + ProcessHandle.current().pid()
					+ ", is a spare: start-up goes on here when it takes over");
		}
		int id = isSpare ? registerSpare() : registered();
		if (this.supervision.isSupervised()) {
			logger.info("SAM registered this process, pid " + ProcessHandle.current().pid() + ", as instance " + id
					+ (isSpare ? ", to take over from the last one" : ""));
		}
	}

	private int registerSpare() {
		try (SpareClasses classes = SpareClasses.load(classLoader())) {
			return registered();
		}
	}

	private ClassLoader classLoader() {
		ClassLoader loader = this.context.getClassLoader();
		return (loader != null) ? loader : SamLifecycle.class.getClassLoader();
	}

	private int registered() {
		try {
			return sam().register();
		}
		catch (SamException ex) {
			throw QuorumWait.endingStartup(ex);
		}
	}

	private void warnOfBeansThatExist() {
		this.activeInstanceBeans.ifAvailable((beans) -> {
			for (String name : beans.createdTooEarly()) {
				logger.warn("The bean '" + name + "' exists in this spare although it has @ActiveInstanceOnly, because "
						+ "another bean needs it: let that bean inject an ObjectProvider, or give it the annotation too (a SmartLifecycle needs none)");
			}
		});
	}

	/**
	 * The second half of {@link #start()}, which waits until the cluster is quorate.
	 */
	synchronized void startSupervision() {
		SamState state = sam().state();
		boolean isRegistered = state == SamState.REGISTERED || state == SamState.STARTED;
		if (!this.owner || !isRegistered) {
			// not the supervised application, or not any more
			return;
		}
		if (!this.begun) {
			this.quorumWait.during(this::startFirst);
			this.begun = true;
			tell(SupervisionParticipant::started);
		}
		else if (this.ready && state == SamState.REGISTERED) {
			// the context was stopped and is started again, with the beans it had
			this.quorumWait.during(() -> sam().start());
			tell(SupervisionParticipant::started);
			tell(SupervisionParticipant::ready);
		}
	}

	private void startFirst() {
		try {
			this.supervision.start();
		}
		catch (SamException ex) {
			// a context that failed to start left it started: start-up just goes on
			if (sam().state() != SamState.STARTED) {
				throw ex;
			}
		}
	}

	/**
	 * Nobody is to end an application for being not live while it only waits.
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
	public synchronized void stop() {
		this.running = false;
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

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public boolean supportsEventType(Class<? extends ApplicationEvent> eventType) {
		return AvailabilityChangeEvent.class.isAssignableFrom(eventType)
				|| ContextClosedEvent.class.isAssignableFrom(eventType);
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

	private synchronized void onCorrect() {
		// not the one of becomeLive
		if (this.begun && !this.ready) {
			this.ready = true;
			this.supervision.ready();
			tell(SupervisionParticipant::ready);
		}
	}

	private void onBroken(AvailabilityChangeEvent<?> change) {
		String cause = (change.getSource() instanceof Throwable thrown) ? ": " + thrown : "";
		sam().unhealthy("the application's liveness state is BROKEN" + cause);
	}

	private void onClosed() {
		// not synchronized: start() may be waiting, and closing must end that wait
		this.supervision.stopping();
		tell(SupervisionParticipant::stopped);
		giveUp();
	}

	@Override
	public void destroy() {
		giveUp();
	}

	private void giveUp() {
		if (this.owner) {
			this.owner = false;
			this.supervision.release(this);
		}
	}

	private void tell(Consumer<SupervisionParticipant> what) {
		if (this.supervision.isSupervised()) {
			this.participants.orderedStream().forEach(what);
		}
	}

	private Sam sam() {
		return this.supervision.sam();
	}

}
