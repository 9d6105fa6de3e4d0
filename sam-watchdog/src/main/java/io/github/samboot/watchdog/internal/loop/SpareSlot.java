package io.github.samboot.watchdog.internal.loop;

import java.io.IOException;
import java.util.concurrent.ExecutionException;

import io.github.samboot.core.internal.rundir.Nonce;
import io.github.samboot.core.internal.rundir.WatchdogAddress;
import io.github.samboot.watchdog.internal.log.Log;
import io.github.samboot.watchdog.internal.process.ApplicationCommand;
import io.github.samboot.watchdog.internal.process.ApplicationProcess;
import io.github.samboot.watchdog.internal.process.Priority;
import io.github.samboot.watchdog.internal.rundir.RunDirectoryGuard;
import io.github.samboot.watchdog.internal.socket.HeldSocket;
import io.github.samboot.watchdog.internal.standby.Staleness;
import io.github.samboot.watchdog.internal.supervision.Event;
import org.jspecify.annotations.Nullable;

/**
 * The slot of the spare, and what has to be checked while there is one. Only the event
 * loop's thread uses it, except for {@link #launch}.
 */
final class SpareSlot {

	private final ApplicationCommand command;

	private final RunDirectoryGuard directory;

	private final HeldSocket socket;

	private final Processes.Listener listener;

	private final Log log;

	private final Staleness staleness;

	private ProcessSlot slot = ProcessSlot.EMPTY;

	private @Nullable SpareStart start;

	/** Found out by the first start. */
	private volatile @Nullable Priority priority;

	private boolean isParked;

	private boolean wasDisconnected;

	SpareSlot(ApplicationCommand command, RunDirectoryGuard directory, HeldSocket socket, Processes.Listener listener,
			Log log) {
		this.command = command;
		this.directory = directory;
		this.socket = socket;
		this.listener = listener;
		this.log = log;
		this.staleness = new Staleness(command);
	}

	ProcessSlot slot() {
		return this.slot;
	}

	/**
	 * Begin to start a spare.
	 * @param standby {@code warm} or {@code hot}
	 */
	void start(String standby) {
		this.staleness.begin(this.directory.path());
		String nonce = Nonce.create();
		WatchdogAddress address = new WatchdogAddress(nonce, this.directory.path());
		ProcessSlot slot = new ProcessSlot(nonce, this.directory.newPage(), nonce);
		slot.hasSocket(this.socket.open());
		this.slot = slot;
		this.isParked = false;
		this.wasDisconnected = false;
		try {
			SpareStart start = new SpareStart(() -> launch(address, standby), slot, this.listener);
			start.begin();
			this.start = start;
		}
		catch (Throwable ex) {
			clear(slot);
			throw ex;
		}
	}

	/**
	 * Start the process, on the thread of its start.
	 */
	private ApplicationProcess launch(WatchdogAddress address, String standby) throws IOException {
		Priority priority = this.priority;
		if (priority == null) {
			priority = Priority.find();
			this.priority = priority;
			if (!priority.isFree()) {
				this.log.info("Spares start at normal priority, as this process may not raise a low one again (see "
						+ "CAP_SYS_NICE in capabilities(7), or LimitNICE= in systemd.exec(5)).");
			}
		}
		return ApplicationProcess.start(this.command, address, standby, priority, this.listener);
	}

	/**
	 * The start is over.
	 * @return the process
	 * @throws Throwable if there is none
	 */
	ApplicationProcess started(SpareStart start) throws Throwable {
		this.start = null;
		try {
			ApplicationProcess process = start.get();
			start.slot().started(process);
			return process;
		}
		catch (ExecutionException ex) {
			clear(start.slot());
			throw ex.getCause();
		}
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
	 * Check now and then whether the spare can still take over.
	 * @return what is wrong, {@code null} if nothing is
	 */
	Event.@Nullable SpareUnusable check() {
		ApplicationProcess process = this.slot.process();
		if (process == null || process.isGone()) {
			// its end is about to be reported, with its exit status
			return null;
		}
		if (this.isParked) {
			// what it still loads while it waits had its time
			process.raise();
		}
		Staleness.Change change = this.staleness.look(System.nanoTime());
		if (change.isStale()) {
			return new Event.SpareUnusable("the application or its configuration was changed on disk: " + change.file(),
					false);
		}
		if (change.isIgnored()) {
			this.log
				.warn("The file " + change.file() + " keeps changing; spares are no longer refreshed because of it.");
		}
		boolean isNew = this.slot.isDisconnected() && !this.wasDisconnected;
		this.wasDisconnected = this.slot.isDisconnected();
		// one that has just lost its connection is about to end as well
		return isNew ? null : problem();
	}

	/**
	 * Return whether the spare could not run if it were promoted.
	 * @return what is wrong, {@code null} if nothing is
	 */
	Event.@Nullable SpareUnusable problem() {
		ApplicationProcess process = this.slot.process();
		if (process == null) {
			return null;
		}
		String obstacle = process.obstacle();
		if (!obstacle.isEmpty()) {
			return new Event.SpareUnusable(obstacle, true);
		}
		return this.slot.isDisconnected() ? new Event.SpareUnusable("its connection is gone", true) : null;
	}

	/**
	 * It waits to be promoted, at any moment.
	 */
	void parked() {
		this.isParked = true;
	}

	/**
	 * Hand the slot over to the active instance.
	 */
	ProcessSlot promote() {
		ProcessSlot promoted = this.slot;
		this.slot = ProcessSlot.EMPTY;
		return promoted;
	}

	/**
	 * The process of a slot has ended, or could not be started.
	 */
	void clear(ProcessSlot slot) {
		slot.clear();
		if (this.slot == slot) {
			this.slot = ProcessSlot.EMPTY;
		}
	}

}
