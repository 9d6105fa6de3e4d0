package io.github.samboot.watchdog.supervision;

import java.time.Duration;

import io.github.samboot.core.Signal;
import io.github.samboot.core.protocol.Nanos;

/**
 * How supervision ends because somebody wants that: the application, or whoever stops the
 * watchdog.
 */
final class StopRules {

	/** A signal from the terminal reaches the application too; it is not sent twice. */
	private static final long REACTION_TIME = Duration.ofMillis(250).toNanos();

	private final Draft draft;

	private final Replacement replacement;

	StopRules(Draft draft, Replacement replacement) {
		this.draft = draft;
		this.replacement = replacement;
	}

	void stopRequested(Event.StopRequested event) {
		Signal signal = event.signal();
		if (this.draft.phase instanceof Phase.Launching || this.draft.phase instanceof Phase.BackingOff) {
			this.draft.say(false, "Asked to stop by " + signal.name() + "; no instance is running.");
			this.replacement.quit(signal.exitStatus(), false);
			return;
		}
		if (this.draft.phase instanceof Phase.Ended || this.draft.phase instanceof Phase.Ending) {
			return;
		}
		if (this.draft.phase instanceof Phase.ShuttingDown shuttingDown) {
			this.draft.effects.add(new Effect.Send(signal));
			this.draft.phase = new Phase.ShuttingDown(signal, Phase.NEVER, shuttingDown.killAt(),
					shuttingDown.isKilled());
			return;
		}
		// nobody has told the watchdog how long such an application may take
		boolean isDeclined = this.draft.phase instanceof Phase.Off off && off.isDeclined();
		this.draft.say(false, "Asked to stop by " + signal.name() + "; " + this.draft.name() + " is stopped too"
				+ (isDeclined ? "." : " and has " + Words.seconds(this.draft.options.shutdownTimeout()) + "."));
		boolean isKilled = this.draft.phase instanceof Phase.Killed;
		long killAt = isDeclined ? Phase.NEVER
				: this.draft.now.nanos() + Nanos.of(this.draft.options.shutdownTimeout());
		boolean closes = this.draft.phase instanceof Phase.Closing;
		if (signal == Signal.SIGTERM) {
			this.draft.effects.add(new Effect.Send(signal));
			this.draft.phase = new Phase.ShuttingDown(signal, Phase.NEVER, killAt, isKilled);
			return;
		}
		this.draft.phase = new Phase.ShuttingDown(signal, closes ? Phase.NEVER : this.draft.now.nanos() + REACTION_TIME,
				killAt, isKilled);
	}

	void stop(Event.Stop event) {
		// starting: to a new watchdog the instance says that the old one had been stopped
		boolean isPossible = this.draft.phase instanceof Phase.Running || this.draft.phase instanceof Phase.ComingUp
				|| (this.draft.phase instanceof Phase.Starting && this.draft.instance.isRegistered());
		if (this.draft.phase instanceof Phase.AwaitingQuorum awaiting) {
			// who waited in start was interrupted, and does not send health checks later
			this.draft.refuse(awaiting.request(), "start was given up");
			this.draft.say(false, this.draft.name() + " does not wait for quorum any more.");
			this.draft.phase = new Phase.Off(false);
		}
		else if (isPossible) {
			this.draft.say(false, this.draft.name() + " switched supervision off.");
			this.draft.phase = new Phase.Off(false);
		}
		this.draft.ok(event.request());
	}

	void finish(Event.Finish event) {
		switchOff(false);
		this.draft.ok(event.request());
	}

	private void switchOff(boolean isDeclined) {
		if (this.draft.phase instanceof Phase.AwaitingQuorum awaiting) {
			this.draft.refuse(awaiting.request(), "supervision was ended meanwhile");
		}
		if (this.draft.isAlive()) {
			this.draft.phase = new Phase.Off(isDeclined);
		}
	}

	void decline(Event.Decline event) {
		if (this.draft.isAlive()) {
			this.draft.say(false, this.draft.name() + " is not supervised: " + event.reason()
					+ ". The watchdog only passes on signals and the exit code.");
		}
		switchOff(true);
		this.draft.ok(event.request());
	}

	void stopping() {
		if (this.draft.phase instanceof Phase.ShuttingDown shuttingDown) {
			this.draft.phase = new Phase.ShuttingDown(shuttingDown.signal(), Phase.NEVER, shuttingDown.killAt(),
					shuttingDown.isKilled());
		}
		else if (this.draft.isAlive() && !(this.draft.phase instanceof Phase.Closing)) {
			this.draft.phase = new Phase.Closing(
					this.draft.now.nanos() + Nanos.of(this.draft.options.shutdownTimeout()), false);
		}
	}

	void exiting() {
		this.draft.instance = this.draft.instance.exiting();
		stopping();
	}

}
