package io.github.samboot.watchdog.supervision;

import java.time.Duration;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.Signal;
import io.github.samboot.core.protocol.Nanos;
import org.jspecify.annotations.Nullable;

/**
 * How a spare comes, waits and goes. Whatever becomes of it, the active instance does not
 * feel it.
 */
final class StandbyRules {

	/** How long a spare may take to start without a start-up timeout. */
	private static final long PATIENCE = Duration.ofMinutes(30).toNanos();

	/** The wait after a spare; it doubles with every one that fails. */
	private static final long FIRST_PAUSE = Duration.ofSeconds(5).toNanos();

	private static final long LONGEST_PAUSE = Duration.ofMinutes(5).toNanos();

	/** A spare that waited for so long has nothing to do with failures before. */
	private static final long STABLE = Duration.ofMinutes(1).toNanos();

	/** How long a spare may take to go. */
	private static final long LEAVE_WITHIN = Duration.ofSeconds(5).toNanos();

	private final Draft draft;

	StandbyRules(Draft draft) {
		this.draft = draft;
	}

	/**
	 * The active instance is up: once it has settled, a spare is prepared.
	 */
	void activeIsUp() {
		boolean isWanted = this.draft.options.wantsSpare() && this.draft.options.recoveryPolicy().restarts();
		long settled = this.draft.now.nanos() + Nanos.of(this.draft.options.standbyDelay());
		if (!isWanted) {
			isNotWanted();
		}
		else if (this.draft.spare instanceof Spare.None none) {
			this.draft.spare = notBefore(settled, none);
		}
		else if (this.draft.spare instanceof Spare.Leaving leaving) {
			// one of the last instance takes its time to go
			this.draft.spare = new Spare.Leaving(leaving.pid(), leaving.wakeAt(), leaving.isKilled(),
					notBefore(settled, leaving.next()));
		}
	}

	private static Spare.None notBefore(long settled, Spare.None next) {
		boolean isPausing = next.wakeAt() != Phase.NEVER && next.wakeAt() - settled > 0;
		return isPausing ? next : new Spare.None(settled, next.failures());
	}

	/**
	 * There is nothing that a spare could take over.
	 */
	void isNotWanted() {
		if (this.draft.spare instanceof Spare.None) {
			this.draft.spare = Spare.NONE;
		}
		else if (this.draft.spare instanceof Spare.Leaving leaving) {
			this.draft.spare = new Spare.Leaving(leaving.pid(), leaving.wakeAt(), leaving.isKilled(), Spare.NONE);
		}
		else {
			dismiss(Spare.NONE);
		}
	}

	/**
	 * Return the spare that takes over now, if there is one that is good for it. From now
	 * on it is no spare any more.
	 */
	@Nullable Spare takeOver() {
		Spare spare = this.draft.spare;
		if (isUsable(spare)) {
			this.draft.spare = Spare.NONE;
			return spare;
		}
		if (spare instanceof Spare.Preparing || spare instanceof Spare.Ready) {
			dismiss(new Spare.None(Phase.NEVER, spare.failures()));
		}
		return null;
	}

	/**
	 * One that is starting is ahead of any other; but not one that may fail again.
	 */
	private static boolean isUsable(Spare spare) {
		return spare.pid() != 0
				&& (spare instanceof Spare.Ready || (spare instanceof Spare.Preparing && spare.failures() == 0));
	}

	/**
	 * Return what becomes the next instance, in words that its id follows.
	 */
	String nextInstance() {
		Spare spare = this.draft.spare;
		if (!isUsable(spare)) {
			return "starting instance";
		}
		return spare(spare) + ((spare instanceof Spare.Ready) ? " takes over" : " goes on with its start")
				+ " as instance";
	}

	void timePassed() {
		Spare spare = this.draft.spare;
		if (spare.wakeAt() == Phase.NEVER || this.draft.now.nanos() - spare.wakeAt() < 0) {
			return;
		}
		if (spare instanceof Spare.None none) {
			prepare(none);
		}
		else if (spare instanceof Spare.Preparing) {
			this.draft.say(true, name() + " has not come up in time and is ended" + unaffected());
			dismiss(afterFailure(spare.failures() + 1));
		}
		else if (spare instanceof Spare.Leaving leaving) {
			insist(leaving);
		}
	}

	private void prepare(Spare.None none) {
		if (!(this.draft.phase instanceof Phase.Running)) {
			// the next instance that comes up begins again
			this.draft.spare = new Spare.None(Phase.NEVER, none.failures());
			return;
		}
		this.draft.spare = new Spare.Preparing(0, this.draft.now.nanos(), Phase.NEVER, none.failures(),
				Spare.Wishes.NONE);
		this.draft.effects.add(new Effect.SpawnSpare());
	}

