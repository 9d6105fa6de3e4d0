package io.github.samboot.watchdog.internal.loop;

import java.io.IOException;

import io.github.samboot.core.Signal;
import io.github.samboot.core.internal.rundir.Nonce;
import io.github.samboot.core.internal.rundir.WatchdogAddress;
import io.github.samboot.watchdog.internal.log.Log;
import io.github.samboot.watchdog.internal.process.ApplicationCommand;
import io.github.samboot.watchdog.internal.process.ApplicationProcess;
import io.github.samboot.watchdog.internal.process.Priority;
import io.github.samboot.watchdog.internal.rundir.Meeting;
import io.github.samboot.watchdog.internal.standby.Staleness;
import io.github.samboot.watchdog.internal.supervision.Event;
import org.jspecify.annotations.Nullable;

/**
 * The seat of the spare, and what is to be looked after while somebody sits there. Only
 * the event loop's thread uses it.
 */
final class SpareSeat {

	private final ApplicationCommand command;

	private final Meeting meeting;

	private Seat seat = Seat.EMPTY;

	private final Staleness staleness;

	private final Log log;

	private @Nullable SpareStart start;

	private @Nullable Priority priority;

	private boolean isLow;

	private @Nullable ApplicationProcess slow;

	private boolean isParked;

	private boolean isDisconnected;

	SpareSeat(ApplicationCommand command, Meeting meeting, Log log) {
		this.command = command;
		this.meeting = meeting;
		this.log = log;
		this.staleness = new Staleness(command);
	}

	Seat seat() {
		return this.seat;
	}

	/**
	 * Begin to start a spare.
	 * @param standby {@code warm} or {@code hot}
	 * @param startListener hears when it is started, or could not be
	 * @param exitListener hears of its end
	 */
	void start(String standby, SpareStart.Listener startListener, ApplicationProcess.ExitListener exitListener) {
		this.staleness.begin(this.meeting.directory());
		String nonce = Nonce.create();
		Seat seat = new Seat(nonce, this.meeting.newPage());
		SpareStart start = new SpareStart(this.command, new WatchdogAddress(nonce, this.meeting.directory()), standby,
				this.priority, exitListener, seat, startListener);
		this.seat = seat;
		this.isLow = true;
		this.isParked = false;
		this.isDisconnected = false;
		try {
			start.begin();
			this.start = start;
		}
		catch (Throwable ex) {
			leave(seat);
			throw ex;
		}
	}

	/**
	 * The start is over.
	 * @return the process, {@code null} if there is none
	 */
	@Nullable ApplicationProcess started(SpareStart start) {
		this.start = null;
		Priority priority = start.priority();
		if (this.priority == null && priority != null && !priority.isFree()) {
			this.log.info(
					"Spares start at normal priority, as this process may not raise a low one again (see CAP_SYS_NICE "
							+ "in capabilities(7), or LimitNICE= in systemd.exec(5)).");
		}
		this.priority = priority;
		ApplicationProcess process = start.process();
		if (process != null) {
			start.seat().taken(process);
		}
		else {
			leave(start.seat());
		}
		return process;
	}

	/**
	 * The watchdog ends.
	 */
	void abandonStart() {
		SpareStart start = this.start;
		if (start != null) {
			start.abandon();
		}
	}

	/**
	 * Look now and then whether the spare is still good for anything.
	 * @return what is wrong, {@code null} if nothing is
	 */
	Event.@Nullable SpareUnusable look() {
		ApplicationProcess process = this.seat.process();
		if (process == null || process.isGone()) {
			// its end is about to be told, with its exit status
			return null;
		}
		if (this.isParked && this.isLow) {
			// what it still loads while it waits had its time
			this.isLow = false;
			hurry(process);
		}
		Staleness.Change change = this.staleness.look(System.nanoTime());
		if (change.isStale()) {
			return new Event.SpareUnusable("the application or its configuration was changed on disk: " + change.file(),
					false);
		}
		if (change.isIgnored()) {
			this.log.warn("The file " + change.file()
					+ " changes again and again; spares are not replaced because of it any more.");
		}
		boolean wasDisconnected = this.isDisconnected;
		this.isDisconnected = this.seat.isDisconnected();
		// one that has just lost its connection is about to end as well
		return (this.isDisconnected && !wasDisconnected) ? null : problem();
	}

	/**
	 * Return whether the spare could not run if it were promoted.
	 * @return what is wrong, {@code null} if nothing is
	 */
	Event.@Nullable SpareUnusable problem() {
		ApplicationProcess process = this.seat.process();
		if (process == null) {
			return null;
		}
		String obstacle = process.obstacle();
		if (!obstacle.isEmpty()) {
			return new Event.SpareUnusable(obstacle, true);
		}
		return this.seat.isDisconnected() ? new Event.SpareUnusable("its connection is gone", true) : null;
	}

	/**
	 * It waits to be promoted, at any moment.
	 */
	void parked() {
		this.isParked = true;
	}

	private void hurry(@Nullable ApplicationProcess process) {
		if (process != null && this.priority != null) {
			this.priority.raise(process.pid());
		}
	}

	/**
	 * Hand the seat over to the active instance.
	 */
	Seat promote() {
		Seat promoted = this.seat;
		this.seat = Seat.EMPTY;
		if (this.isLow) {
			this.isLow = false;
			this.slow = promoted.process();
		}
		return promoted;
	}

	/**
	 * Raise what was promoted while it was still starting: that has time until the rest
	 * of the promotion is done.
	 */
	void hurryPromoted() {
		ApplicationProcess slow = this.slow;
		this.slow = null;
		hurry(slow);
	}

	void send(Signal signal) {
		ApplicationProcess process = this.seat.process();
		if (process != null) {
			try {
				process.send(signal);
			}
			catch (IOException ex) {
				this.log
					.warn("Signal " + signal + " cannot be sent to the spare, process " + process.pid() + ": " + ex);
			}
		}
	}

	/**
	 * The process of a seat is gone, or never came.
	 */
	void leave(Seat seat) {
		seat.leave();
		if (this.seat == seat) {
			this.seat = Seat.EMPTY;
		}
	}

}
