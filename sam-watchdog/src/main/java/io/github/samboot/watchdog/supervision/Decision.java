package io.github.samboot.watchdog.supervision;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.github.samboot.core.CsError;
import io.github.samboot.core.Incident;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.RestartLimits;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.Signal;
import io.github.samboot.core.protocol.Nanos;
import org.jspecify.annotations.Nullable;

/**
 * One decision: takes the state apart, applies one event, and puts the next state
 * together. Every rule of supervision is here.
 */
final class Decision implements Event.Handler {

	/** A signal from the terminal reaches the application too; it is not sent twice. */
	private static final long REACTION_TIME = Duration.ofMillis(250).toNanos();

	/** A process that SIGKILL has not ended by then hangs in the kernel. */
	private static final long STUCK_AFTER = Duration.ofSeconds(30).toNanos();

	/** After so many in a row without a heartbeat between them there is no more. */
	private static final int MOST_EXCUSES = 10;

	/** Lateness that any busy machine has. */
	private static final long USUAL_LATENESS = Duration.ofMillis(20).toNanos();

	/** Lateness that no machine has whose programs run. */
	private static final long UNUSUAL_LATENESS = Duration.ofSeconds(1).toNanos();

	/** What keeps a process from being started is not gone at once. */
	private static final long SPAWN_PAUSE = Duration.ofSeconds(1).toNanos();

	private final Supervision before;

	private final Moment now;

	private final List<Effect> effects = new ArrayList<>(4);

	private SamOptions options;

	private boolean isInitialized;

	private Signal warnSignal;

	private Instance instance;

	private Phase phase;

	private History history;

	private Event.@Nullable Quorum quorum;

	private long seed;

	Decision(Supervision before, Moment now) {
		this.before = before;
		this.now = now;
		this.options = before.options;
		this.isInitialized = before.isInitialized;
		this.warnSignal = before.warnSignal;
		this.instance = before.instance;
		this.phase = before.phase;
		this.history = before.history;
		this.quorum = before.quorum;
		this.seed = before.seed;
	}

	Supervision.Step step() {
		if (this.phase.state() != this.before.phase.state()) {
			// after whatever led to the new state, but before what ends the watchdog or,
			// by
			// starting a process, brings the next state
			int last = this.effects.size() - 1;
			boolean leadsOn = last >= 0 && (this.effects.get(last) instanceof Effect.Quit
					|| this.effects.get(last) instanceof Effect.Spawn);
			this.effects.add(leadsOn ? last : last + 1, new Effect.Publish(this.phase.state()));
		}
		return new Supervision.Step(new Supervision(this.options, this.isInitialized, this.warnSignal, this.instance,
				this.phase, this.history, this.quorum, this.seed), this.effects);
	}

	// Beginning and end of processes

	@Override
	public void begin() {
		this.effects.add(new Effect.Spawn(this.instance.id()));
	}

	@Override
	public void adopted(Event.Adopted event) {
		this.instance = new Instance(event.instanceId(), event.pid(), true, false, false);
		if (event.hasBeenUp() && !this.history.hasBeenUp()) {
			this.history = History.of(this.history.incidents(), this.history.recoveries(), this.history.downtime(),
					this.history.restarts(), true);
		}
		this.phase = new Phase.Starting(this.now.nanos(), startupDeadline());
	}

	@Override
	public void spawned(Event.Spawned event) {
		this.instance = this.instance.started(event.pid());
		if (this.phase instanceof Phase.Launching) {
			// how long instance 0 may take is not known before it says so
			this.phase = new Phase.Starting(this.now.nanos(), this.isInitialized ? startupDeadline() : Phase.NEVER);
		}
		this.effects.add(new Effect.Save());
	}

	@Override
	public void spawnFailed(Event.SpawnFailed event) {
		if (!(this.phase instanceof Phase.Launching)) {
			return;
		}
		Failure failure = new Failure(IncidentReason.STARTUP_FAILED, "it could not be started: " + event.problem(),
				this.now);
		if (!this.history.hasBeenUp()) {
			say(true, "The application could not be started: " + event.problem());
			quit(127, true);
			return;
		}
		replace(failure, new ExitStatus(127), SPAWN_PAUSE);
	}

