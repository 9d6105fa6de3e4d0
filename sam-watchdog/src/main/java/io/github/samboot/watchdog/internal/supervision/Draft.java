package io.github.samboot.watchdog.internal.supervision;

import java.util.ArrayList;
import java.util.List;

import io.github.samboot.core.CsError;
import io.github.samboot.core.Incident;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.Signal;
import io.github.samboot.core.SupervisionState;
import io.github.samboot.core.internal.process.Nanos;
import org.jspecify.annotations.Nullable;

/**
 * The next state while one step makes it, and the effects so far.
 */
final class Draft {

	final Supervision before;

	final Moment now;

	final List<Effect> effects = new ArrayList<>();

	/** Whether deadlines were extended already by the time in which nothing ran. */
	final boolean isFreezeExcused;

	SamOptions options;

	boolean isInitialized;

	Signal warnSignal;

	Instance instance;

	Phase phase;

	History history;

	Event.@Nullable Quorum quorum;

	Spare spare;

	Replacement replacement;

	long seed;

	Draft(Supervision before, Moment now) {
		this.before = before;
		this.now = now;
		this.options = before.options();
		this.isInitialized = before.isInitialized();
		this.warnSignal = before.warnSignal();
		this.instance = before.instance();
		this.phase = before.phase();
		this.history = before.history();
		this.quorum = before.quorum();
		this.spare = before.spare();
		this.replacement = before.replacement();
		this.seed = before.seed();
		long frozen = Freeze.length(before.seenAt(), now.nanos());
		this.isFreezeExcused = frozen != 0;
		if (this.isFreezeExcused && this.phase.hasDeadline()) {
			this.phase = this.phase
				.later(Freeze.extension(frozen, this.phase.deadline(), before.seenAt(), now.nanos()));
		}
		if (this.isFreezeExcused && this.spare.hasDeadline()) {
			this.spare = this.spare.later(frozen);
		}
	}

	Supervision.Step step() {
		if (this.replacement.isPreparing() && !isRunning()) {
			this.replacement.giveUp(this);
		}
		if (this.phase.state() != this.before.phase().state()) {
			this.effects.add(0, new Effect.Publish(this.phase.state()));
		}
		return new Supervision.Step(new Supervision(this), this.effects);
	}

	LaneState lane(Lane lane) {
		return (lane == Lane.ACTIVE) ? this.phase : this.spare;
	}

	/**
	 * Let options be in force.
	 */
	void adopt(SamOptions options) {
		this.options = options;
		this.isInitialized = true;
		if (options.ending().warnSignal() != null) {
			this.warnSignal = options.ending().warnSignal();
		}
	}

	boolean isQuorate() {
		return isQuorate(this.quorum);
	}

	/** Whether this step is the news that quorum was lost. */
	boolean hasLostQuorum() {
		return isQuorate(this.before.quorum()) && !isQuorate();
	}

	private static boolean isQuorate(Event.@Nullable Quorum quorum) {
		return quorum != null && quorum.quorate();
	}

	boolean isRunning() {
		return this.phase.state() == SupervisionState.RUNNING;
	}

	void ok(Lane lane, int request) {
		this.effects.add(Effect.Reply.ok(lane, request));
	}

	void replyId(int request) {
		this.effects.add(new Effect.Reply(Lane.ACTIVE, request, CsError.OK, "", this.instance.id()));
	}

	void refuse(int request, String message) {
		this.effects.add(new Effect.Reply(Lane.ACTIVE, request, CsError.BAD_HANDLE, "Not allowed now: " + message, 0));
	}

	void send(Lane lane, Signal signal) {
		this.effects.add(new Effect.Send(lane, signal));
	}

	void save() {
		this.effects.add(new Effect.Save());
	}

	void info(String text) {
		this.effects.add(new Effect.Say(false, text));
	}

	void warn(String text) {
		this.effects.add(new Effect.Say(true, text));
	}

	String name() {
		return "Instance " + this.instance.id() + " (pid " + this.instance.pid() + ")";
	}

	long after(long nanos) {
		return this.now.nanos() + nanos;
	}

	boolean isDue(long deadline) {
		return deadline != LaneState.NEVER && this.now.nanos() - deadline >= 0;
	}

	long interval() {
		return Nanos.of(this.options.timeInterval());
	}

	long grace() {
		return Nanos.of(this.options.effectiveGracePeriod());
	}

	long startupDeadline() {
		long timeout = Nanos.of(this.options.restart().startupTimeout());
		return (timeout != 0) ? after(timeout) : LaneState.NEVER;
	}

	long shutdownDeadline() {
		return after(Nanos.of(this.options.ending().shutdownTimeout()));
	}

	Incident lastIncident() {
		return this.history.incidents().get(0);
	}

}