	void spawned(Event.SpareSpawned event) {
		Spare spare = this.draft.spare;
		if (spare instanceof Spare.Preparing preparing && spare.pid() == 0) {
			long timeout = Nanos.of(this.draft.options.startupTimeout());
			this.draft.spare = new Spare.Preparing(event.pid(), this.draft.now.nanos(),
					this.draft.now.nanos() + ((timeout != 0) ? timeout : PATIENCE), preparing.failures(),
					preparing.wishes());
		}
		else if (spare instanceof Spare.Ready ready && spare.pid() == 0) {
			// it was quicker than the news of its start
			this.draft.spare = new Spare.Ready(event.pid(), ready.request(), ready.isRegistration(), ready.since(),
					ready.failures(), ready.wishes());
		}
		else if (spare.pid() == 0) {
			// nobody wants it any more
			this.draft.effects.add(new Effect.SendToSpare(Signal.SIGKILL));
			Spare.None next = (spare instanceof Spare.Leaving leaving) ? leaving.next() : (Spare.None) spare;
			this.draft.spare = new Spare.Leaving(event.pid(), this.draft.now.nanos() + LEAVE_WITHIN, true, next);
		}
	}

	void spawnFailed(Event.SpareSpawnFailed event) {
		if (this.draft.spare instanceof Spare.Preparing preparing && preparing.pid() == 0) {
			this.draft.spare = afterFailure(preparing.failures() + 1);
			this.draft.say(true, "No spare could be started: " + event.problem() + nextAttempt());
		}
		else if (this.draft.spare instanceof Spare.Leaving leaving && leaving.pid() == 0) {
			this.draft.spare = leaving.next();
		}
	}

	void exited(Event.SpareExited event) {
		Spare spare = this.draft.spare;
		if (spare instanceof Spare.Leaving leaving) {
			this.draft.spare = leaving.next();
		}
		else if (spare.pid() != 0) {
			String name = name();
			this.draft.spare = afterFailure(failuresNow());
			boolean isStopped = !(this.draft.phase instanceof Phase.Running);
			this.draft.say(!isStopped && spare.failures() == 0,
					name + " ended with " + event.status().text() + (isStopped ? "." : nextAttempt()));
		}
		if (this.draft.spare.pid() == 0 && this.draft.phase instanceof Phase.Ending ending) {
			end(ending);
		}
	}

	/**
	 * How many attempts in a row have failed with this one.
	 */
	private int failuresNow() {
		boolean wasStable = this.draft.spare instanceof Spare.Ready ready
				&& this.draft.now.nanos() - ready.since() >= STABLE;
		return wasStable ? 1 : this.draft.spare.failures() + 1;
	}

	private Spare.None afterFailure(int failures) {
		long pause = FIRST_PAUSE;
		for (int i = 1; i < failures && pause < LONGEST_PAUSE; i++) {
			pause *= 2;
		}
		return new Spare.None(this.draft.now.nanos() + Math.min(pause, LONGEST_PAUSE), failures);
	}

	private String nextAttempt() {
		return "; another one is started in " + Words.seconds(this.draft.spare.wakeAt() - this.draft.now.nanos())
				+ unaffected();
	}

	private String unaffected() {
		return (this.draft.phase instanceof Phase.Running) ? "; the active instance is not affected." : ".";
	}

	void initialize(Event.SpareInitialize event) {
		SamOptions options = event.options();
		String difference = difference(options);
		if (this.draft.spare instanceof Spare.Preparing preparing && !difference.isEmpty()) {
			this.draft.say(true, "The configuration has changed (" + difference + "), so " + spare(this.draft.spare)
					+ " is of no use: there is no spare until the next instance.");
			dismiss(new Spare.None(Phase.NEVER, preparing.failures()));
		}
		else if (this.draft.spare instanceof Spare.Preparing preparing) {
			this.draft.spare = preparing.with(new Spare.Wishes(options, preparing.wishes().warnSignal()));
		}
		reply(event.request(), CsError.OK);
	}

	/**
	 * What the watchdog cannot change over to when it promotes.
	 */
	private String difference(SamOptions options) {
		SamOptions active = this.draft.options;
		if (!options.standby().equals(active.standby())) {
			return "sam.standby=" + options.standby();
		}
		if (options.recoveryPolicy() != active.recoveryPolicy()) {
			return "sam.recovery-policy";
		}
		if (options.cmap() != active.cmap()) {
			return "sam.cmap=" + options.cmap();
		}
		return options.quorumProvider().equals(active.quorumProvider()) ? "" : "sam.quorum.provider";
	}

	void warnSignal(Event.SpareWarnSignal event) {
		if (this.draft.spare instanceof Spare.Preparing preparing) {
			this.draft.spare = preparing.with(new Spare.Wishes(preparing.wishes().options(), event.signal()));
		}
		reply(event.request(), CsError.OK);
	}

	void extendStartup(Event.SpareExtendStartup event) {
		if (this.draft.spare instanceof Spare.Preparing preparing) {
			long until = this.draft.now.nanos() + event.nanos();
			if (until - preparing.wakeAt() > 0) {
				this.draft.spare = new Spare.Preparing(preparing.pid(), preparing.since(), until, preparing.failures(),
						preparing.wishes());
			}
		}
		reply(event.request(), CsError.OK);
	}