	@Override
	public void exited(Event.Exited event) {
		ExitStatus status = event.status();
		Phase phase = this.phase;
		if (this.instance.pid() == 0) {
			// no process, no end of it
			return;
		}
		if (phase instanceof Phase.ShuttingDown) {
			quitAsAsked(status);
		}
		else if (phase instanceof Phase.Warned warned) {
			replace(warned.failure(), status);
		}
		else if (phase instanceof Phase.Killed killed) {
			replace(killed.failure(), status);
		}
		else if (phase instanceof Phase.Off) {
			sayEnded(status);
			quit(status.isKnown() ? status.code() : 0, false);
		}
		else if (phase instanceof Phase.Closing closing) {
			exitedWhileClosing(status, closing.isKilled());
		}
		else if (phase instanceof Phase.Running) {
			exitedWhileRunning(status);
		}
		else {
			exitedWhileStarting(status);
		}
	}

	private void exitedWhileRunning(ExitStatus status) {
		if (isWish(status)) {
			sayEnded(status);
			quit(status.code(), false);
			return;
		}
		replace(unexpectedExit(status), status);
	}

	private void exitedWhileClosing(ExitStatus status, boolean isKilled) {
		if (!this.history.hasBeenUp() && !isKilled) {
			exitedWhileStarting(status);
			return;
		}
		boolean isWish = isWish(status) || isKilled || status.isDeathBySignal()
				|| (!status.isKnown() && !this.instance.isExiting());
		if (isWish) {
			sayEnded(status);
			quit(status.isKnown() ? status.code() : 0, false);
			return;
		}
		replace(unexpectedExit(status), status);
	}

	private void exitedWhileStarting(ExitStatus status) {
		if (isWish(status)) {
			sayEnded(status);
			quit(status.code(), false);
			return;
		}
		if (!this.history.hasBeenUp()) {
			// a configuration error is not mended by trying again
			say(true, name() + " ended with " + status.text() + " before it had come up; it is not restarted.");
			quit(status.asFailure(), true);
			return;
		}
		replace(new Failure(IncidentReason.STARTUP_FAILED, "it ended with " + status.text() + " before it had come up",
				this.now), status);
	}

	private boolean isWish(ExitStatus status) {
		return status.isKnown() && this.options.cleanExitCodes().contains(status.code());
	}

	private Failure unexpectedExit(ExitStatus status) {
		String message = status.isKnown() ? "the process ended with " + status.text() : "the process is gone";
		return new Failure(IncidentReason.PROCESS_EXIT, message, this.now);
	}

	private void sayEnded(ExitStatus status) {
		say(false, name() + " ended with " + status.text() + "; the watchdog ends too.");
	}

	private void quitAsAsked(ExitStatus status) {
		say(false, name() + " ended with " + status.text() + " as asked; the watchdog ends too.");
		quit(status.isKnown() ? status.code() : 0, false);
	}

	private void quit(int code, boolean isFailure) {
		this.instance = this.instance.started(0);
		this.phase = new Phase.Ended(isFailure);
		this.effects.add(new Effect.Quit(code, isFailure));
	}

	// Failures

	/**
	 * The instance has to go.
	 */
	private void fail(Failure failure) {
		Duration grace = this.options.effectiveGracePeriod();
		boolean warns = this.warnSignal != Signal.SIGKILL && !grace.isZero() && !failure.isFinal();
		this.effects
			.add(new Effect.AnnounceRecovery(failure.reason(), failure.message(), warns ? grace : Duration.ZERO));
		if (!warns) {
			say(true, name() + " failed: " + failure.message() + ". Sending SIGKILL.");
			kill(failure);
			return;
		}
		say(true, name() + " failed: " + failure.message() + ". Sending " + this.warnSignal.name()
				+ ", SIGKILL follows in " + Words.seconds(grace) + ".");
		boolean isRevocable = failure.reason() == IncidentReason.MISSED_HEARTBEAT && isSurvivable(this.warnSignal);
		long lastBeat = (this.phase instanceof Phase.Running running) ? running.lastBeat() : this.now.nanos();
		this.phase = new Phase.Warned(failure, this.now.nanos() + Nanos.of(grace), lastBeat, this.now.nanos(),
				interval(), isRevocable);
		this.effects.add(new Effect.Send(this.warnSignal));
	}

