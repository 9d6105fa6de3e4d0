package io.github.samboot.watchdog.internal.loop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Iterator;

import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.Signal;
import io.github.samboot.core.SupervisionState;
import io.github.samboot.core.internal.process.DaemonThread;
import io.github.samboot.core.internal.wire.Frame;
import io.github.samboot.core.internal.wire.MessageType;
import io.github.samboot.core.internal.wire.Payload;
import io.github.samboot.watchdog.internal.cluster.ClusterLink;
import io.github.samboot.watchdog.internal.incident.IncidentReports;
import io.github.samboot.watchdog.internal.log.Log;
import io.github.samboot.watchdog.internal.process.ApplicationProcess;
import io.github.samboot.watchdog.internal.process.Descendants;
import io.github.samboot.watchdog.internal.rundir.RunDirectoryGuard;
import io.github.samboot.watchdog.internal.supervision.Effect;
import io.github.samboot.watchdog.internal.supervision.Event;
import io.github.samboot.watchdog.internal.supervision.Lane;
import io.github.samboot.watchdog.internal.supervision.Moment;
import io.github.samboot.watchdog.internal.supervision.Supervision;
import org.jspecify.annotations.Nullable;

/**
 * Lets the rules decide about each event, and carries out the effects. An event that an
 * effect causes waits until all effects before it are carried out. Only the event loop's
 * thread uses it.
 */
class Supervisor implements ClusterLink.Outcome {

	private final EventLoop loop;

	private final Processes processes;

	private final RunDirectoryGuard directory;

	private final ClusterLink cluster;

	private final IncidentReports reports;

	private final Log log;

	/** New events first; behind them those about which the rules could not decide. */
	private final ArrayDeque<Event> inbox = new ArrayDeque<>();

	private Supervision supervision = Supervision.initial(System.nanoTime() ^ ProcessHandle.current().pid());

	private byte[] answerToOperator = new byte[0];

	private boolean hasEffects;

	/** Of an instance that has just been replaced. */
	private String lastSecret = "";

	private Effect.@Nullable Quit quit;

	Supervisor(EventLoop loop, Processes processes, RunDirectoryGuard directory, ClusterLink cluster,
			IncidentReports reports, Log log) {
		this.loop = loop;
		this.processes = processes;
		this.directory = directory;
		this.cluster = cluster;
		this.reports = reports;
		this.log = log;
	}

	/**
	 * Load what it takes to name what an instance has left.
	 */
	void preload() {
		new DescendantNames(this.log, "").run();
	}

	/**
	 * Return what the rules know.
	 */
	Supervision supervision() {
		return this.supervision;
	}

	/**
	 * Return how the watchdog ends, once it does.
	 */
	Effect.@Nullable Quit quit() {
		return this.quit;
	}

	/**
	 * Go on where an earlier watchdog stopped.
	 */
	void resume(Supervision supervision) {
		this.supervision = supervision;
	}

	/**
	 * Let options of the active instance count with which the rules have nothing to do.
	 */
	void use(SamOptions options) {
		this.log.format(options.logFormat());
		this.processes.use(options);
	}

	/**
	 * Handle an event. If the rules fail, nothing has changed.
	 */
	void handle(Event event) {
		decide(event);
		handleWaiting();
	}

	/**
	 * Handle a request of an operator, which the rules answer at once.
	 * @return the answer
	 */
	byte[] answer(Event request) {
		handle(request);
		return this.answerToOperator;
	}

	/**
	 * Handle an event that is reported only once, now or as soon as possible: without it
	 * the rules would wait for ever.
	 */
	void handleSurely(Event event) {
		this.inbox.addFirst(event);
		handleWaiting();
	}

	/**
	 * Return whether events wait about which the rules could not decide.
	 */
	boolean hasWaiting() {
		return !this.inbox.isEmpty();
	}

