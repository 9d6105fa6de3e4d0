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

	private static final List<PidFileWriters> HELD_BACK = new ArrayList<>();

	private final List<Later> writers = new ArrayList<>();

	private PidFileWriters() {
	}

	/**
	 * Hold back the writers of an application, if this process is a hot spare.
	 * @param application the application, before it runs
	 */
	public static void holdBackInSpare(SpringApplication application) {
		if (MODE.equals(System.getenv(WatchdogAddress.SPARE))) {
			synchronized (HELD_BACK) {
				HELD_BACK.add(holdBack(application));
			}
		}
	}

	/**
	 * This process is the active instance now.
	 */
	public static void promoted() {
		synchronized (HELD_BACK) {
			HELD_BACK.forEach(PidFileWriters::release);
			HELD_BACK.clear();
		}
	}

	static PidFileWriters holdBack(SpringApplication application) {
		PidFileWriters held = new PidFileWriters();
		List<ApplicationListener<?>> listeners = new ArrayList<>();
		for (ApplicationListener<?> listener : application.getListeners()) {
			listeners.add((listener instanceof ApplicationPidFileWriter writer) ? held.later(writer) : listener);
		}
		application.setListeners(listeners);
		return held;
	}

	private Later later(ApplicationPidFileWriter writer) {
		Later later = new Later(writer);
		this.writers.add(later);
		return later;
	}

	void release() {
		this.writers.forEach(Later::release);
	}

	private static final class Later implements ApplicationListener<SpringApplicationEvent>, Ordered {

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