	/**
	 * The other signals end a JVM: what it sends after them are its last words.
	 */
	private static boolean isSurvivable(Signal signal) {
		return signal == Signal.SIGUSR1 || signal == Signal.SIGUSR2 || signal == Signal.SIGQUIT;
	}

	private void kill(Failure failure) {
		this.effects.add(new Effect.Send(Signal.SIGKILL));
		this.phase = new Phase.Killed(failure, this.now.nanos() + STUCK_AFTER, false);
	}

	/**
	 * The instance is gone: the next one takes its place, if there is to be one.
	 */
	private void replace(Failure failure, ExitStatus status) {
		replace(failure, status, 0);
	}

	private void replace(Failure failure, ExitStatus status, long atLeast) {
		RestartLimits limits = this.options.restartLimits();
		long now = this.now.nanos();
		this.history = this.history.afterStability(limits, now)
			.failed(failure, this.instance, status.text(), this.options.incidentsKept());
		this.effects.add(new Effect.Report(lastIncident()));
		String what = name() + " is gone (" + status.text() + "; " + failure.reason().id() + ": " + failure.message()
				+ ")";
		if (failure.isFinal()) {
			say(true, what + "; it was marked as failed, so the watchdog quits.");
			quit(status.asFailure(), true);
			return;
		}
		if (!this.options.recoveryPolicy().restarts()) {
			say(true, what + "; the recovery policy is quit, so the watchdog quits.");
			quit(status.asFailure(), true);
			return;
		}
		int restarts = this.history.restartsWithin(limits, now);
		if (limits.maxRestarts() >= 0 && restarts >= limits.maxRestarts()) {
			say(true, what + "; it was restarted " + restarts + " times within " + Words.seconds(limits.within())
					+ " and is given up, see sam.restart.max-restarts.");
			quit(status.asFailure(), true);
			return;
		}
		this.seed = Backoff.nextSeed(this.seed);
		long delay = Math.max(atLeast, Backoff.delay(limits, this.history.inARow(), this.seed));
		this.history = this.history.restarted(limits, now);
		this.instance = this.instance.next();
		if (delay == 0) {
			say(true, what + "; starting instance " + this.instance.id() + " now.");
			launch();
			return;
		}
		say(true, what + "; starting instance " + this.instance.id() + " in " + Words.seconds(delay) + ".");
		this.phase = new Phase.BackingOff(now + delay);
		this.effects.add(new Effect.Save());
	}

	private void launch() {
		this.phase = new Phase.Launching();
		this.effects.add(new Effect.Spawn(this.instance.id()));
	}

	private Incident lastIncident() {
		return this.history.incidents().get(0);
	}

	// Time

	@Override
	public void timePassed(Event.TimePassed event) {
		long due = this.phase.wakeAt();
		if (due == Phase.NEVER || this.now.nanos() - due < 0) {
			return;
		}
		long late = this.now.nanos() - due;
		boolean wasAsleep = late > Math.max(USUAL_LATENESS, Math.min(patience() / 8, UNUSUAL_LATENESS));
		if (wasAsleep) {
			this.phase = afterSleep(this.phase, late);
		}
		Phase phase = this.phase;
		if (phase instanceof Phase.Running running) {
			look(running, event, wasAsleep, late);
		}
		else if (phase instanceof Phase.Warned warned) {
			lookAtWarned(warned, event);
		}
		else if (phase instanceof Phase.Killed killed) {
			say(true,
					name() + " is still there "
							+ (killed.isStuck() ? "after" : STUCK_AFTER / 1_000_000_000 + " s after") + " SIGKILL"
							+ processState(event) + "; no new instance is started beside it.");
			this.phase = new Phase.Killed(killed.failure(), this.now.nanos() + STUCK_AFTER, true);
		}
		else if (this.now.nanos() - phase.wakeAt() >= 0) {
			deadlinePassed(phase, event);
		}
	}

	/**
	 * How long the instance may take for what it is doing.
	 */
	private long patience() {
		Phase phase = this.phase;
		if (phase instanceof Phase.Running running) {
			return running.interval();
		}
		if (phase instanceof Phase.Warned) {
			return grace();
		}
		return (phase instanceof Phase.Starting || phase instanceof Phase.ComingUp)
				? Nanos.of(this.options.startupTimeout()) : Nanos.of(this.options.shutdownTimeout());
	}

