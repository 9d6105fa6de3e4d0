package io.github.samboot.watchdog.internal.systemd;

import java.util.List;

import io.github.samboot.core.Incident;
import io.github.samboot.core.SupervisionState;
import io.github.samboot.watchdog.internal.supervision.Supervision;

/**
 * What systemd knows about its unit, see {@code sd_notify(3)}. Nothing here does I/O or
 * reads a clock.
 *
 * @param isReady whether an instance has been up, or runs unsupervised, since the unit
 * was started; a recovery does not take that back
 * @param isStopping whether the watchdog will end, whatever comes. Not before that:
 * systemd would end an application that is restarted after all.
 * @param isWell whether the application is well, or being replaced
 * @param isComingUp whether the first start goes on, in the time that it may take
 * @param status what {@code systemctl status} shows
 */
public record UnitState(boolean isReady, boolean isStopping, boolean isWell, boolean isComingUp, String status) {

	/** At most this long nothing is said while the first start goes on. */
	static final int EXTENSION_SECONDS = 30;

	/** Before systemd was told anything. */
	public static final UnitState UNKNOWN = new UnitState(false, false, false, false, "");

	/**
	 * Return what systemd has to know now.
	 * @param supervision the state of the watchdog
	 * @return what it is to know
	 */
	public UnitState now(Supervision supervision) {
		SupervisionState state = supervision.state();
		boolean isStopping = supervision.isEnding();
		boolean isUp = !isStopping && (state == SupervisionState.RUNNING || state == SupervisionState.STOPPED);
		boolean isReady = this.isReady || isUp;
		return new UnitState(isReady, isStopping, state != SupervisionState.FAILED,
				!isReady && !isStopping && isLimited(supervision), status(supervision));
	}

	/**
	 * Whether SAM itself ends what goes on when it takes too long. What hangs before SAM
	 * knows how long it may take is left to systemd's own timeout.
	 */
	private static boolean isLimited(Supervision supervision) {
		return switch (supervision.state()) {
			case STARTING -> supervision.hasStartupDeadline();
			case WAITING_FOR_QUORUM, RECOVERING -> true;
			default -> false;
		};
	}

	private static String status(Supervision supervision) {
		List<Incident> incidents = supervision.history().incidents();
		return supervision.state().text() + ", instance " + supervision.instance().id()
				+ (supervision.hasProcess() ? ", pid " + supervision.instance().pid() : "")
				+ (incidents.isEmpty() ? "" : ", last incident: " + incidents.get(0).reason().id());
	}

	/**
	 * Return what to send.
	 * @param known what systemd knows
	 * @return the lines, which may be none
	 */
	public String message(UnitState known) {
		return (this.status.equals(known.status) ? "" : "STATUS=" + this.status + '\n')
				+ ((this.isReady && !known.isReady) ? "READY=1\n" : "")
				+ ((this.isStopping && !known.isStopping) ? "STOPPING=1\n" : "")
				+ (this.isComingUp ? "EXTEND_TIMEOUT_USEC=" + EXTENSION_SECONDS + "000000\n" : "");
	}

}