	void parked(Event.SpareParked event) {
		if (this.draft.spare instanceof Spare.Ready ready && ready.isRegistration() == event.isRegistration()) {
			// whoever waited first was interrupted; the one who waits now is to go on
			this.draft.spare = new Spare.Ready(ready.pid(), event.request(), event.isRegistration(), ready.since(),
					ready.failures(), ready.wishes());
			return;
		}
		if (!(this.draft.spare instanceof Spare.Preparing preparing)) {
			// it is being ended
			return;
		}
		if (event.isRegistration() && preparing.wishes().options() == null) {
			reply(event.request(), CsError.BAD_HANDLE);
			return;
		}
		this.draft.spare = new Spare.Ready(preparing.pid(), event.request(), event.isRegistration(),
				this.draft.now.nanos(), preparing.failures(), preparing.wishes());
		this.draft.say(false, name() + " is ready to take over.");
	}

	void unusable(Event.SpareUnusable event) {
		if (this.draft.spare.pid() != 0 && !(this.draft.spare instanceof Spare.Leaving)) {
			this.draft.say(false, name() + " is replaced: " + event.reason() + ".");
			dismiss(event.isFailure() ? afterFailure(failuresNow())
					: new Spare.None(this.draft.now.nanos() + FIRST_PAUSE, failuresNow() - 1));
		}
	}

	/**
	 * It has not done anything yet that would need an orderly end, and what its end does
	 * might concern the active instance.
	 */
	private void dismiss(Spare.None next) {
		if (this.draft.spare.pid() == 0) {
			// it is being started: what becomes of that is still to be heard
			this.draft.spare = new Spare.Leaving(0, Phase.NEVER, false, next);
			return;
		}
		this.draft.effects.add(new Effect.SendToSpare(Signal.SIGKILL));
		this.draft.spare = new Spare.Leaving(this.draft.spare.pid(), this.draft.now.nanos() + LEAVE_WITHIN, true, next);
	}

	/**
	 * The active instance is gone for good: the spare ends too, in an orderly way.
	 * @return whether there is one to wait for
	 */
	boolean isLeft() {
		Spare spare = this.draft.spare;
		if (spare.pid() == 0) {
			this.draft.spare = Spare.NONE;
			return false;
		}
		if (!(spare instanceof Spare.Leaving)) {
			this.draft.effects.add(new Effect.SendToSpare(Signal.SIGTERM));
			this.draft.spare = new Spare.Leaving(spare.pid(), this.draft.now.nanos() + LEAVE_WITHIN, false,
					new Spare.None(Phase.NEVER, 0));
		}
		return true;
	}

	private void insist(Spare.Leaving leaving) {
		// while this program did not run, neither did the spare perhaps
		boolean wasAsleep = this.draft.now.nanos() - leaving.wakeAt() > LEAVE_WITHIN / 5;
		if (leaving.isKilled() && !wasAsleep && this.draft.phase instanceof Phase.Ending ending) {
			this.draft.say(true, name() + " is still there after SIGKILL; it can do nothing more.");
			this.draft.spare = Spare.NONE;
			end(ending);
			return;
		}
		this.draft.effects.add(new Effect.SendToSpare(Signal.SIGKILL));
		long patience = LEAVE_WITHIN;
		if (leaving.isKilled() && !wasAsleep) {
			patience = Replacement.STUCK_AFTER;
			this.draft.say(true, name() + " is still there after SIGKILL; no other one is started beside it.");
		}
		this.draft.spare = new Spare.Leaving(leaving.pid(), this.draft.now.nanos() + patience, true, leaving.next());
	}

	private void end(Phase.Ending ending) {
		this.draft.spare = Spare.NONE;
		this.draft.phase = new Phase.Ended(ending.isFailure());
		this.draft.effects.add(new Effect.Quit(ending.code(), ending.isFailure()));
	}

	private void reply(int request, CsError error) {
		this.draft.effects.add(new Effect.ReplyToSpare(request, error));
	}

	private String name() {
		return Words.sentence(spare(this.draft.spare));
	}

	private static String spare(Spare spare) {
		return "the spare (pid " + spare.pid() + ")";
	}

	/**
	 * What users see.
	 */
	static SamStatus.@Nullable Standby status(Spare spare, SamOptions options) {
		if (!options.wantsSpare()) {
			return null;
		}
		String state = "none";
		if (spare instanceof Spare.Ready) {
			state = "ready";
		}
		else if (spare instanceof Spare.Preparing) {
			state = "preparing";
		}
		else if (spare.failures() > 0) {
			state = "failed";
		}
		return new SamStatus.Standby(options.standby(), state, (spare instanceof Spare.Leaving) ? 0 : spare.pid());
	}

}
