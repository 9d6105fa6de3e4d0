package io.github.samboot.watchdog.loop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

import io.github.samboot.core.Signal;
import io.github.samboot.core.protocol.Nonce;
import io.github.samboot.core.protocol.WatchdogAddress;
import io.github.samboot.watchdog.launch.ApplicationCommand;
import io.github.samboot.watchdog.launch.ApplicationProcess;
import io.github.samboot.watchdog.launch.LaunchFiles;
import io.github.samboot.watchdog.launch.Priority;
import io.github.samboot.watchdog.log.Log;
import io.github.samboot.watchdog.supervision.Event;
import org.jspecify.annotations.Nullable;

/**
 * The seat of the spare, and what is to be looked after while somebody sits there. Only
 * the event loop's thread uses it.
 */
final class SpareSeat {

	/** Hundreds of files may have to be looked at, for months. */
	private static final int RESTS_BETWEEN_LOOKS_AT_FILES = 2;

	private final ApplicationCommand command;

	private final Meeting meeting;

	private final ApplicationProcess.ExitListener exitListener;

	private Seat seat = Seat.EMPTY;

	private @Nullable FileLook fileLook;

	private @Nullable FileLook judgedLook;

	private @Nullable Priority priority;

	private boolean isLow;

	private boolean isParked;

	/** What the files looked like, {@code null} until that is known. */
	private @Nullable Long startedFrom;

	private long seenLast;

	private int rests;

	SpareSeat(ApplicationCommand command, Meeting meeting, ApplicationProcess.ExitListener exitListener) {
		this.command = command;
		this.meeting = meeting;
		this.exitListener = exitListener;
	}

	Seat seat() {
		return this.seat;
	}

	/**
	 * Start a spare.
	 */
	ApplicationProcess start(String standby) throws IOException {
		Priority priority = this.priority;
		if (priority == null) {
			priority = Priority.find();
			this.priority = priority;
		}
		Path directory = this.meeting.directory();
		this.fileLook = FileLook.at(() -> this.command.files(directory));
		this.startedFrom = null;
		String nonce = Nonce.create();
		this.seat = new Seat(nonce, this.meeting.newPage());
		try {
			ApplicationProcess process = ApplicationProcess.startSpare(this.command,
					new WatchdogAddress(nonce, this.meeting.directory()), standby, priority, this.exitListener);
			this.seat.taken(process);
			this.isLow = true;
			this.isParked = false;
			return process;
		}
		catch (Throwable ex) {
			leave(this.seat);
			throw ex;
		}
	}

	/**
	 * Look now and then whether the spare is still good for anything.
	 * @return what is wrong, {@code null} if nothing is
	 */
	Event.@Nullable SpareUnusable look() {
		if (this.seat.process() == null) {
			return null;
		}
		if (this.isParked && this.isLow) {
			// what it still loads while it waits had its time
			this.isLow = false;
			hurry(this.seat.process());
		}
		if (isStale()) {
			return new Event.SpareUnusable("the application or its configuration was changed on disk", false);
		}
		return problem();
	}

	/**
	 * A change counts once two looks in a row have seen the same: a file may be half
	 * written.
	 */
	private boolean isStale() {
		FileLook look = this.fileLook;
		LaunchFiles files = (look != null) ? look.files() : null;
		if (look == null || files == null) {
			return false;
		}
		if (look == this.judgedLook) {
			if (++this.rests >= RESTS_BETWEEN_LOOKS_AT_FILES) {
				this.rests = 0;
				this.fileLook = FileLook.at(() -> files);
			}
			return false;
		}
		this.judgedLook = look;
		long fingerprint = look.fingerprint();
		Long startedFrom = this.startedFrom;
		if (startedFrom == null) {
			startedFrom = fingerprint;
			this.startedFrom = startedFrom;
		}
		boolean hasChanged = fingerprint != startedFrom;
		boolean isSettled = fingerprint == this.seenLast;
		this.seenLast = fingerprint;
		if (hasChanged) {
			this.fileLook = FileLook.at(() -> files);
		}
		return hasChanged && isSettled;
	}

	/**
	 * Return whether the spare could not run if it were promoted.
	 * @return what is wrong, {@code null} if nothing is
	 */
	Event.@Nullable SpareUnusable problem() {
		ApplicationProcess process = this.seat.process();
		if (process != null && process.isStopped()) {
			return new Event.SpareUnusable("the process is stopped", true);
		}
		if (process != null && this.isParked && this.seat.client() == null) {
			return new Event.SpareUnusable("its connection is gone", true);
		}
		return null;
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
	 * @param later takes what has time until the rest of the promotion is done
	 */
	Seat promote(Consumer<Runnable> later) {
		Seat promoted = this.seat;
		this.seat = Seat.EMPTY;
		if (this.isLow) {
			later.accept(() -> hurry(promoted.process()));
		}
		return promoted;
	}

	void send(Signal signal, Log log) {
		ApplicationProcess process = this.seat.process();
		if (process != null) {
			try {
				process.send(signal);
			}
			catch (IOException ex) {
				log.warn("Signal " + signal + " cannot be sent to the spare, process " + process.pid() + ": " + ex);
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
