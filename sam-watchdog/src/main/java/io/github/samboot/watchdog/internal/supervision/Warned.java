package io.github.samboot.watchdog.internal.supervision;

import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.SupervisionState;
import org.jspecify.annotations.Nullable;

/**
 * The warn signal was sent.
 *
 * @param failure why
 * @param killAt when the grace period is over
 * @param lastBeat the last heartbeat
 * @param lastLook when the watchdog last looked
 * @param interval the time interval
 * @param revoked what follows if heartbeats resume, which cancels the kill; {@code null}
 * if nothing does
 */
record Warned(Failure failure, long killAt, long lastBeat, long lastLook, long interval,
		@Nullable Phase revoked) implements Phase {

	@Override
	public SupervisionState state() {
		return SupervisionState.RECOVERING;
	}

	@Override
	public long deadline() {
		return this.killAt;
	}

	@Override
	public Phase later(long nanos) {
		return until(this.killAt + nanos, this.lastLook);
	}

	@Override
	public long wakeAt() {
		if (this.revoked == null) {
			return this.killAt;
		}
		long look = this.lastLook + this.interval / 4;
		return (this.killAt - look < 0) ? this.killAt : look;
	}

	private Warned until(long killAt, long lastLook) {
		return new Warned(this.failure, killAt, this.lastBeat, lastLook, this.interval, this.revoked);
	}

	/**
	 * Return the same phase, which ends with SIGKILL whatever the application sends.
	 */
	private Warned irrevocable() {
		return new Warned(this.failure, this.killAt, this.lastBeat, this.lastLook, this.interval, null);
	}

	/**
	 * Return the same phase, which another one follows if the kill is cancelled.
	 */
	private Warned revokedTo(Phase revoked) {
		return (this.revoked == null) ? this
				: new Warned(this.failure, this.killAt, this.lastBeat, this.lastLook, this.interval, revoked);
	}

	@Override
	public void timePassed(Draft next, Event.TimePassed event) {
		long late = next.now.nanos() - wakeAt();
		long killAt = this.killAt;
		if (Freeze.isLikely(late, next.grace()) && !next.isFreezeExcused) {
			killAt = next.isDue(killAt) ? next.after(next.grace()) : killAt + late;
		}
		look(next, killAt, event);
	}

	private void look(Draft next, long killAt, Event.TimePassed event) {
		long lastBeat = Running.later(this.lastBeat, event.lastBeat(), next.now.nanos());
		if (this.revoked != null && lastBeat != this.lastBeat) {
			next.warn(next.name() + " sends heartbeats again within the grace period; SIGKILL is cancelled.");
			next.history = next.history.noted(this.failure.survived(), next.instance, next.now,
					next.options.incidents().keep());
			next.effects.add(new Effect.Report(next.lastIncident()));
			next.phase = this.revoked;
			if (next.isRunning()) {
				// a heartbeat from before a freeze must not count as old
				next.phase = new Running(next.now.nanos(), next.interval(), next.now.nanos());
				next.spare.activeIsUp(next);
			}
		}
		else if (next.isDue(killAt)) {
			Recovery.kill(next, this.failure);
			next.warn(next.name() + " still exists after the grace period of "
					+ Words.seconds(next.options.effectiveGracePeriod()) + event.processStateWords()
					+ ". Sending SIGKILL.");
		}
		else {
			next.phase = until(killAt, next.now.nanos());
		}
	}

	@Override
	public void beat(Draft next) {
		if (this.revoked != null) {
			look(next, this.killAt, new Event.TimePassed(next.now.nanos(), ""));
		}
	}

	@Override
	public void exited(Draft next, Event.Exited event) {
		Recovery.recover(next, this.failure, event.status());
	}

	@Override
	public void stopRequested(Draft next, Event.StopRequested event) {
		// without quorum a stop gives no more time
		boolean isHurried = next.options.recoveryPolicy().needsQuorum() && !next.isQuorate()
				|| this.failure.reason() == IncidentReason.QUORUM_LOST;
		Stops.passOn(next, event, Stops.afterReaction(next), isHurried ? this.killAt : next.shutdownDeadline(), false,
				isHurried);
	}

	/** If it was not stopped, the connection was lost and made again. */
	@Override
	public void start(Draft next, Event.Start event) {
		next.ok(Lane.ACTIVE, event.request());
		if (!(this.revoked instanceof Running)) {
			next.phase = irrevocable();
		}
	}

	@Override
	public void stop(Draft next) {
		next.phase = revokedTo(new Off(false));
	}

	@Override
	public void stopping(Draft next) {
		next.phase = revokedTo(new Closing(next.shutdownDeadline(), false, false));
	}

	@Override
	public void finish(Draft next) {
		Phase.super.finish(next);
		next.phase = revokedTo(new Off(false));
	}

	@Override
	public void decline(Draft next, Event.Decline event) {
		next.phase = revokedTo(new Off(true));
	}

	@Override
	public void quorum(Draft next, Event.Quorum event) {
		if (next.hasLostQuorum()) {
			next.phase = irrevocable();
		}
	}

	@Override
	public void unhealthy(Draft next, Event.Unhealthy event) {
		next.phase = irrevocable();
	}

	@Override
	public void recover(Draft next, Event.Recover event) {
		next.ok(Lane.ACTIVE, event.request());
		next.phase = irrevocable();
	}

	@Override
	public void markFailed(Draft next) {
		Recovery.fail(next, Failure.markedAsFailed(next.now));
	}

}