	/**
	 * The instance is not blamed for time in which this program did not run, and neither
	 * did the instance perhaps: it gets all its time again. (A running one is dealt with
	 * when its beats are known.)
	 */
	private Phase afterSleep(Phase phase, long late) {
		long now = this.now.nanos();
		if (phase instanceof Phase.Starting starting) {
			return new Phase.Starting(starting.since(), startupDeadline());
		}
		if (phase instanceof Phase.ComingUp) {
			return new Phase.ComingUp(startupDeadline());
		}
		if (phase instanceof Phase.Closing closing && !closing.isKilled()) {
			return new Phase.Closing(now + Nanos.of(this.options.shutdownTimeout()), false);
		}
		if (phase instanceof Phase.ShuttingDown stop && stop.forwardAt() == Phase.NEVER && !stop.isKilled()) {
			return new Phase.ShuttingDown(stop.signal(), Phase.NEVER, now + Nanos.of(this.options.shutdownTimeout()),
					false);
		}
		if (phase instanceof Phase.Warned warned) {
			long killAt = (now - warned.killAt() >= 0) ? now + grace() : warned.killAt() + late;
			return new Phase.Warned(warned.failure(), killAt, warned.lastBeat(), now, warned.interval(),
					warned.isRevocable());
		}
		return phase;
	}

	private void deadlinePassed(Phase phase, Event.TimePassed event) {
		if (phase instanceof Phase.Starting || phase instanceof Phase.ComingUp) {
			fail(new Failure(IncidentReason.STARTUP_FAILED, "it had not come up after the start-up timeout of "
					+ Words.seconds(this.options.startupTimeout()) + processState(event), this.now));
		}
		else if (phase instanceof Phase.Closing) {
			say(true, name() + " has not ended within the shutdown timeout of "
					+ Words.seconds(this.options.shutdownTimeout()) + processState(event) + ". Sending SIGKILL.");
			this.effects.add(new Effect.Send(Signal.SIGKILL));
			this.phase = new Phase.Closing(this.now.nanos() + STUCK_AFTER, true);
		}
		else if (phase instanceof Phase.ShuttingDown shuttingDown) {
			hurry(shuttingDown, event);
		}
		else if (phase instanceof Phase.BackingOff) {
			launch();
		}
	}

	private void hurry(Phase.ShuttingDown phase, Event.TimePassed event) {
		if (phase.forwardAt() != Phase.NEVER) {
			this.effects.add(new Effect.Send(phase.signal()));
			this.phase = new Phase.ShuttingDown(phase.signal(), Phase.NEVER, phase.killAt(), false);
			return;
		}
		say(true,
				name() + " has not ended "
						+ (phase.isKilled() ? "after SIGKILL"
								: "within the shutdown timeout of " + Words.seconds(this.options.shutdownTimeout()))
						+ processState(event) + ". Sending SIGKILL.");
		this.effects.add(new Effect.Send(Signal.SIGKILL));
		this.phase = new Phase.ShuttingDown(phase.signal(), Phase.NEVER, this.now.nanos() + STUCK_AFTER, true);
	}

	private void look(Phase.Running running, Event.TimePassed event, boolean wasAsleep, long late) {
		long lastBeat = later(running.lastBeat(), event.lastBeat());
		long silence = this.now.nanos() - lastBeat;
		// on a host that is always starved the watchdog is always late: then the
		// application is judged all the same, in the end
		int excuses = (lastBeat == running.lastBeat()) ? running.excuses() : 0;
		boolean isExcused = wasAsleep && excuses < MOST_EXCUSES;
		if (silence < running.interval()) {
			// a beat that was due while nothing ran comes later by that time
			long excused = isExcused ? Math.min(lastBeat + late, this.now.nanos()) : lastBeat;
			this.phase = new Phase.Running(excused, running.interval(), this.now.nanos(),
					isExcused ? excuses + 1 : excuses);
			return;
		}
		if (isExcused) {
			say(true, "The watchdog itself did not run for " + Words.seconds(late)
					+ "; the application is given a fresh time interval.");
			this.phase = new Phase.Running(this.now.nanos(), running.interval(), this.now.nanos(), excuses + 1);
			return;
		}
		fail(new Failure(
				IncidentReason.MISSED_HEARTBEAT, "no health check for " + Words.seconds(silence)
						+ " (the time interval is " + Words.seconds(running.interval()) + ")" + processState(event),
				this.now));
	}

