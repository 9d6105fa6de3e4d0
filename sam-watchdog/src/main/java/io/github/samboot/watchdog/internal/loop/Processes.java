package io.github.samboot.watchdog.internal.loop;

import java.io.IOException;
import java.util.ArrayDeque;

import io.github.samboot.core.SamOptions;
import io.github.samboot.core.internal.rundir.Nonce;
import io.github.samboot.core.internal.rundir.WatchdogAddress;
import io.github.samboot.core.internal.wire.Frame;
import io.github.samboot.watchdog.internal.connection.Client;
import io.github.samboot.watchdog.internal.faststart.FastStart;
import io.github.samboot.watchdog.internal.log.Log;
import io.github.samboot.watchdog.internal.process.ApplicationCommand;
import io.github.samboot.watchdog.internal.process.ApplicationProcess;
import io.github.samboot.watchdog.internal.process.Priority;
import io.github.samboot.watchdog.internal.process.Descendants;
import io.github.samboot.watchdog.internal.rundir.RunDirectoryGuard;
import io.github.samboot.watchdog.internal.socket.HeldSocket;
import io.github.samboot.watchdog.internal.supervision.Lane;
import org.jspecify.annotations.Nullable;

/**
 * The processes of the application: the active instance, and perhaps a spare. Only the
 * event loop's thread uses it.
 */
final class Processes {

	private final ApplicationCommand command;

	private final RunDirectoryGuard directory;

	private final Listener listener;

	private final Log log;

	private final SpareSlot spare;

	private final HeldSocket socket;

	private ProcessSlot active = ProcessSlot.EMPTY;

	/** Slots of instances that have ended; clearing them can wait. */
	private final ArrayDeque<ProcessSlot> former = new ArrayDeque<>();

	/** Logged after why it was started, which can wait too. */
	private @Nullable ApplicationProcess started;

	private int startedId;

	Processes(ApplicationCommand command, RunDirectoryGuard directory, HeldSocket socket, Listener listener, Log log) {
		this.command = command;
		this.directory = directory;
		this.listener = listener;
		this.log = log;
		this.socket = socket;
		this.spare = new SpareSlot(command, directory, socket, listener, log);
	}

	/**
	 * Is told on other threads what becomes of processes.
	 */
	interface Listener extends ApplicationProcess.ExitListener {

		/** The start of a spare is over. */
		void spareStarted(SpareStart start);

	}

	FastStart fastStart() {
		return this.command.fastStart();
	}

	ProcessSlot active() {
		return this.active;
	}

	SpareSlot spare() {
		return this.spare;
	}

	HeldSocket socket() {
		return this.socket;
	}

	ProcessSlot slot(Lane lane) {
		return (lane == Lane.SPARE) ? this.spare.slot() : this.active;
	}

	/**
	 * Let the options of the active instance count.
	 */
	void use(SamOptions options) {
		this.command.fastStart().use(options.fastStart());
		this.socket.longest(options.connections().longestHold());
		this.socket.want(options.connections().hold());
		ApplicationProcess process = this.active.process();
		if (options.connections().hold() && process != null && process.isAdopted()) {
			this.active.hasSocket(this.socket.takeOver());
		}
	}

	/**
	 * Start the next instance.
	 * @return its process id
	 */
	long start(int instanceId) throws IOException {
		String nonce = Nonce.create();
		ProcessSlot slot = new ProcessSlot(nonce, this.directory.newPage(), nonce);
		activate(slot);
		try {
			slot.hasSocket(this.socket.open());
			ApplicationProcess process = ApplicationProcess.start(this.command,
					new WatchdogAddress(nonce, this.directory.path()), "none", Priority.NORMAL, this.listener);
			slot.started(process);
			this.started = process;
			this.startedId = instanceId;
			return process.pid();
		}
		catch (Throwable ex) {
			// a process that runs all the same must not register
			activate(ProcessSlot.EMPTY);
			throw ex;
		}
	}

	/**
	 * Take a process that runs already for the active instance.
	 */
	void adopt(long pid, String nonce) {
		ProcessSlot slot = new ProcessSlot(nonce, this.directory.newPage(), Descendants.secret(pid));
		slot.started(ApplicationProcess.adopt(pid));
		activate(slot);
	}

	/**
	 * Let the spare be the active instance.
	 */
	void promote() {
		activate(this.spare.promote());
	}

	private void activate(ProcessSlot slot) {
		this.former.add(this.active);
		this.active = slot;
	}

	/**
	 * Send a frame to every process that is connected.
	 */
	void tellAll(Frame frame) {
		this.active.tell(frame);
		this.spare.slot().tell(frame);
	}

	/**
	 * A connection was closed.
	 */
	void closed(Client client) {
		this.spare.slot().closed(client);
		this.active.closed(client);
	}

	/**
	 * Do what had to wait until the next instance was started.
	 */
	void tidyUp() {
		ApplicationProcess started = this.started;
		this.started = null;
		if (started != null) {
			this.log.info("Started instance " + this.startedId + " of the application, pid " + started.pid()
					+ started.how().words() + ".");
		}
		while (!this.former.isEmpty()) {
			this.former.remove().clear();
		}
		ApplicationProcess process = this.active.process();
		if (process != null) {
			// it may have been promoted while it was still starting
			process.raise();
		}
	}

}
