package io.github.samboot.sample.faults;

import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import io.github.samboot.boot.internal.health.HealthSupervision;
import io.github.samboot.sample.orders.OrderDesk;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/**
 * All ways to break this application.
 */
@Component
@ConditionalOnBooleanProperty("sample.faults.enabled")
class Faults {

	/** The longest array that every JVM lets one ask for. */
	private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

	private final Map<String, Fault> byName = new LinkedHashMap<>();

	private final OrderDesk desk;

	private final ApplicationEventPublisher events;

	Faults(OrderDesk desk, ApplicationEventPublisher events, HealthSupervision supervision) {
		this.desk = desk;
		this.events = events;
		deadly("halt", "The JVM halts with exit code 7, without any shutdown hook.",
				(parameters) -> Runtime.getRuntime().halt(7));
		survived("exit", "The application exits with the code of the parameter 'code', by default 1.", this::exit);
		deadly("segv", "The process gets a SIGSEGV; the JVM writes hs_err_pid*.log and aborts.",
				(parameters) -> signal("SEGV"));
		deadly("freeze", "The process gets a SIGSTOP: it is there, but nothing in it runs any more.",
				(parameters) -> signal("STOP"));
		survived("deadlock", "Two threads wait for each other, for ever.", (parameters) -> deadlock());
		deadly("out-of-memory", "This request needs more heap than there is.", (parameters) -> outOfMemory());
		survived("down", "The order desk closes: health indicator 'orders' is DOWN.",
				(parameters) -> this.desk.open(false));
		survived("up", "The order desk is open: health indicator 'orders' is UP.",
				(parameters) -> this.desk.open(true));
		survived("stuck-health", "The order desk is jammed: health indicator 'orders' never returns.",
				(parameters) -> this.desk.jam());
		survived("broken", "The liveness state becomes BROKEN.",
				(parameters) -> AvailabilityChangeEvent.publish(this.events, this, LivenessState.BROKEN));
		survived("stop-heartbeat", "No heartbeat is sent any more; all else goes on.",
				(parameters) -> supervision.heartbeat().stop());
	}

	private void deadly(String name, String effect, Fault.Action action) {
		this.byName.put(name, new Fault(name, effect, true, action));
	}

	private void survived(String name, String effect, Fault.Action action) {
		this.byName.put(name, new Fault(name, effect, false, action));
	}

	Collection<Fault> all() {
		return this.byName.values();
	}

	@Nullable Fault named(String name) {
		return this.byName.get(name);
	}

	/**
	 * On a thread of its own: the exit waits for running requests.
	 */
	private void exit(Map<String, String> parameters) {
		int code = Integer.parseInt(parameters.getOrDefault("code", "1"));
		new Thread(() -> System.exit(code), "fault-exit").start();
	}

	/**
	 * The shell has a kill of its own, so no other program is needed.
	 */
	private static void signal(String name) throws IOException, InterruptedException {
		long pid = ProcessHandle.current().pid();
		new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + pid).inheritIO().start().waitFor();
	}

	private static void deadlock() throws InterruptedException {
		Object cup = new Object();
		Object saucer = new Object();
		CountDownLatch bothHoldOne = new CountDownLatch(2);
		lockBoth("deadlock-a", cup, saucer, bothHoldOne);
		lockBoth("deadlock-b", saucer, cup, bothHoldOne);
		bothHoldOne.await();
	}

	private static void lockBoth(String thread, Object first, Object second, CountDownLatch bothHoldOne) {
		Thread locker = new Thread(() -> {
			synchronized (first) {
				bothHoldOne.countDown();
				try {
					bothHoldOne.await();
				}
				catch (InterruptedException ex) {
					return;
				}
				synchronized (second) {
					throw new IllegalStateException("This cannot be reached");
				}
			}
		}, thread);
		locker.setDaemon(true);
		locker.start();
	}

	/**
	 * Arrays that together are larger than the heap: it fails without filling all memory
	 * of the machine first.
	 */
	private static void outOfMemory() {
		long bytes = (long) LONGEST_ARRAY * Long.BYTES;
		long[][] hoard = new long[(int) (Runtime.getRuntime().maxMemory() / bytes) + 1][LONGEST_ARRAY];
		throw new IllegalStateException("There is memory for " + hoard.length + " arrays");
	}

}
