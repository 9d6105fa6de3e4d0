package io.github.samboot.boot.internal.lifecycle;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.event.ApplicationEventMulticaster;
import org.springframework.context.support.AbstractApplicationContext;

/**
 * The listeners of one context, without those of its parent: SAM tells each context of a
 * hierarchy for itself.
 */
final class OwnListeners {

	private OwnListeners() {
	}

	/**
	 * Tell them on this thread.
	 * @param context the context
	 * @param event what happened
	 */
	static void tell(ApplicationContext context, ApplicationEvent event) {
		context
			.getBean(AbstractApplicationContext.APPLICATION_EVENT_MULTICASTER_BEAN_NAME,
					ApplicationEventMulticaster.class)
			.multicastEvent(event);
	}

}
