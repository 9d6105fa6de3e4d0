package io.github.samboot.watchdog.supervision;

import java.time.Duration;

import io.github.samboot.core.CsError;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.protocol.Nanos;

/**
 * One decision: takes the state apart, applies one event, and puts the next state
 * together. Every event is led to the rules that are about it.
 */
final class Decision implements Event.Handler {

	/** What keeps a process from being started is not gone at once. */
	private static final long SPAWN_PAUSE = Duration.ofSeconds(1).toNanos();

	private final Draft draft;

	private final StandbyRules standby;

	private final Replacement replacement;

	private final StartRules starts;

	private final StopRules stops;

	private final ExitRules exits;

	private final TimeRules times;

	Decision(Supervision before, Moment now) {
		this.draft = new Draft(before, now);
		this.standby = new StandbyRules(this.draft);
		this.replacement = new Replacement(this.draft, this.standby);
		this.starts = new StartRules(this.draft, this.replacement, this.standby);
		this.stops = new StopRules(this.draft, this.replacement);
		this.exits = new ExitRules(this.draft, this.replacement);
		this.times = new TimeRules(this.draft, this.replacement, this.starts, this.standby);
	}

	Supervision.Step step() {
		return this.draft.step();
	}

	@Override
	public void begin() {
		this.draft.effects.add(new Effect.Spawn(this.draft.instance.id()));
	}

	@Override
	public void adopted(Event.Adopted event) {
		this.draft.instance = new Instance(event.instanceId(), event.pid(), true, false, false);
		if (event.hasBeenUp()) {
			this.draft.history = this.draft.history.beenUp();
		}
		this.draft.phase = new Phase.Starting(this.draft.now.nanos(), this.draft.startupDeadline());
	}

	@Override
	public void spawned(Event.Spawned event) {
		this.draft.instance = this.draft.instance.started(event.pid());
		if (this.draft.phase instanceof Phase.Launching) {
			// how long instance 0 may take is not known before it says so
			this.draft.phase = new Phase.Starting(this.draft.now.nanos(),
					this.draft.isInitialized ? this.draft.startupDeadline() : Phase.NEVER);
		}
		this.draft.effects.add(new Effect.Save());
	}

	@Override
	public void spawnFailed(Event.SpawnFailed event) {
		if (!(this.draft.phase instanceof Phase.Launching)) {
			return;
		}
		Failure failure = new Failure(IncidentReason.STARTUP_FAILED, "it could not be started: " + event.problem(),
				this.draft.now);
		if (!this.draft.history.hasBeenUp()) {
			this.draft.say(true, "The application could not be started: " + event.problem());
			this.replacement.quit(127, true);
			return;
		}
		this.replacement.replace(failure, new ExitStatus(127), SPAWN_PAUSE);
	}

	@Override
	public void initialize(Event.Initialize event) {
		this.draft.adopt(event.options());
		if (this.draft.phase instanceof Phase.Starting starting) {
			long timeout = Nanos.of(this.draft.options.startupTimeout());
			this.draft.phase = new Phase.Starting(starting.since(),
					(timeout != 0) ? starting.since() + timeout : Phase.NEVER);
		}
		this.draft.effects.add(new Effect.Save());
		this.draft.ok(event.request());
	}

	@Override
	public void unhealthy(Event.Unhealthy event) {
		if (this.draft.phase instanceof Phase.Running || this.draft.phase instanceof Phase.ComingUp) {
			this.replacement.fail(new Failure(IncidentReason.UNHEALTHY, event.message(), this.draft.now));
		}
		insist();
	}

	@Override
	public void recover(Event.Recover event) {
		this.draft.ok(event.request());
		if (this.draft.phase instanceof Phase.Running || this.draft.phase instanceof Phase.ComingUp) {
			this.replacement.fail(new Failure(IncidentReason.REQUESTED, event.message(), this.draft.now));
		}
		insist();
	}

	/**
	 * Health checks that come back are no reason any more not to replace the instance.
	 */
	private void insist() {
		if (this.draft.phase instanceof Phase.Warned warned) {
			this.draft.phase = warned.irrevocable();
		}
	}

	@Override
	public void warnSignal(Event.WarnSignal event) {
		this.draft.warnSignal = event.signal();
		this.draft.effects.add(new Effect.Save());
		this.draft.ok(event.request());
	}

	@Override
	public void markFailed(Event.MarkFailed event) {
		if (!this.draft.options.cmap()) {
			this.draft.effects.add(new Effect.Reply(event.request(), CsError.INVALID_PARAM,
					"Marking as failed needs the CMAP flag", 0));
			return;
		}
		this.draft.ok(event.request());
		Failure failure = new Failure(IncidentReason.REQUESTED, "the application marked itself as failed",
				this.draft.now, true);
		if (this.draft.isAlive() || this.draft.phase instanceof Phase.Off || this.draft.phase instanceof Phase.Warned) {
			this.replacement.fail(failure);
		}
		else if (this.draft.phase instanceof Phase.Killed killed) {
			this.draft.phase = new Phase.Killed(failure, killed.lookAt(), killed.isStuck());
		}
	}

	@Override
	public void exited(Event.Exited event) {
		this.exits.exited(event);
	}

	@Override
	public void timePassed(Event.TimePassed event) {
		this.times.timePassed(event);
	}

	@Override
	public void stopRequested(Event.StopRequested event) {
		this.stops.stopRequested(event);
	}

	@Override
	public void quorum(Event.Quorum event) {
		this.starts.quorum(event);
	}

	@Override
	public void register(Event.Register event) {
		this.starts.register(event);
	}

	@Override
	public void start(Event.Start event) {
		this.starts.start(event);
	}

	@Override
	public void stop(Event.Stop event) {
		this.stops.stop(event);
	}

	@Override
	public void finish(Event.Finish event) {
		this.stops.finish(event);
		this.standby.isNotWanted();
	}

	@Override
	public void decline(Event.Decline event) {
		this.stops.decline(event);
	}

	@Override
	public void ready() {
		this.starts.ready();
	}

	@Override
	public void stopping() {
		this.stops.stopping();
	}

	@Override
	public void exiting() {
		this.stops.exiting();
	}

	@Override
	public void beat() {
		this.times.beat();
	}

	@Override
	public void extendStartup(Event.ExtendStartup event) {
		this.starts.extendStartup(event);
	}

	@Override
	public void standBy(Event.StandBy event) {
		this.starts.standBy(event);
	}

	@Override
	public void spareSpawned(Event.SpareSpawned event) {
		this.standby.spawned(event);
	}

	@Override
	public void spareSpawnFailed(Event.SpareSpawnFailed event) {
		this.standby.spawnFailed(event);
	}

	@Override
	public void spareExited(Event.SpareExited event) {
		this.standby.exited(event);
	}

	@Override
	public void spareInitialize(Event.SpareInitialize event) {
		this.standby.initialize(event);
	}

	@Override
	public void spareWarnSignal(Event.SpareWarnSignal event) {
		this.standby.warnSignal(event);
	}

	@Override
	public void spareExtendStartup(Event.SpareExtendStartup event) {
		this.standby.extendStartup(event);
	}

	@Override
	public void spareParked(Event.SpareParked event) {
		this.standby.parked(event);
	}

	@Override
	public void spareUnusable(Event.SpareUnusable event) {
		this.standby.unusable(event);
	}

}
