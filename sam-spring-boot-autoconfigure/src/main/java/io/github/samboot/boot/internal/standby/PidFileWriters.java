package io.github.samboot.boot.internal.standby;

import java.util.ArrayList;
import java.util.List;

import io.github.samboot.core.internal.rundir.WatchdogAddress;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.ApplicationPidFileWriter;
import org.springframework.boot.context.event.SpringApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/**
 * Lets a pid file name the active instance, not the spare beside it: in a hot spare an
 * {@link ApplicationPidFileWriter} hears what it waits for when the spare is promoted.
 * Thread-safe.
 */
public final class PidFileWriters {

	private static final String MODE = "hot";

	private static final List<Later> HELD_BACK = new ArrayList<>();

	private PidFileWriters() {
	}

	/**
	 * Hold back the writers of an application, if this process is a hot spare.
	 * @param application the application, before it runs
	 */
	public static void holdBackInSpare(SpringApplication application) {
		if (MODE.equals(System.getenv(WatchdogAddress.SPARE))) {
			synchronized (HELD_BACK) {
				HELD_BACK.addAll(holdBack(application));
			}
		}
	}

	/**
	 * This process is the active instance now.
	 */
	public static void promoted() {
		synchronized (HELD_BACK) {
			for (Later later : HELD_BACK) {
				later.release();
			}
			HELD_BACK.clear();
		}
	}

	static List<Later> holdBack(SpringApplication application) {
		List<Later> held = new ArrayList<>();
		List<ApplicationListener<?>> listeners = new ArrayList<>(application.getListeners());
		listeners.replaceAll((listener) -> {
			if (!(listener instanceof ApplicationPidFileWriter writer)) {
				return listener;
			}
			held.add(new Later(writer));
			return held.get(held.size() - 1);
		});
		application.setListeners(listeners);
		return held;
	}

	/**
	 * A writer that does not hear yet what happens.
	 */
	static final class Later implements ApplicationListener<SpringApplicationEvent>, Ordered {

		private final ApplicationPidFileWriter writer;

		private final List<SpringApplicationEvent> events = new ArrayList<>();

		private boolean isReleased;

		Later(ApplicationPidFileWriter writer) {
			this.writer = writer;
		}

		@Override
		public synchronized void onApplicationEvent(SpringApplicationEvent event) {
			if (this.isReleased) {
				this.writer.onApplicationEvent(event);
			}
			else {
				this.events.add(event);
			}
		}

		synchronized void release() {
			this.isReleased = true;
			this.events.forEach(this.writer::onApplicationEvent);
			this.events.clear();
		}

		@Override
		public int getOrder() {
			return this.writer.getOrder();
		}

	}

}
