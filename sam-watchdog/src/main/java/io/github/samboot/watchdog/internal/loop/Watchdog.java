package io.github.samboot.watchdog.internal.loop;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import io.github.samboot.core.Signal;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.rundir.WatchdogAddress;
import io.github.samboot.core.internal.wire.Frame;
import io.github.samboot.core.internal.wire.MessageType;
import io.github.samboot.core.internal.wire.Payload;
import io.github.samboot.watchdog.internal.cluster.ClusterLink;
import io.github.samboot.watchdog.internal.connection.Connections;
import io.github.samboot.watchdog.internal.incident.IncidentReports;
import io.github.samboot.watchdog.internal.library.JnaLibrary;
import io.github.samboot.watchdog.internal.log.Log;
import io.github.samboot.watchdog.internal.process.ApplicationCommand;
import io.github.samboot.watchdog.internal.process.ApplicationProcess;
import io.github.samboot.watchdog.internal.process.Orphans;
import io.github.samboot.watchdog.internal.rundir.RunDirectoryGuard;
import io.github.samboot.watchdog.internal.socket.HeldSocket;
import io.github.samboot.watchdog.internal.supervision.Effect;
import io.github.samboot.watchdog.internal.supervision.Event;
import io.github.samboot.watchdog.internal.supervision.ExitStatus;
import io.github.samboot.watchdog.internal.supervision.Supervision;
import io.github.samboot.watchdog.internal.systemd.SystemdUnit;
import org.jspecify.annotations.Nullable;

/**
 * The watchdog: creates its parts, begins, and ends. Whatever happens is handled by one
 * thread, one thing after the other: the {@link EventLoop} waits for it, the
 * {@link Supervisor} asks the rules what follows and carries that out. Other threads only
 * put tasks into the inbox of the loop.
 */
public final class Watchdog {

	/** As {@code EX_SOFTWARE} in sysexits.h. */
	private static final int EXIT_NOTHING_ADOPTED = 70;

	private final WatchdogOptions options;

	private final Log log;

	private final IncidentReports reports;

	private final EventLoop loop;

	private final Inbox inbox = new Inbox();

	private final RunDirectoryGuard directory;

	private final ClusterLink cluster;

	private final @Nullable SystemdUnit systemd;

	private final Processes processes;

	private final Supervisor supervisor;

	private final Connections connections;

	private final ProcessEvents processEvents;

	/**
	 * Create a watchdog; it owns its run directory from now on.
	 * @param options the command line
	 * @param log takes its words
	 * @throws IOException if it has nowhere to listen
	 */
	public Watchdog(WatchdogOptions options, Log log) throws IOException {
		this.options = options;
		this.log = log;
		// first: the command reads the environment
		checkEnvironment();
		this.reports = new IncidentReports(log);
		this.loop = new EventLoop(log);
		ApplicationCommand command = (options.adopt() != 0) ? ApplicationCommand.of(options.adopt())
				: ApplicationCommand.ownLast(options.command().size());
		long pid = ProcessHandle.current().pid();
		List<Path> parents = RunDirectory.parents(options.runDirectoryParent());
		this.directory = new RunDirectoryGuard(runDirectory(options, parents, pid), parents, this.inbox, log);
		JnaLibrary jna = new JnaLibrary(options.jna(), this.directory::path);
		this.cluster = new ClusterLink(pid, () -> jna.calls("to talk to Corosync"), log, this.inbox);
		HeldSocket socket = new HeldSocket(() -> jna.calls("to hold a socket (sam.connections.hold)"), log);
		socket.want(options.hold());
		command.fastStart().use(options.fastStart());
		this.processes = new Processes(command, this.directory, socket, this.inbox, log);
		this.systemd = systemd(jna, log);
		if (this.systemd != null) {
			command.withhold(SystemdUnit.VARIABLES);
		}
		this.supervisor = new Supervisor(this.loop, this.processes, this.directory, this.cluster, this.reports, log);
		this.connections = new Connections(this.loop.selector(),
				new RequestHandler(this.supervisor, this.processes, this.directory, this.cluster, options.mode(), log),
				log);
		// only process 1 gets the processes that have lost their parent
		this.processEvents = new ProcessEvents(this.supervisor, this.processes, this.connections, this.cluster,
				(pid != 1) ? null : new Orphans(pid, () -> jna.calls("to remove zombies"), log), log);
	}

	private void checkEnvironment() {
		if (!ApplicationCommand.hasRoomForEnvironment()) {
			this.log
				.warn("The environment is too large for the watchdog's heap: SAM goes on, but may be unable to start"
						+ " an instance, also after a failure. Raise the heap limit and restart:"
						+ " sam.watchdog.java-options=-Xmx32m (external mode: -Xmx32m on the watchdog's command line)");
			// there may be no heap left for it later
			this.log.flush();
		}
	}

	/**
	 * Most watchdogs are not the main process of a unit of systemd, and load nothing of
	 * it.
	 */
	private static @Nullable SystemdUnit systemd(JnaLibrary jna, Log log) {
		if (System.getenv(SystemdUnit.SOCKET) == null) {
			return null;
		}
		ProcessHandle self = ProcessHandle.current();
		ProcessHandle parent = self.parent().orElse(null);
		return SystemdUnit.find(self.pid(), (parent != null) ? parent.pid() : 0, jna, log);
	}

