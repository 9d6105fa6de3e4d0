package io.github.samboot.boot.internal.standby;

import java.util.LinkedHashMap;
import java.util.Map;

import io.github.samboot.core.internal.rundir.WatchdogAddress;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.ApplicationPidFileWriter;
import org.springframework.boot.context.event.ApplicationPreparedEvent;
import org.springframework.boot.context.event.SpringApplicationEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Lets a pid file name the active instance, not the spare beside it: in a hot spare an
 * {@link ApplicationPidFileWriter} writes when the spare is promoted. Thread-safe.
 */
public final class PidFileWriters {

	private static final String MODE = "hot";

	private static final Map<ApplicationPidFileWriter, SpringApplication> HELD_BACK = new LinkedHashMap<>();

	private PidFileWriters() {
	}

	/**
	 * Hold back the writers of an application, if this process is a hot spare.
	 * @param application the application, before it runs
	 */
	public static void holdBackInSpare(SpringApplication application) {
		if (MODE.equals(System.getenv(WatchdogAddress.SPARE))) {
			holdBack(application);
		}
	}

	static void holdBack(SpringApplication application) {
		synchronized (HELD_BACK) {
			application.getListeners().forEach((listener) -> {
				if (listener instanceof ApplicationPidFileWriter writer) {
					writer.setTriggerEventType(NeverEvent.class);
					HELD_BACK.put(writer, application);
				}
			});
		}
	}

	/**
	 * This process is the active instance now.
	 * @param context the context of the application
	 */
	public static void promoted(ApplicationContext context) {
		synchronized (HELD_BACK) {
			HELD_BACK.forEach((writer, application) -> {
				writer.setTriggerEventType(ApplicationPreparedEvent.class);
				writer.onApplicationEvent(new ApplicationPreparedEvent(application, new String[0],
						(ConfigurableApplicationContext) context));
			});
			HELD_BACK.clear();
		}
	}

	@SuppressWarnings("serial")
	private abstract static class NeverEvent extends SpringApplicationEvent {

		NeverEvent(SpringApplication application) {
			super(application, new String[0]);
		}

	}

}
