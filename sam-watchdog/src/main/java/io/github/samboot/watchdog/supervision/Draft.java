package io.github.samboot.watchdog.supervision;

import java.util.ArrayList;
import java.util.List;

import io.github.samboot.core.CsError;
import io.github.samboot.core.Incident;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.Signal;
import io.github.samboot.core.protocol.Nanos;
import org.jspecify.annotations.Nullable;

/**
 * The next state while it is made: all that a step changes, and the words it is said in.
 */
final class Draft {

	final Supervision before;

	final Moment now;

	final List<Effect> effects = new ArrayList<>(4);

	/** Whether deadlines are put off because nobody can have run. */
	final boolean isForgiven;

	SamOptions options;

	boolean isInitialized;

	Signal warnSignal;

	Instance instance;

	Phase phase;

	History history;

	Event.@Nullable Quorum quorum;

	Spare spare;

	long seed;

	Draft(Supervision before, Moment now) {
		this.before = before;
		this.now = now;
		this.options = before.options;
		this.isInitialized = before.isInitialized;
		this.warnSignal = before.warnSignal;
		this.instance = before.instance;
		long unseen = before.unseen(now);
		this.isForgiven = unseen != 0;
		this.phase = before.phase.hasDeadline() ? before.phase.later(before.forgiven(before.phase.deadline(), now))
				: before.phase;
		this.history = before.history;
		this.quorum = before.quorum;
		this.spare = before.spare.hasDeadline() ? before.spare.later(unseen) : before.spare;
		this.seed = before.seed;
	}

	Supervision.Step step() {
		if (this.phase.state() != this.before.phase.state()) {
			// after what led to the new state, but before what ends the watchdog or
			// brings the next state by starting a process
			int at = 0;
			while (at < this.effects.size() && !(this.effects.get(at) instanceof Effect.Quit)
					&& !(this.effects.get(at) instanceof Effect.Spawn)) {
				at++;
			}
			this.effects.add(at, new Effect.Publish(this.phase.state()));
		}
		return new Supervision.Step(new Supervision(this.options, this.isInitialized, this.warnSignal, this.instance,
				this.phase, this.history, this.quorum, this.spare, this.seed, this.now.nanos()), this.effects);
	}

	/**
	 * Let options be in force.
	 */
	void adopt(SamOptions options) {
		this.options = options;
		this.isInitialized = true;
		if (options.warnSignal() != null) {
			this.warnSignal = options.warnSignal();
		}
	}

	void ok(int request) {
		this.effects.add(Effect.Reply.ok(request));
	}

	void refuse(int request, String message) {
		this.effects.add(new Effect.Reply(request, CsError.BAD_HANDLE, "Not allowed now: " + message, 0));
	}

	void say(boolean isWarning, String text) {
		this.effects.add(new Effect.Say(isWarning, text));
	}

	String name() {
		return "Instance " + this.instance.id() + " (pid " + this.instance.pid() + ")";
	}

	long interval() {
		return Nanos.of(this.options.timeInterval());
	}

	long grace() {
		return Nanos.of(this.options.effectiveGracePeriod());
	}

	long startupDeadline() {
		long timeout = Nanos.of(this.options.startupTimeout());
		return (timeout != 0) ? this.now.nanos() + timeout : Phase.NEVER;
	}

	Incident lastIncident() {
		return this.history.incidents().get(0);
	}

	boolean isAlive() {
		return this.phase instanceof Phase.Starting || this.phase instanceof Phase.AwaitingQuorum
				|| this.phase instanceof Phase.ComingUp || this.phase instanceof Phase.Running
				|| this.phase instanceof Phase.Closing;
	}

}
