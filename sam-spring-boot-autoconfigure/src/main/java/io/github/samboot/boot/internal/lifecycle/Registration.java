package io.github.samboot.boot.internal.lifecycle;

import java.util.List;
import java.util.function.BooleanSupplier;

import io.github.samboot.boot.SamRegisteredEvent;
import io.github.samboot.boot.internal.connections.SpareRequests;
import io.github.samboot.boot.internal.standby.ActiveInstanceBeans;
import io.github.samboot.boot.internal.standby.PidFileWriters;
import io.github.samboot.boot.internal.standby.SpareClasses;
import io.github.samboot.core.Incident;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamState;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.internal.client.ApplicationSam;
import io.github.samboot.core.internal.client.ProcessSam;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContext;

/**
 * How a context comes to be that of the active instance: its process is registered, which
 * is where a spare waits, its listeners hear of it, and the beans are created that only
 * an active instance has.
 */
final class Registration {

	private static final Log logger = LogFactory.getLog(Registration.class);

	private final Supervision supervision;

	private final ApplicationContext context;

	private final ObjectProvider<ActiveInstanceBeans> beans;

	private final boolean expectsSpares;

	private final List<String> requests;

	private final Runnable waiting;

	private boolean isTold;

	/**
	 * Create the registration.
	 * @param supervision how this process is supervised
	 * @param context the context whose listeners hear of it
	 * @param beans the beans that wait until this process is the active instance
	 * @param expectsSpares whether there will be spares with all other beans
	 * @param requests the paths that a spare is asked for while it waits
	 * @param waiting what else a spare does meanwhile
	 */
	Registration(Supervision supervision, ApplicationContext context, ObjectProvider<ActiveInstanceBeans> beans,
			boolean expectsSpares, List<String> requests, Runnable waiting) {
		this.supervision = supervision;
		this.context = context;
		this.beans = beans;
		this.expectsSpares = expectsSpares;
		this.requests = requests;
		this.waiting = waiting;
	}

	/**
	 * Register this process, unless that is done; as a spare this waits until it takes
	 * over.
	 */
	void register() {
		if (sam().state() != SamState.INITIALIZED) {
			return;
		}
		boolean isSpare = sam().isSpare();
		if (isSpare || this.expectsSpares) {
			warnOfBeansThatExist();
		}
		if (isSpare) {
			logger.info("This process, pid " + ProcessHandle.current().pid()
					+ ", is a spare: start-up continues here when it is promoted");
		}
		int id = (isSpare && this.supervision.isSupervised()) ? registerSpare() : registered();
		PidFileWriters.promoted(this.context);
		if (this.supervision.isSupervised()) {
			logger.info("SAM registered this process, pid " + ProcessHandle.current().pid() + ", as instance " + id
					+ (isSpare ? ", promoted from a spare" : "") + release());
		}
	}

	private static String release() {
		String version = Registration.class.getPackage().getImplementationVersion();
		return (version != null) ? " (SAM for Spring Boot " + version + ")" : "";
	}

	private int registerSpare() {
		ClassLoader loader = this.context.getClassLoader();
		try (SpareClasses classes = SpareClasses.load((loader != null) ? loader : Registration.class.getClassLoader(),
				this::prepare)) {
			return registered();
		}
	}

	private void prepare(BooleanSupplier goOn) {
		this.waiting.run();
		if (!this.requests.isEmpty()) {
			SpareRequests.answer(this.context, this.requests, ProcessSam.get().runDirectory(), goOn);
		}
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
		this.beans.ifAvailable((beans) -> {
			for (String name : beans.createdTooEarly()) {
				List<String> users = beans.usersOf(name);
				logger.warn("The bean '" + name + "' has @ActiveInstanceOnly, but exists before register, and so in "
						+ "every spare: "
						+ (users.isEmpty()
								? "it was looked up, hears an event that came before, or makes a bean whose type only it knows"
								: String.join(", ", users)
										+ " needs it. Let that inject an ObjectProvider, or give it the annotation too"
										+ " (a SmartLifecycle needs none)"));
			}
		});
	}

	/**
	 * Tell the listeners of this context, once, however it came to be registered. Not
	 * those of its parent: they hear of it in their own.
	 */
	void tellOnce() {
		if (this.isTold || !this.supervision.isActive()) {
			return;
		}
		this.isTold = true;
		int id = sam().instanceId();
		SamEventPublisher.tell(this.context,
				new SamRegisteredEvent(this.context, id, sam().isPromoted(), () -> previousIncident(id)));
	}

	/**
	 * It is open until this instance is up.
	 */
	private @Nullable Incident previousIncident(int id) {
		SamStatus status = (id > 0 && this.supervision.isSupervised()) ? sam().status() : null;
		Incident last = (status != null && !status.incidents().isEmpty()) ? status.incidents().get(0) : null;
		return (last != null && (last.recoveredAt() == null || last.instanceId() == id - 1)) ? last : null;
	}

	/**
	 * Create the beans that only an active instance has, unless that is done.
	 */
	void createBeans() {
		this.beans.ifAvailable(ActiveInstanceBeans::createBeans);
	}

	private ApplicationSam sam() {
		return this.supervision.sam();
	}

}
