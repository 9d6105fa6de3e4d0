package io.github.samboot.watchdog.internal.supervision;

import java.util.ArrayList;
import java.util.List;

import io.github.samboot.core.CsError;
import io.github.samboot.core.RestartLimits;
import io.github.samboot.core.Signal;

/**
 * The rules with one fault each. The simulation is worth something only if it finds them
 * all.
 */
enum BrokenRule implements SimulatedWorld.Rules {

	/** The next instance is started when SIGKILL is sent, not when the process ended. */
	NEXT_INSTANCE_BESIDE_THE_LAST("two instances at a time") {

		@Override
		Supervision.Step change(Supervision before, Event event, Supervision.Step step) {
			boolean isKilling = step.next().phase() instanceof Killed && !(before.phase() instanceof Killed);
			return isKilling ? with(step, new Effect.Spawn(Lane.ACTIVE, before.instance().id() + 1)) : step;
		}

	},

	/** The grace period never ends. */
	ENDLESS_GRACE_PERIOD("a failure leads to nothing") {

		@Override
		Supervision.Step change(Supervision before, Event event, Supervision.Step step) {
			return (step.next().phase() instanceof Warned warned && !(before.phase() instanceof Warned))
					? in(step, warned.later(1L << 50)) : step;
		}

	},

	/** There is no grace period. */
	NO_GRACE_PERIOD("SIGKILL before the grace period is over") {

		@Override
		Supervision.Step change(Supervision before, Event event, Supervision.Step step) {
			return (step.next().phase() instanceof Warned && !(before.phase() instanceof Warned))
					? with(step, new Effect.Send(Lane.ACTIVE, Signal.SIGKILL)) : step;
		}

	},

	/** A requested stop is forgotten during the restart delay. */
	STOP_IGNORED_DURING_THE_RESTART_DELAY("an instance begins after a requested stop") {

		@Override
		public Supervision.Step step(Supervision before, Event event, Moment now) {
			boolean isIgnored = before.phase() instanceof BackingOff && event instanceof Event.StopRequested;
			return isIgnored ? new Supervision.Step(before, List.of()) : before.step(event, now);
		}

	},

	/** An application that does not end when it is asked to is waited for. */
	NO_SHUTDOWN_TIMEOUT("nothing is due while something is awaited") {

		@Override
		Supervision.Step change(Supervision before, Event event, Supervision.Step step) {
			return (step.next().phase() instanceof ShuttingDown down)
					? in(step, new ShuttingDown(down.signal(), Phase.NEVER, Phase.NEVER, false, false)) : step;
		}

	},

	/** Lost quorum is noted, but nothing is done about it. */
	LOST_QUORUM_IGNORED("an instance runs without quorum") {

		@Override
		public Supervision.Step step(Supervision before, Event event, Moment now) {
			Supervision.Step step = before.step(event, now);
			return (event instanceof Event.Quorum) ? new Supervision.Step(in(step, before.phase()).next(), List.of())
					: step;
		}

	},

	/** A start that waits for quorum is answered at once, and later once more. */
	START_ANSWERED_WITHOUT_QUORUM("a request is not answered once") {

		@Override
		Supervision.Step change(Supervision before, Event event, Supervision.Step step) {
			return (event instanceof Event.Start start && step.next().phase() instanceof AwaitingQuorum)
					? with(step, new Effect.Reply(Lane.ACTIVE, start.request(), CsError.BUSY, "", 0),
							new Effect.Reply(Lane.ACTIVE, start.request(), CsError.OK, "", 0))
					: step;
		}

	},

	/** A request is not answered in one of the phases. */
	REQUEST_NOT_ANSWERED("a request is not answered once") {

		@Override
		Supervision.Step change(Supervision before, Event event, Supervision.Step step) {
			return (event instanceof Event.ExtendStartup && before.phase() instanceof ComingUp)
					? new Supervision.Step(step.next(), List.of()) : step;
		}

	},

	/** The restart limit counts nothing. */
	RESTARTS_NOT_COUNTED("more restarts than allowed") {

		@Override
		public Supervision.Step step(Supervision before, Event event, Moment now) {
			History last = before.history();
			return with(before, new History(last.incidents(), last.open(), last.recoveries(), last.downtime(),
					List.of(), last.inARow(), last.upSince(), last.hasBeenUp()))
				.step(event, now);
		}

	},

	/** The application is given up one restart too early. */
	GIVEN_UP_TOO_EARLY("given up without a reason") {

		@Override
		public Supervision.Step step(Supervision before, Event event, Moment now) {
			RestartLimits limits = before.options().restart().limits();
			boolean isEnd = event instanceof Event.Exited && limits.maxRestarts() > 0;
			Supervision last = isEnd ? with(before, before.history().restarted(limits, now.nanos())) : before;
			return last.step(event, now);
		}

	},