	private void lookAtWarned(Phase.Warned warned, Event.TimePassed event) {
		long lastBeat = later(warned.lastBeat(), event.lastBeat());
		if (warned.isRevocable() && lastBeat != warned.lastBeat()) {
			say(true, name() + " sends health checks again within the grace period; it is not killed.");
			this.history = this.history.withdrawn(warned.failure(), this.instance, this.now,
					this.options.incidentsKept());
			this.effects.add(new Effect.Report(lastIncident()));
			this.phase = new Phase.Running(lastBeat, interval(), this.now.nanos());
			return;
		}
		if (this.now.nanos() - warned.killAt() >= 0) {
			say(true, name() + " is still there after the grace period of "
					+ Words.seconds(this.options.effectiveGracePeriod()) + processState(event) + ". Sending SIGKILL.");
			kill(warned.failure());
			return;
		}
		this.phase = new Phase.Warned(warned.failure(), warned.killAt(), warned.lastBeat(), this.now.nanos(),
				warned.interval(), warned.isRevocable());
	}

	/**
	 * A beat from the future counts as now: clocks may differ by a little.
	 */
	private long later(long lastBeat, long beat) {
		if (beat == 0 || beat - lastBeat <= 0) {
			return lastBeat;
		}
		return (beat - this.now.nanos() > 0) ? this.now.nanos() : beat;
	}

	private static String processState(Event.TimePassed event) {
		return event.processState().isEmpty() ? "" : "; " + event.processState();
	}

	@Override
	public void beat() {
		if (this.phase instanceof Phase.Running running) {
			this.phase = new Phase.Running(this.now.nanos(), running.interval(), running.lastLook());
		}
		else if (this.phase instanceof Phase.Warned warned && warned.isRevocable()) {
			lookAtWarned(warned, new Event.TimePassed(this.now.nanos(), ""));
		}
	}

	// Requests to the watchdog itself

	@Override
	public void stopRequested(Event.StopRequested event) {
		Signal signal = event.signal();
		if (this.phase instanceof Phase.Launching || this.phase instanceof Phase.BackingOff) {
			say(false, "Asked to stop by " + signal.name() + "; no instance is running.");
			quit(signal.exitStatus(), false);
			return;
		}
		if (this.phase instanceof Phase.Ended) {
			return;
		}
		if (this.phase instanceof Phase.ShuttingDown shuttingDown) {
			this.effects.add(new Effect.Send(signal));
			this.phase = new Phase.ShuttingDown(signal, Phase.NEVER, shuttingDown.killAt(), shuttingDown.isKilled());
			return;
		}
		say(false, "Asked to stop by " + signal.name() + "; " + name() + " is stopped too and has "
				+ Words.seconds(this.options.shutdownTimeout()) + ".");
		boolean isKilled = this.phase instanceof Phase.Killed;
		long killAt = this.now.nanos() + Nanos.of(this.options.shutdownTimeout());
		boolean closes = this.phase instanceof Phase.Closing;
		if (signal == Signal.SIGTERM) {
			this.effects.add(new Effect.Send(signal));
			this.phase = new Phase.ShuttingDown(signal, Phase.NEVER, killAt, isKilled);
			return;
		}
		this.phase = new Phase.ShuttingDown(signal, closes ? Phase.NEVER : this.now.nanos() + REACTION_TIME, killAt,
				isKilled);
	}