	/**
	 * Handle the events in the inbox, each failed one once.
	 */
	void handleWaiting() {
		int failed = 0;
		while (this.inbox.size() > failed) {
			Event event = this.inbox.remove();
			try {
				decide(event);
			}
			catch (Throwable ex) {
				this.inbox.add(event);
				failed++;
				this.log.problem(ex);
			}
		}
		if (this.hasEffects) {
			this.hasEffects = false;
			try {
				this.processes.tidyUp();
				tellDescendants();
			}
			catch (Throwable ex) {
				// all that matters is done
				this.log.problem(ex);
			}
		}
	}

	private void decide(Event event) {
		if (event instanceof Event.Exited exited && exited.lane() == Lane.ACTIVE) {
			long pid = this.supervision.instance().pid();
			this.reports.note(pid, "process " + pid + " has ended: " + exited.status().text());
		}
		Supervision.Step step = this.supervision.step(event, new Moment(System.nanoTime(), System.currentTimeMillis()));
		Iterator<Effect> effects = step.effects().iterator();
		// from here on nothing may fail: the event would be handled a second time
		this.supervision = step.next();
		while (effects.hasNext()) {
			this.hasEffects = true;
			try {
				carryOut(effects.next());
			}
			catch (Throwable ex) {
				// the state counts on all of them
				this.log.problem(ex);
			}
		}
		try {
			this.processes.socket()
				.follow(this.supervision.state(), this.supervision.isBeingReplaced(), System.nanoTime());
		}
		catch (Throwable ex) {
			this.log.problem(ex);
		}
	}

	/**
	 * Do what the rules have decided.
	 */
	void carryOut(Effect effect) {
		if (effect instanceof Effect.Spawn spawn) {
			spawn(spawn);
		}
		else if (effect instanceof Effect.Send send) {
			send(send);
		}
		else if (effect instanceof Effect.Reply reply) {
			reply(reply);
		}
		else if (effect instanceof Effect.AnnounceRecovery news) {
			if (news.reason() == IncidentReason.QUORUM_LOST) {
				this.processes.socket().refuse("this node has lost quorum");
			}
			announce(MessageType.RECOVERY_IMMINENT,
					Payload.recoveryImminent(news.reason(), news.message(), news.gracePeriod()));
		}
		else if (effect instanceof Effect.AnnounceReplacement) {
			announce(MessageType.REPLACEMENT_IMMINENT, Payload.text(""));
		}
		else if (effect instanceof Effect.AnnounceQuorum news) {
			announce(MessageType.QUORUM, Payload.quorum(news.quorate(), news.members()));
		}
		else if (effect instanceof Effect.Publish news) {
			this.cluster.publish(news.state());
		}
		else if (effect instanceof Effect.Save) {
			this.directory.save(this.supervision);
		}
		else if (effect instanceof Effect.Report report) {
			this.reports.write(this.supervision.options().incidents(), this.directory.path(), report.incident());
		}
		else if (effect instanceof Effect.Say line && line.isWarning()) {
			this.log.warn(line.text());
		}
		else if (effect instanceof Effect.Say line) {
			this.log.info(line.text());
		}
		else if (effect instanceof Effect.Quit quit) {
			this.quit = quit;
			this.loop.stop();
		}
		else if (effect instanceof Effect.Promote promote) {
			promote(promote);
		}
		else {
			throw new IllegalStateException("Nothing is known that would do " + effect);
		}
	}

	private void announce(MessageType type, byte[] payload) {
		this.processes.active().tell(new Frame(type, 0, payload));
	}

	private void spawn(Effect.Spawn effect) {
		long pid;
		try {
			this.directory.tryToEnsure();
			if (effect.lane() == Lane.SPARE) {
				String standby = this.supervision.options().standby().mode();
				// for a planned replacement if there are no spares otherwise
				this.processes.spare().start(standby.equals("none") ? "hot" : standby);
				return;
			}
			this.directory.tryToRefresh();
			endDescendants(this.processes.active().secret());
			pid = this.processes.start(effect.instanceId());
		}
		catch (Throwable ex) {
			this.inbox.addFirst(new Event.SpawnFailed(effect.lane(), reason(ex)));
			return;
		}
		// first: a process that runs must not count as one that could not be started
		this.inbox.addFirst(new Event.Spawned(Lane.ACTIVE, pid));
		this.reports.note("instance " + effect.instanceId() + " started as process " + pid + ", without a spare");
	}