	private static Path runDirectory(WatchdogOptions options, List<Path> parents, long pid) throws IOException {
		Path given = options.runDirectory();
		if (given != null) {
			return given;
		}
		// what the user has chosen, or nothing
		return RunDirectory.create((options.runDirectoryParent() != null) ? parents.subList(0, 1) : parents, pid);
	}

	/**
	 * Supervise until there is nothing left to do.
	 * @return the exit code
	 */
	public int run() {
		CountDownLatch ended = new CountDownLatch(1);
		// before the first process: no signal may find the default handlers
		StopSignals.handle(this.inbox, ended, this.log);
		if (begin()) {
			this.loop.run(new Deadlines(this.supervisor, this.processes, this.processEvents, this.directory,
					this.cluster, this.systemd), this.connections::serve);
		}
		if (this.systemd != null) {
			this.systemd.tell(this.supervisor.supervision());
		}
		this.processes.spare().abandonStart();
		// the last report may be one into the run directory
		this.reports.awaitWritten();
		this.directory.close();
		Effect.Quit quit = this.supervisor.quit();
		this.cluster.close(quit == null || !quit.isFailure());
		ended.countDown();
		return (quit != null) ? quit.code() : EXIT_NOTHING_ADOPTED;
	}

	/**
	 * Begin to supervise.
	 * @return {@code false} if there is a process to adopt and that is not possible:
	 * there is nothing to wait for then
	 */
	private boolean begin() {
		try {
			if (this.options.adopt() == 0) {
				this.supervisor.handleSurely(new Event.Begin());
			}
			else {
				adopt(this.options.adopt());
			}
		}
		catch (Throwable ex) {
			this.log.problem(ex);
			return this.options.adopt() == 0;
		}
		try {
			// alongside the start-up of the application, which it would only delay
			ClassPreloading.run(this.supervisor, this.reports);
			// ignored, as it is no slot's: it loads the classes that an end needs
			this.inbox.exited(ApplicationProcess.adopt(ProcessHandle.current().pid()), ExitStatus.UNKNOWN);
		}
		catch (Throwable ex) {
			this.log.problem(ex);
		}
		return true;
	}

	private void adopt(long adopt) {
		boolean hasBeenUp = false;
		try {
			Supervision resumed = this.directory.load(this.supervisor.supervision());
			if (resumed != null) {
				this.supervisor.resume(resumed);
				hasBeenUp = resumed.history().hasBeenUp();
			}
		}
		catch (Throwable ex) {
			this.log.warn("What the last watchdog had saved cannot be read (" + Supervisor.reason(ex)
					+ "); earlier incidents and restarts are forgotten.");
		}
		String nonce = System.getenv(WatchdogAddress.NONCE);
		this.processes.adopt(adopt, (nonce != null) ? nonce : "");
		this.log.info("Watching over process " + adopt + ", instance " + this.options.instance() + ", as its sidecar.");
		this.supervisor.handleSurely(new Event.Adopted(adopt, this.options.instance(), hasBeenUp));
	}

	/**
	 * Takes what other threads report, for the loop to handle.
	 */
	private final class Inbox
			implements RunDirectoryGuard.Listener, ClusterLink.Callback, StopSignals.Listener, Processes.Listener {

		private void put(Runnable task) {
			Watchdog.this.loop.post(task);
		}

		@Override
		public void accepted(SocketChannel channel) {
			put(() -> Watchdog.this.connections.accept(channel));
		}

		/** The loop itself has moved it. */
		@Override
		public void moved(Path directory) {
			Watchdog.this.processes
				.tellAll(new Frame(MessageType.DIRECTORY_MOVED, 0, Payload.text(directory.toString())));
		}

		@Override
		public void quorum(boolean quorate, List<Long> members, String problem) {
			put(() -> Watchdog.this.supervisor.handleSurely(new Event.Quorum(quorate, members, problem)));
		}

		@Override
		public void progress() {
			put(() -> Watchdog.this.cluster.progressed());
		}

		@Override
		public void received(String name) {
			put(() -> handle(name));
		}

		private void handle(String name) {
			if (name.equals(StopSignals.REPLACE)) {
				Watchdog.this.supervisor.handleSurely(new Event.Replace("requested by SIGURG"));
				return;
			}
			Signal signal = Signal.of(name);
			if (signal == Signal.SIGUSR1 || signal == Signal.SIGUSR2) {
				passOn(signal);
			}
			else {
				Watchdog.this.supervisor.handleSurely(new Event.StopRequested(signal));
			}
		}

		private void passOn(Signal signal) {
			ApplicationProcess process = Watchdog.this.processes.active().process();
			try {
				if (process == null || !process.passOn(signal)) {
					Watchdog.this.log.info(signal + " is not passed on: the application has no handler for it.");
				}
			}
			catch (IOException ex) {
				Watchdog.this.log.warn(signal + " cannot be passed on: " + ex.getMessage());
			}
		}

		@Override
		public void spareStarted(SpareStart start) {
			put(() -> Watchdog.this.processEvents.spareStarted(start));
		}

		@Override
		public void exited(ApplicationProcess process, ExitStatus status) {
			put(new End(Watchdog.this.processEvents, process, status));
		}

	}

	/**
	 * The end of a process. (To link a lambda takes a while, and the next instance
	 * waits.)
	 */
	private record End(ProcessEvents events, ApplicationProcess process, ExitStatus status) implements Runnable {

		@Override
		public void run() {
			this.events.ended(this.process, this.status);
		}

	}

}