	@Override
	public void quorum(Event.Quorum event) {
		boolean wasQuorate = isQuorate();
		boolean isNews = this.quorum == null || this.quorum.quorate() != event.quorate();
		this.quorum = event;
		if (!this.options.recoveryPolicy().needsQuorum()) {
			return;
		}
		if (isNews) {
			this.effects.add(new Effect.AnnounceQuorum(event.quorate(), event.members()));
		}
		if (this.phase instanceof Phase.AwaitingQuorum awaiting && event.quorate()) {
			say(false, "The cluster is quorate, members " + event.members() + "; " + name() + " goes on.");
			started(awaiting.request(), awaiting.startupContinues(),
					(awaiting.startupLeft() != Phase.NEVER) ? this.now.nanos() + awaiting.startupLeft() : Phase.NEVER);
		}
		else if (wasQuorate && !event.quorate()
				&& (this.phase instanceof Phase.Running || this.phase instanceof Phase.ComingUp)) {
			fail(new Failure(IncidentReason.QUORUM_LOST, event.problem().isEmpty() ? "the cluster lost quorum"
					: "the quorum provider failed: " + event.problem(), this.now));
		}
	}

	private boolean isQuorate() {
		return this.quorum != null && this.quorum.quorate();
	}

	// Calls of the application

	@Override
	public void initialize(Event.Initialize event) {
		this.options = event.options();
		this.isInitialized = true;
		Signal warnSignal = event.options().warnSignal();
		if (warnSignal != null) {
			this.warnSignal = warnSignal;
		}
		if (this.phase instanceof Phase.Starting starting) {
			long timeout = Nanos.of(this.options.startupTimeout());
			this.phase = new Phase.Starting(starting.since(),
					(timeout != 0) ? starting.since() + timeout : Phase.NEVER);
		}
		this.effects.add(new Effect.Save());
		ok(event.request());
	}

	@Override
	public void register(Event.Register event) {
		if (!this.isInitialized) {
			refuse(event.request(), "register comes after initialize");
			return;
		}
		this.instance = this.instance.registered();
		this.effects.add(new Effect.Reply(event.request(), CsError.OK, "", this.instance.id()));
	}

	@Override
	public void start(Event.Start event) {
		if (!this.instance.isRegistered()) {
			refuse(event.request(), "start comes after register");
			return;
		}
		if (this.phase instanceof Phase.AwaitingQuorum awaiting) {
			// over a connection that was made again, or by another thread
			refuse(awaiting.request(), "start was called again");
			this.phase = new Phase.AwaitingQuorum(event.request(), event.startupContinues(), awaiting.startupLeft());
			return;
		}
		boolean isPossible = this.phase instanceof Phase.Starting || this.phase instanceof Phase.Off
				|| this.phase instanceof Phase.Closing;
		if (!isPossible) {
			// a connection that was lost and made again; whatever is going on goes on
			ok(event.request());
			return;
		}
		long deadline = (this.phase instanceof Phase.Starting starting) ? starting.deadline() : startupDeadline();
		boolean lacksQuorum = this.options.recoveryPolicy().needsQuorum() && !isQuorate();
		if (lacksQuorum && this.instance.isAdopted() && this.history.hasBeenUp()) {
			// it ran under the last watchdog, and lost quorum while that was being
			// replaced
			started(event.request(), event.startupContinues(), deadline);
			fail(new Failure(IncidentReason.QUORUM_LOST, "the cluster lost quorum", this.now));
			return;
		}
		if (lacksQuorum) {
			say(false, name() + " waits for the cluster to be quorate.");
			this.phase = new Phase.AwaitingQuorum(event.request(), event.startupContinues(),
					(deadline != Phase.NEVER) ? deadline - this.now.nanos() : Phase.NEVER);
			return;
		}
		started(event.request(), event.startupContinues(), deadline);
	}

	private void started(int request, boolean startupContinues, long deadline) {
		ok(request);
		if (startupContinues) {
			this.phase = new Phase.ComingUp(deadline);
			return;
		}
		cameUp();
	}

	@Override
	public void ready() {
		if (this.phase instanceof Phase.ComingUp) {
			cameUp();
		}
	}

	private void cameUp() {
		this.phase = new Phase.Running(this.now.nanos(), interval(), this.now.nanos());
		boolean isRecovery = !this.history.open().isEmpty();
		this.history = this.history.up(this.now);
		if (isRecovery) {
			Incident incident = lastIncident();
			Duration downtime = incident.downtime();
			say(false, name() + " is up"
					+ ((downtime != null) ? ", " + Words.seconds(downtime) + " after " + incident.reason().id() : "")
					+ ".");
			this.effects.add(new Effect.Report(incident));
		}
		else {
			say(false,
					name() + " is supervised: recovery policy "
							+ this.options.recoveryPolicy().name().toLowerCase(Locale.ROOT).replace('_', '-')
							+ ", time interval " + Words.seconds(this.options.timeInterval()) + ".");
		}
		this.effects.add(new Effect.Save());
	}

