package io.github.samboot.watchdog.supervision;

import java.time.Duration;
import java.util.Locale;

import io.github.samboot.core.CsError;
import io.github.samboot.core.Incident;
import io.github.samboot.core.IncidentReason;

/**
 * How an instance comes up: register, start, the wait for quorum, and the end of
 * start-up.
 */
final class StartRules {

	private final Draft draft;

	private final Replacement replacement;

	private final StandbyRules standby;

	StartRules(Draft draft, Replacement replacement, StandbyRules standby) {
		this.draft = draft;
		this.replacement = replacement;
		this.standby = standby;
	}

	void register(Event.Register event) {
		if (!this.draft.isInitialized) {
			this.draft.refuse(event.request(), "register comes after initialize");
			return;
		}
		this.draft.instance = this.draft.instance.registered();
		if (this.draft.phase instanceof Phase.Off off && off.isDeclined()) {
			// a later application context of the same process is to be supervised
			this.draft.phase = new Phase.Starting(this.draft.now.nanos(), this.draft.startupDeadline());
		}
		this.draft.effects.add(new Effect.Reply(event.request(), CsError.OK, "", this.draft.instance.id()));
	}

	void start(Event.Start event) {
		if (!this.draft.instance.isRegistered()) {
			this.draft.refuse(event.request(), "start comes after register");
			return;
		}
		if (this.draft.phase instanceof Phase.AwaitingQuorum awaiting) {
			// over a connection that was made again, or by another thread
			this.draft.refuse(awaiting.request(), "start was called again");
			this.draft.phase = new Phase.AwaitingQuorum(event.request(), event.startupContinues(),
					awaiting.startupLeft(), awaiting.goOnAt());
			return;
		}
		boolean isPossible = this.draft.phase instanceof Phase.Starting || this.draft.phase instanceof Phase.Off
				|| this.draft.phase instanceof Phase.Closing;
		if (!isPossible) {
			// a connection that was lost and made again; whatever is going on goes on
			this.draft.ok(event.request());
			if (event.resumes() && !event.startupContinues()) {
				// that start-up is over may have been lost with it
				ready();
			}
			return;
		}
		long deadline = (this.draft.phase instanceof Phase.Starting starting) ? starting.deadline()
				: this.draft.startupDeadline();
		boolean lacksQuorum = this.draft.options.recoveryPolicy().needsQuorum() && !isQuorate();
		if (lacksQuorum && event.resumes()) {
			// it ran under the last watchdog, and lost quorum while that was being
			// replaced
			started(event.request(), event.startupContinues(), deadline);
			this.replacement.fail(new Failure(IncidentReason.QUORUM_LOST, "the cluster lost quorum", this.draft.now));
			return;
		}
		long wait = (event.resumes() || lacksQuorum || !this.draft.history.open().isOf(IncidentReason.QUORUM_LOST)) ? 0
				: spread();
		if (wait != 0) {
			// quorum was back sooner than this instance, and so it was on other nodes
			this.draft.say(false, this.draft.name() + " goes on in " + Words.seconds(wait) + ".");
			this.draft.phase = new Phase.AwaitingQuorum(event.request(), event.startupContinues(), left(deadline),
					this.draft.now.nanos() + wait);
			return;
		}
		if (lacksQuorum) {
			this.draft.say(false, this.draft.name() + " waits for the cluster to be quorate.");
			this.draft.phase = new Phase.AwaitingQuorum(event.request(), event.startupContinues(), left(deadline),
					Phase.NEVER);
			return;
		}
		started(event.request(), event.startupContinues(), deadline);
	}

	private long left(long deadline) {
		return (deadline != Phase.NEVER) ? deadline - this.draft.now.nanos() : Phase.NEVER;
	}

	/**
	 * When a whole cluster regains quorum, its nodes are not to do at one moment whatever
	 * an application does when it starts.
	 */
	private long spread() {
		this.draft.seed = Backoff.nextSeed(this.draft.seed);
		return Backoff.spread(this.draft.options.restartLimits(), this.draft.seed);
	}

	private void started(int request, boolean startupContinues, long deadline) {
		this.draft.ok(request);
		if (startupContinues) {
			this.draft.phase = new Phase.ComingUp(deadline);
			return;
		}
		cameUp();
	}

	void ready() {
		if (this.draft.phase instanceof Phase.ComingUp) {
			cameUp();
		}
	}