	/**
	 * End what the last instance has left, or tell it once the next one is started, which
	 * nothing that goes wrong here may prevent.
	 */
	private void endDescendants(String secret) {
		this.lastSecret = secret;
		if (this.supervision.options().restart().endDescendants()) {
			try {
				String ended = endDescendantsOf(secret);
				if (!ended.isEmpty()) {
					this.log.warn(ended);
				}
			}
			catch (Throwable ex) {
				this.log.problem(ex);
			}
		}
	}

	String endDescendantsOf(String secret) {
		return Descendants.end(secret);
	}

	private void tellDescendants() {
		if (!this.lastSecret.isEmpty()) {
			DaemonThread.start("sam-descendants", 128, new DescendantNames(this.log, this.lastSecret));
			this.lastSecret = "";
		}
	}

	static String reason(Throwable ex) {
		return (ex instanceof IOException) ? String.valueOf(ex.getMessage()) : String.valueOf(ex);
	}

	private void send(Effect.Send effect) {
		ApplicationProcess process = this.processes.slot(effect.lane()).process();
		if (process == null) {
			return;
		}
		try {
			process.send(effect.signal());
			if (effect.lane() == Lane.ACTIVE) {
				this.reports.note(process.pid(), effect.signal() + " sent to process " + process.pid());
				if (effect.signal() != Signal.SIGKILL && this.supervision.state() == SupervisionState.RECOVERING) {
					this.reports.look(process.pid(), this.directory.path());
				}
			}
		}
		catch (IOException ex) {
			this.log.warn("Signal " + effect.signal() + " cannot be sent to process " + process.pid() + ": "
					+ ex.getMessage());
		}
	}

	private void reply(Effect.Reply effect) {
		byte[] answer = Payload.reply(effect.error(), effect.message(), Payload.number(effect.value()));
		if (effect.request() == Effect.Reply.TO_OPERATOR) {
			this.answerToOperator = answer;
		}
		else {
			this.processes.slot(effect.lane()).tell(new Frame(MessageType.REPLY, effect.request(), answer));
		}
	}

	/**
	 * Return where reports are written.
	 */
	Path reports() {
		Path directory = this.supervision.options().incidents().directory();
		return (directory != null) ? directory : this.directory.path();
	}

	private void promote(Effect.Promote effect) {
		String secret = this.processes.active().secret();
		this.processes.promote();
		endDescendants(secret);
		ApplicationProcess promoted = this.processes.active().process();
		this.reports.note("instance " + effect.instanceId() + " is the spare, "
				+ ((promoted != null) ? "process " + promoted.pid() : "which has ended"));
		// before the answer: then it may ask for the data
		this.directory.tryToEnsure();
		this.directory.tryToRefresh();
		// a spare may have been started from another configuration
		SamOptions options = this.supervision.options();
		use(options);
		this.cluster.renew(options);
	}

	@Override
	public void connected(Event.Initialize event) {
		handle(event);
	}

	@Override
	public void failed(Event.Initialize event, SamException problem) {
		reply(new Effect.Reply(Lane.ACTIVE, event.request(), problem.error(), problem.reason(), 0));
	}

	/**
	 * Names what an instance has left. To look through all processes takes some
	 * milliseconds, in which the next instance would wait for an answer.
	 */
	private record DescendantNames(Log log, String secret) implements Runnable {

		@Override
		public void run() {
			try {
				String left = Descendants.tell(this.secret);
				if (!left.isEmpty()) {
					this.log.warn(left);
				}
			}
			catch (Throwable ex) {
				// it is only told
			}
		}

	}

}
