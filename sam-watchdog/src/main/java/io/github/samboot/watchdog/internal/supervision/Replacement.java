package io.github.samboot.watchdog.internal.supervision;

import java.time.Instant;
import java.util.Locale;

import io.github.samboot.core.CsError;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.Signal;
import org.jspecify.annotations.Nullable;

/**
 * A planned replacement: a spare is started from what is on disk now, and only when it is
 * ready the active instance is asked to end.
 *
 * @param state how far it has come
 * @param since when it came to that, in milliseconds
 * @param message why it failed, empty if it did not
 */
record Replacement(State state, long since, String message) {

	/** None was asked for. */
	static final Replacement NONE = new Replacement(State.NONE, 0, "");

	/** How far it has come. */
	enum State {

		NONE, PREPARING, ENDING, STARTING, DONE, FAILED;

		String text() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

	private static Replacement now(Draft next, State state, String message) {
		return new Replacement(state, next.now.millis(), message);
	}

	private boolean isIn(State state) {
		return this.state == state;
	}

	boolean isPreparing() {
		return isIn(State.PREPARING);
	}

	boolean isEndingActive() {
		return isIn(State.ENDING);
	}

	private boolean isInProgress() {
		return isPreparing() || isEndingActive() || isIn(State.STARTING);
	}

	/**
	 * It is asked for while the active instance is in order.
	 */
	void begin(Draft next, Event.Replace event) {
		if (isInProgress()) {
			refuse(next, event, CsError.EXIST, "a replacement is in progress (" + this.state.text() + ")");
			return;
		}
		next.replacement = now(next, State.PREPARING, "");
		next.spare.renew(next);
		next.info(next.name() + " is to be replaced (" + event.message()
				+ "): a spare is started from what is on disk now. The active instance goes on until that is ready.");
		answer(next, event, CsError.OK, "");
	}

	/**
	 * It is asked for while the active instance is not in order.
	 */
	void refuse(Draft next, Event.Replace event) {
		if (isInProgress()) {
			begin(next, event);
			return;
		}
		refuse(next, event, CsError.BAD_HANDLE,
				"only an instance that is up can be replaced, and the state is " + next.phase.state().text());
	}

	private static void refuse(Draft next, Event.Replace event, CsError error, String problem) {
		next.warn("A planned replacement (" + event.message() + ") is refused: " + problem + ".");
		answer(next, event, error, "Not allowed now: " + problem);
	}

	private static void answer(Draft next, Event.Replace event, CsError error, String message) {
		if (event.request() != Event.Replace.NO_REQUEST) {
			next.effects.add(new Effect.Reply(Lane.ACTIVE, event.request(), error, message, 0));
		}
	}

	/**
	 * The spare waits to be promoted.
	 */
	void spareIsReady(Draft next) {
		if (!isPreparing() || !next.isRunning()) {
			return;
		}
		next.replacement = now(next, State.ENDING, "");
		next.phase = new BeingReplaced(next.shutdownDeadline(), false, false);
		next.effects.add(new Effect.AnnounceReplacement());
		next.send(Lane.ACTIVE, Signal.SIGTERM);
		next.info(next.name() + " is asked to end, as " + next.spare.words() + " is to replace it; SIGKILL if it has "
				+ "not ended in " + Words.seconds(next.options.ending().shutdownTimeout()) + ".");
	}

	/**
	 * The spare has ended, or cannot be used.
	 */
	void spareIsLost(Draft next, String problem) {
		if (!isPreparing()) {
			return;
		}
		next.history = next.history.noted(
				new Failure(IncidentReason.REQUESTED, "the planned replacement has failed: " + problem, next.now),
				next.instance, next.now, next.options.incidents().keep());
		next.effects.add(new Effect.Report(next.lastIncident()));
		next.warn("The planned replacement of " + next.instance + " has failed: " + problem
				+ ". The active instance goes on.");
		next.replacement = now(next, State.FAILED, problem);
		if (!next.options.wantsSpare()) {
			next.spare.notWanted(next);
		}
	}

	/**
	 * The active instance is not in order any more. What it lets happen goes on with the
	 * spare, as with any other.
	 */
	void giveUp(Draft next) {
		String problem = next.name() + " was no longer up, but " + next.phase.state().text();
		next.warn("The planned replacement is given up: " + problem + ".");
		next.replacement = now(next, State.FAILED, problem);
	}

	/**
	 * The instance that was to be replaced has ended; the next one goes on.
	 */
	static void isStarting(Draft next) {
		next.replacement = now(next, State.STARTING, "");
	}

	void isUp(Draft next) {
		if (isIn(State.STARTING)) {
			next.replacement = now(next, State.DONE, "");
		}
	}

	void hasFailed(Draft next, Failure failure) {
		if (isIn(State.STARTING)) {
			next.replacement = now(next, State.FAILED, next.instance + " failed: " + failure.message());
		}
	}

	/**
	 * Return what users see.
	 */
	SamStatus.@Nullable Replacement status() {
		return isIn(State.NONE) ? null
				: new SamStatus.Replacement(this.state.text(), Instant.ofEpochMilli(this.since), this.message);
	}

}