	@Override
	public void stop(Event.Stop event) {
		// starting: to a new watchdog the instance says that the old one had been stopped
		boolean isPossible = this.phase instanceof Phase.Running || this.phase instanceof Phase.ComingUp
				|| (this.phase instanceof Phase.Starting && this.instance.isRegistered());
		if (isPossible) {
			say(false, name() + " switched supervision off.");
			this.phase = new Phase.Off();
		}
		ok(event.request());
	}

	@Override
	public void finish(Event.Finish event) {
		switchOff();
		ok(event.request());
	}

	private void switchOff() {
		if (this.phase instanceof Phase.AwaitingQuorum awaiting) {
			refuse(awaiting.request(), "supervision was ended meanwhile");
		}
		if (isAlive()) {
			this.phase = new Phase.Off();
		}
	}

	@Override
	public void decline(Event.Decline event) {
		if (isAlive()) {
			say(false, name() + " is not supervised: " + event.reason()
					+ ". The watchdog only passes on signals and the exit code.");
		}
		switchOff();
		ok(event.request());
	}

	private boolean isAlive() {
		return this.phase instanceof Phase.Starting || this.phase instanceof Phase.AwaitingQuorum
				|| this.phase instanceof Phase.ComingUp || this.phase instanceof Phase.Running
				|| this.phase instanceof Phase.Closing;
	}

	@Override
	public void stopping() {
		if (this.phase instanceof Phase.ShuttingDown shuttingDown) {
			this.phase = new Phase.ShuttingDown(shuttingDown.signal(), Phase.NEVER, shuttingDown.killAt(),
					shuttingDown.isKilled());
		}
		else if (isAlive() && !(this.phase instanceof Phase.Closing)) {
			this.phase = new Phase.Closing(this.now.nanos() + Nanos.of(this.options.shutdownTimeout()), false);
		}
	}

	@Override
	public void exiting() {
		this.instance = this.instance.exiting();
		stopping();
	}

	@Override
	public void unhealthy(Event.Unhealthy event) {
		if (this.phase instanceof Phase.Running || this.phase instanceof Phase.ComingUp) {
			fail(new Failure(IncidentReason.UNHEALTHY, event.message(), this.now));
		}
	}

	@Override
	public void recover(Event.Recover event) {
		ok(event.request());
		if (this.phase instanceof Phase.Running || this.phase instanceof Phase.ComingUp) {
			fail(new Failure(IncidentReason.REQUESTED, event.message(), this.now));
		}
	}

	@Override
	public void warnSignal(Event.WarnSignal event) {
		this.warnSignal = event.signal();
		this.effects.add(new Effect.Save());
		ok(event.request());
	}

	@Override
	public void markFailed(Event.MarkFailed event) {
		if (!this.options.cmap()) {
			this.effects.add(new Effect.Reply(event.request(), CsError.INVALID_PARAM,
					"Marking as failed needs the CMAP flag", 0));
			return;
		}
		ok(event.request());
		if (isAlive() || this.phase instanceof Phase.Off || this.phase instanceof Phase.Warned) {
			fail(new Failure(IncidentReason.REQUESTED, "the application marked itself as failed", this.now, true));
		}
	}

	private void ok(int request) {
		this.effects.add(Effect.Reply.ok(request));
	}

	private void refuse(int request, String message) {
		this.effects.add(new Effect.Reply(request, CsError.BAD_HANDLE, "Not allowed now: " + message, 0));
	}

	private void say(boolean isWarning, String text) {
		this.effects.add(new Effect.Say(isWarning, text));
	}

	private String name() {
		return "Instance " + this.instance.id() + " (pid " + this.instance.pid() + ")";
	}

	private long interval() {
		return Nanos.of(this.options.timeInterval());
	}

	private long grace() {
		return Nanos.of(this.options.effectiveGracePeriod());
	}

	private long startupDeadline() {
		long timeout = Nanos.of(this.options.startupTimeout());
		return (timeout != 0) ? this.now.nanos() + timeout : Phase.NEVER;
	}

}
