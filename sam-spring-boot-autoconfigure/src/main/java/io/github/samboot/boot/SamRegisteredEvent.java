package io.github.samboot.boot;

import java.util.function.Supplier;

import io.github.samboot.core.Incident;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEvent;

/**
 * This process is the active instance from now on: the line after {@code register}, as
 * {@code sam_register(3)} has it. It is published in every instance, whether it was
 * started cold or was a spare, on the thread that starts the context and before a web
 * server, a listener or a scheduler is started. The place to restore user data: what
 * earlier instances stored is complete, and is not asked for yet.
 */
public class SamRegisteredEvent extends ApplicationEvent {

	private static final long serialVersionUID = 1L;

	/** The instance id that this process got. */
	private final int instanceId;

	/** Whether this process was a spare until now. */
	private final boolean promotion;

	/** Of an earlier instance, unless this is the first one. */
	private final transient @Nullable Supplier<@Nullable Incident> previousIncident;

	/**
	 * Create an event of an instance that follows no incident.
	 * @param source the context it is published in
	 * @param instanceId the instance id that this process got
	 * @param promotion whether this process was a spare until now
	 */
	public SamRegisteredEvent(Object source, int instanceId, boolean promotion) {
		this(source, instanceId, promotion, null);
	}

	/**
	 * Create an event.
	 * @param source the context it is published in
	 * @param instanceId the instance id that this process got
	 * @param promotion whether this process was a spare until now
	 * @param previousIncident knows what happened to the instance before; asked when a
	 * listener asks
	 */
	public SamRegisteredEvent(Object source, int instanceId, boolean promotion,
			@Nullable Supplier<@Nullable Incident> previousIncident) {
		super(source);
		this.instanceId = instanceId;
		this.promotion = promotion;
		this.previousIncident = previousIncident;
	}

	/**
	 * Return the instance id that this process got.
	 * @return the instance id
	 */
	public int getInstanceId() {
		return this.instanceId;
	}

	/**
	 * Return what happened to the instance before this one. It asks the watchdog, so that
	 * an instance whose listeners do not want to know is up sooner.
	 * @return the incident, {@code null} for the first instance, after a planned
	 * replacement, and if the watchdog could not be asked
	 */
	public @Nullable Incident getPreviousIncident() {
		return (this.previousIncident != null) ? this.previousIncident.get() : null;
	}

	/**
	 * Return whether this process was a spare until now.
	 * @return whether it was promoted
	 */
	public boolean isPromotion() {
		return this.promotion;
	}

}