	private void cameUp() {
		this.draft.phase = new Phase.Running(this.draft.now.nanos(), this.draft.interval(), this.draft.now.nanos());
		boolean isRecovery = !this.draft.history.open().isEmpty();
		this.draft.history = this.draft.history.up(this.draft.now);
		if (isRecovery) {
			Incident incident = this.draft.lastIncident();
			Duration downtime = incident.downtime();
			this.draft.say(false, this.draft.name() + " is up"
					+ ((downtime != null) ? ", " + Words.seconds(downtime) + " after " + incident.reason().id() : "")
					+ ".");
			this.draft.effects.add(new Effect.Report(incident));
		}
		else {
			this.draft.say(false,
					this.draft.name() + " is supervised: recovery policy "
							+ this.draft.options.recoveryPolicy().name().toLowerCase(Locale.ROOT).replace('_', '-')
							+ ", time interval " + Words.seconds(this.draft.options.timeInterval()) + ".");
		}
		this.draft.effects.add(new Effect.Save());
		this.standby.activeIsUp();
	}

	void quorum(Event.Quorum event) {
		boolean wasQuorate = isQuorate();
		boolean isNews = this.draft.quorum == null || this.draft.quorum.quorate() != event.quorate();
		this.draft.quorum = event;
		if (!this.draft.options.recoveryPolicy().needsQuorum()) {
			return;
		}
		if (isNews) {
			this.draft.effects.add(new Effect.AnnounceQuorum(event.quorate(), event.members()));
		}
		if (this.draft.phase instanceof Phase.AwaitingQuorum awaiting) {
			awaited(awaiting, event);
		}
		else if (wasQuorate && !event.quorate() && this.draft.phase instanceof Phase.Warned warned) {
			// whatever the warning was for, health checks do not revoke it any more
			this.draft.phase = warned.irrevocable();
		}
		else if (wasQuorate && !event.quorate()
				&& (this.draft.phase instanceof Phase.Running || this.draft.phase instanceof Phase.ComingUp)) {
			this.replacement.fail(new Failure(IncidentReason.QUORUM_LOST, event.problem().isEmpty()
					? "the cluster lost quorum" : "the quorum provider failed: " + event.problem(), this.draft.now));
		}
	}

	private void awaited(Phase.AwaitingQuorum awaiting, Event.Quorum event) {
		if (!event.quorate()) {
			this.draft.phase = new Phase.AwaitingQuorum(awaiting.request(), awaiting.startupContinues(),
					awaiting.startupLeft(), Phase.NEVER);
			return;
		}
		if (awaiting.goOnAt() != Phase.NEVER) {
			return;
		}
		long wait = this.draft.history.hasBeenUp() ? spread() : 0;
		this.draft.say(false, "The cluster is quorate, members " + event.members() + "; " + this.draft.name()
				+ " goes on" + ((wait != 0) ? " in " + Words.seconds(wait) : "") + ".");
		if (wait == 0) {
			goOn(awaiting);
			return;
		}
		this.draft.phase = new Phase.AwaitingQuorum(awaiting.request(), awaiting.startupContinues(),
				awaiting.startupLeft(), this.draft.now.nanos() + wait);
	}

	/**
	 * The wait for quorum is over.
	 */
	void goOn(Phase.AwaitingQuorum awaiting) {
		started(awaiting.request(), awaiting.startupContinues(), (awaiting.startupLeft() != Phase.NEVER)
				? this.draft.now.nanos() + awaiting.startupLeft() : Phase.NEVER);
	}

	void standBy(Event.StandBy event) {
		// it was promoted while it was starting
		this.draft.effects.add(new Effect.Reply(event.request(), CsError.OK, "", this.draft.instance.id()));
	}

	void extendStartup(Event.ExtendStartup event) {
		long until = this.draft.now.nanos() + event.nanos();
		if (this.draft.phase instanceof Phase.Starting starting && isBefore(starting.deadline(), until)) {
			this.draft.phase = new Phase.Starting(starting.since(), until);
		}
		else if (this.draft.phase instanceof Phase.ComingUp comingUp && isBefore(comingUp.deadline(), until)) {
			this.draft.phase = new Phase.ComingUp(until);
		}
		else if (this.draft.phase instanceof Phase.AwaitingQuorum awaiting && awaiting.startupLeft() != Phase.NEVER) {
			this.draft.phase = new Phase.AwaitingQuorum(awaiting.request(), awaiting.startupContinues(),
					Math.max(awaiting.startupLeft(), event.nanos()), awaiting.goOnAt());
		}
		this.draft.ok(event.request());
	}

	private static boolean isBefore(long deadline, long until) {
		return deadline != Phase.NEVER && deadline - until < 0;
	}

	private boolean isQuorate() {
		return this.draft.quorum != null && this.draft.quorum.quorate();
	}

}
