package io.github.samboot.watchdog.internal.loop;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import io.github.samboot.core.Signal;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.rundir.WatchdogAddress;
import io.github.samboot.watchdog.internal.cluster.ClusterLink;
import io.github.samboot.watchdog.internal.connection.Client;
import io.github.samboot.watchdog.internal.connection.Server;
import io.github.samboot.watchdog.internal.incident.IncidentReports;
import io.github.samboot.watchdog.internal.library.JnaLibrary;
import io.github.samboot.watchdog.internal.log.Log;
import io.github.samboot.watchdog.internal.process.ApplicationCommand;
import io.github.samboot.watchdog.internal.process.ApplicationProcess;
import io.github.samboot.watchdog.internal.process.ChildCalls;
import io.github.samboot.watchdog.internal.process.Orphans;
import io.github.samboot.watchdog.internal.rundir.Meeting;
import io.github.samboot.watchdog.internal.rundir.RecoveryRecord;
import io.github.samboot.watchdog.internal.supervision.Event;
import io.github.samboot.watchdog.internal.supervision.ExitStatus;
import io.github.samboot.watchdog.internal.supervision.Supervision;

/**
 * The watchdog: puts its rooms together, begins, and ends. Its one loop waits for
 * messages, ends of processes, signals and deadlines; the {@link Course} asks the rules
 * what follows, and the {@link Deeds} do that. Only {@link #run} and what it calls
 * touches the state; other threads put tasks into the queue of the {@link EventLoop}.
 */
public final class Watchdog {

	private final WatchdogOptions options;

	private final Log log;

	private final IncidentReports reports;

	private final long pid = ProcessHandle.current().pid();

	private final EventLoop loop;

	private final Meeting meeting;

	private final ClusterLink cluster;

	private final Reception reception;

	private final Course course;

	private final Crew crew;

	private final Conversation conversation;

	private final Succession succession;

	private final Deeds deeds;