	/** The application is blamed for time in which nothing ran. */
	FREEZE_BLAMED_ON_THE_APPLICATION("a signal for a healthy application") {

		@Override
		public Supervision.Step step(Supervision before, Event event, Moment now) {
			if (event instanceof Event.TimePassed && before.phase() instanceof Running running) {
				Phase unexcused = new Running(running.lastBeat(), running.interval(), running.lastLook(), 10);
				return in(new Supervision.Step(before, List.of()), unexcused).next().step(event, now);
			}
			return before.step(event, now);
		}

	},

	/** Heartbeats prove health, whatever the application says about it. */
	UNHEALTHY_WITHDRAWN_BY_A_HEARTBEAT("a failure is taken for an intended exit") {

		@Override
		Supervision.Step change(Supervision before, Event event, Supervision.Step step) {
			return (step.next().phase() instanceof Warned warned && event instanceof Event.Unhealthy)
					? in(step, new Warned(warned.failure(), warned.killAt(), warned.lastBeat(), warned.lastLook(),
							warned.interval(), new Running(warned.lastBeat(), warned.interval(), warned.lastLook())))
					: step;
		}

	},

	/**
	 * An application that was warned for a failure and obeys seems to have ended itself.
	 */
	OBEDIENCE_TAKEN_FOR_AN_INTENDED_EXIT("a failure is taken for an intended exit") {

		@Override
		public Supervision.Step step(Supervision before, Event event, Moment now) {
			boolean isEnd = before.phase() instanceof Warned && event instanceof Event.Exited;
			Supervision last = isEnd
					? in(new Supervision.Step(before, List.of()), new Closing(now.nanos(), false, false)).next()
					: before;
			return last.step(event, now);
		}

	},

	/** The watchdog ends without its spare. */
	SPARE_LEFT_BEHIND("the watchdog quits beside a spare") {

		@Override
		Supervision.Step change(Supervision before, Event event, Supervision.Step step) {
			return (step.next().phase() instanceof Ending ending && !(before.phase() instanceof Ending))
					? with(step, new Effect.Quit(ending.code(), ending.isFailure())) : step;
		}

	},

	/** A spare whose connection is gone is promoted. */
	DEAD_SPARE_PROMOTED("a spare that is gone is promoted") {

		@Override
		public Supervision.Step step(Supervision before, Event event, Moment now) {
			return (event instanceof Event.SpareUnusable) ? new Supervision.Step(before, List.of())
					: before.step(event, now);
		}

	},

	/** A watchdog that takes over begins to count instances again. */
	INSTANCE_ID_LOST_WITH_THE_WATCHDOG("instance ids do not follow each other") {

		@Override
		public Supervision.Step step(Supervision before, Event event, Moment now) {
			return before.step((event instanceof Event.Adopted adopted)
					? new Event.Adopted(adopted.pid(), 0, adopted.hasBeenUp()) : event, now);
		}

	},

	/** What was reported to a watchdog that died is not told to the next one. */
	REPORT_LOST_WITH_THE_WATCHDOG("a failure is taken for an intended exit") {

		@Override
		public boolean repeatsReports() {
			return false;
		}

	},

	/** A spare of an earlier watchdog, or a start that failed, can register. */
	FORGOTTEN_PROCESS_ADMITTED("two instances past register") {

		@Override
		public boolean isDoorOpen() {
			return true;
		}

	};

	/** What the simulation says of it. */
	final String violation;

	BrokenRule(String violation) {
		this.violation = violation;
	}

	@Override
	public Supervision.Step step(Supervision before, Event event, Moment now) {
		return change(before, event, before.step(event, now));
	}

	Supervision.Step change(Supervision before, Event event, Supervision.Step step) {
		return step;
	}

	private static Supervision.Step with(Supervision.Step step, Effect... more) {
		List<Effect> effects = new ArrayList<>(step.effects());
		effects.addAll(List.of(more));
		return new Supervision.Step(step.next(), effects);
	}

	private static Supervision.Step in(Supervision.Step step, Phase phase) {
		Draft next = copy(step.next());
		next.phase = phase;
		return new Supervision.Step(new Supervision(next), step.effects());
	}

	private static Supervision with(Supervision last, History history) {
		Draft next = copy(last);
		next.history = history;
		return new Supervision(next);
	}

	private static Draft copy(Supervision supervision) {
		return new Draft(supervision, new Moment(supervision.seenAt(), 0));
	}

}
