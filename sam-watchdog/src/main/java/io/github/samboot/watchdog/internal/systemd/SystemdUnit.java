package io.github.samboot.watchdog.internal.systemd;

import java.util.concurrent.TimeUnit;

import io.github.samboot.core.SamException;
import io.github.samboot.watchdog.internal.library.JnaLibrary;
import io.github.samboot.watchdog.internal.library.NativeCalls;
import io.github.samboot.watchdog.internal.log.Log;
import io.github.samboot.watchdog.internal.supervision.Supervision;
import org.jspecify.annotations.Nullable;

/**
 * Tells systemd about the unit whose main process this is. Only the event loop's thread
 * uses it: while that does not run, systemd gets no keep-alive message.
 */
public final class SystemdUnit {

	/** Set if systemd listens. */
	public static final String SOCKET = "NOTIFY_SOCKET";

	private static final String WATCHDOG_TIME = "WATCHDOG_USEC";

	private static final String WATCHDOG_PROCESS = "WATCHDOG_PID";

	/** In none of them may another process speak for the unit. */
	public static final String[] VARIABLES = { SOCKET, WATCHDOG_TIME, WATCHDOG_PROCESS };

	private static final long RETRY_PAUSE = TimeUnit.SECONDS.toNanos(1);

	private static final long EXTENSION_PERIOD = TimeUnit.SECONDS.toNanos(UnitState.EXTENSION_SECONDS / 3);

	private static final long LONGEST_PERIOD = TimeUnit.HOURS.toNanos(1);

	private final String address;

	private final NotifySocket socket;

	/** How often a keep-alive message is expected, or 0. */
	private final long keepAlivePeriod;

	private final Log log;

	private UnitState known = UnitState.UNKNOWN;

	/** What was looked at last: one that has not changed says nothing new. */
	private @Nullable Supervision seen;

	private long nextAt = System.nanoTime();

	private boolean isDisturbed;

	SystemdUnit(String address, NativeCalls calls, long keepAlivePeriod, Log log) {
		this.address = address;
		this.socket = new NotifySocket(calls, address);
		this.keepAlivePeriod = keepAlivePeriod;
		this.log = log;
	}

	/**
	 * Look whether this is the main process of a unit that systemd wants to hear of.
	 * @param pid the process id of this process
	 * @param parent that of its parent
	 * @param jna makes the calls
	 * @param log takes what is to be said
	 * @return the unit, {@code null} if nothing can be told
	 */
	public static @Nullable SystemdUnit find(long pid, long parent, JnaLibrary jna, Log log) {
		String address = System.getenv(SOCKET);
		String main = mainProcess();
		// variables are inherited: of a unit that started what started this
		boolean isMain = (main != null) ? main.equals(Long.toString(pid)) : pid == 1 || parent == 1;
		if (address == null || !isMain) {
			log.info("systemd is told nothing about this application: this process is not the main process of the"
					+ " unit. If the unit is meant for it, start java with exec in the unit's script.");
			return null;
		}
		try {
			return new SystemdUnit(address, jna.calls("to talk to systemd"), keepAlivePeriod(), log);
		}
		catch (SamException ex) {
			String time = System.getenv(WATCHDOG_TIME);
			log.warn("systemd cannot be told about this application (" + ex.reason() + "). It ends a unit with"
					+ " Type=notify at TimeoutStartSec="
					+ ((time != null) ? ", and one with WatchdogSec= (here " + time + " us) with SIGABRT" : "")
					+ ": use Type=exec without WatchdogSec= until that is mended");
			return null;
		}
	}

	private static @Nullable String mainProcess() {
		String main = System.getenv("SYSTEMD_EXEC_PID");
		// before systemd 248
		return (main != null) ? main : System.getenv(WATCHDOG_PROCESS);
	}

	private static long keepAlivePeriod() {
		try {
			return TimeUnit.MICROSECONDS.toNanos(Long.parseLong(System.getenv(WATCHDOG_TIME))) / 2;
		}
		catch (NumberFormatException ex) {
			return 0;
		}
	}

	/**
	 * Return when systemd is to be told something at the latest.
	 * @return on the monotonic clock
	 */
	public long wakeAt() {
		return this.nextAt;
	}

	/**
	 * Tell systemd what is new, and again what has to be repeated.
	 * @param supervision the state of the watchdog
	 */
	public void tell(Supervision supervision) {
		long now = System.nanoTime();
		if (now - this.nextAt < 0 && supervision == this.seen) {
			return;
		}
		this.seen = supervision;
		UnitState state = this.known.now(supervision);
		if (now - this.nextAt < 0 && state.equals(this.known)) {
			return;
		}
		this.nextAt = now + RETRY_PAUSE;
		String message = state.message(this.known);
		if (this.keepAlivePeriod != 0 && state.isWell()) {
			message += "WATCHDOG=1\n";
		}
		int problem = message.isEmpty() ? 0 : this.socket.send(message);
		if (problem != 0 && !this.isDisturbed) {
			this.log.warn("systemd does not take messages at " + this.address + " (errno " + problem
					+ "); it is tried again every second");
		}
		this.isDisturbed = problem != 0;
		if (problem == 0) {
			this.known = state;
			this.nextAt = now + period(state);
		}
	}

	private long period(UnitState state) {
		long period = (this.keepAlivePeriod != 0) ? this.keepAlivePeriod : LONGEST_PERIOD;
		return state.isComingUp() ? Math.min(period, EXTENSION_PERIOD) : period;
	}

}