	private final Deadlines deadlines;

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
		this.reception = new Reception(this.loop.selector(), this.pid, options.mode(), log);
		ApplicationCommand command = (options.adopt() != 0) ? ApplicationCommand.of(options.adopt())
				: ApplicationCommand.ownLast(options.command().size());
		List<Path> parents = parents(options);
		this.meeting = new Meeting(runDirectory(options, parents), parents, new Accepting(), log);
		this.cluster = new ClusterLink(this.pid, options.jna(), log, new ClusterNews());
		this.course = new Course(this.loop, Supervision.initial(System.nanoTime() ^ this.pid));
		this.crew = new Crew(new SpareSeat(command, this.meeting, log), log);
		this.conversation = new Conversation(this.loop, this.course, this.crew, this.reception, this.meeting,
				this.cluster, this.pid, options.mode(), log);
		this.meeting.onMove(this.conversation::moved);
		this.succession = new Succession(this.loop, this.course, this.crew, this.conversation, log);
		this.deeds = new Deeds(this.loop, this.course, this.crew, this.conversation, this.succession, this.meeting,
				this.cluster, command, this.reports, log);
		this.course.actor(this.deeds);
		this.deadlines = new Deadlines(this.course, this.crew, this.succession, this.meeting, this.cluster,
				this.conversation.clusterWait(), (this.pid == 1) ? orphans() : null);
	}

	private Orphans orphans() {
		return new Orphans(this.pid, () -> JnaLibrary.load(this.options.jna(), ChildCalls.class, "to remove zombies"),
				this.log);
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

	private static List<Path> parents(WatchdogOptions options) {
		List<Path> parents = new ArrayList<>(RunDirectory.defaultParents());
		if (options.runDirectoryParent() != null) {
			parents.add(0, options.runDirectoryParent());
		}
		return parents;
	}

	private Path runDirectory(WatchdogOptions options, List<Path> parents) throws IOException {
		Path given = options.runDirectory();
		if (given != null) {
			return given;
		}
		// what the user has chosen, or nothing
		return RunDirectory.create((options.runDirectoryParent() != null) ? parents.subList(0, 1) : parents, this.pid);
	}

	/**
	 * Supervise until there is nothing left to do.
	 * @return the exit code
	 */
	public int run() {
		CountDownLatch ended = new CountDownLatch(1);
		// before the first process: no signal may find the default handlers
		boolean distinct = StopSignals.handle(new Stopping(), ended);
		if (!distinct) {
			this.log.info("This Java runtime has no module jdk.unsupported: every stop is forwarded as SIGTERM.");
		}
		try {
			begin();
			this.crew.tidyUp();
			// beside the start-up of the application, which it would only delay
			Rehearsal.run(this.reports);
			this.succession.exited(ApplicationProcess.adopt(this.pid), ExitStatus.UNKNOWN);
		}
		catch (Throwable ex) {
			this.loop.problem(ex);
		}
		this.loop.run(new Supervising());
		this.crew.spare().abandonStart();
		this.meeting.close();
		this.cluster.close(!this.deeds.hasFailed());
		this.reports.awaitWritten();
		ended.countDown();
		return this.deeds.exitCode();
	}

	private void begin() {
		long adopt = this.options.adopt();
		if (adopt == 0) {
			this.course.surely(new Event.Begin());
			return;
		}
		String nonce = System.getenv(WatchdogAddress.NONCE);
		Seat active = new Seat((nonce != null) ? nonce : "", this.meeting.newPage());
		this.crew.seat(active);
		boolean hasBeenUp = false;
		try {
			Supervision resumed = RecoveryRecord.load(this.meeting.directory(), this.course.supervision());
			if (resumed != null) {
				this.course.resume(resumed);
				hasBeenUp = resumed.history().hasBeenUp();
			}
		}
		catch (Throwable ex) {
			this.log.warn("What the last watchdog had saved cannot be read (" + Deeds.reason(ex)
					+ "); earlier incidents and restarts are forgotten.");
		}
		active.taken(ApplicationProcess.adopt(adopt));
		this.log.info("Watching over process " + adopt + ", instance " + this.options.instance() + ", as its sidecar.");
		this.course.surely(new Event.Adopted(adopt, this.options.instance(), hasBeenUp));
	}

	/**
	 * What the loop does.
	 */
	private final class Supervising implements EventLoop.Work {

		@Override
		public long wakeAt(long now) {
			return Watchdog.this.deadlines.wakeAt(now);
		}

		@Override
		public boolean isExact(long wakeAt) {
			return Watchdog.this.deadlines.isLastMoment(wakeAt);
		}

		@Override
		public boolean isLeftOver() {
			return Watchdog.this.course.hasUnheard();
		}

		@Override
		public void doLeftOver() {
			Watchdog.this.course.repeatUnheard();
		}

		@Override
		public void ready(SelectionKey key) {
			if (key.attachment() instanceof Client client) {
				Watchdog.this.conversation.serve(client, key);
			}
		}

		@Override
		public boolean lookAtTime() {
			return Watchdog.this.deadlines.look();
		}

		@Override
		public void tidyUp() {
			Watchdog.this.crew.tidyUp();
		}

	}

	/**
	 * A connection was accepted, on the thread that does that.
	 */
	private final class Accepting implements Server.AcceptListener {

		@Override
		public void accepted(SocketChannel channel) {
			Watchdog.this.loop.later(() -> Watchdog.this.reception.enters(channel));
		}

	}

	/**
	 * The cluster has news, on threads of its own.
	 */
	private final class ClusterNews implements ClusterLink.Callback {

		@Override
		public void quorum(boolean quorate, List<Long> members, String problem) {
			Watchdog.this.loop.later(() -> Watchdog.this.course.surely(new Event.Quorum(quorate, members, problem)));
		}

		@Override
		public void progress() {
			Watchdog.this.loop.later(() -> Watchdog.this.conversation.clusterWait().progressed());
		}

	}

	/**
	 * A signal has come, on a thread of the JVM.
	 */
	private final class Stopping implements StopSignals.Listener {

		@Override
		public void requested(Signal signal) {
			if (signal == Signal.SIGUSR1 || signal == Signal.SIGUSR2) {
				Watchdog.this.loop.later(() -> passOn(signal));
				return;
			}
			Watchdog.this.loop.later(() -> Watchdog.this.course.surely(new Event.StopRequested(signal)));
		}

		private void passOn(Signal signal) {
			ApplicationProcess process = Watchdog.this.crew.active().process();
			try {
				if (process == null || !process.passOn(signal)) {
					Watchdog.this.log.info(signal + " is not passed on: the application has no handler for it.");
				}
			}
			catch (IOException ex) {
				Watchdog.this.log.warn(signal + " cannot be passed on: " + ex.getMessage());
			}
		}

	}

}
