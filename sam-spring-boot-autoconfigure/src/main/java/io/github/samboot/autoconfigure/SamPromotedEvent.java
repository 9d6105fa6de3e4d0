package io.github.samboot.autoconfigure;

import org.springframework.context.ApplicationEvent;

/**
 * This process was a spare and is now the active instance.
 */
public class SamPromotedEvent extends ApplicationEvent {

	private static final long serialVersionUID = 1L;

	private final int instanceId;

	/**
	 * Create an event.
	 * @param source the context it is published in
	 * @param instanceId the instance id that this process got
	 */
	public SamPromotedEvent(Object source, int instanceId) {
		super(source);
		this.instanceId = instanceId;
	}

	/**
	 * Return the instance id that this process got.
	 * @return the instance id
	 */
	public int getInstanceId() {
		return this.instanceId;
	}

}
