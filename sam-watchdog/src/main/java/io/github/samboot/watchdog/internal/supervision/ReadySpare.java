package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;

/**
 * The process of the spare waits to be promoted.
 *
 * @param pid its process id, 0 before it is known
 * @param request to be answered then
 * @param isRegistration whether that is its call of register
 * @param since when it began to wait
 * @param failures how many attempts in a row had failed before
 * @param settings what it asked for
 */
record ReadySpare(long pid, int request, boolean isRegistration, long since, int failures,
		SpareSettings settings) implements StartedSpare {

	/** A spare that waited for so long has nothing to do with failures before. */
	private static final long STABLE = Duration.ofMinutes(1).toNanos();

	@Override
	public String status() {
		return "ready";
	}

	/** It was quicker than the news of its start. */
	@Override
	public void spawned(Draft next, Event.Spawned event) {
		if (this.pid == 0) {
			next.spare = new ReadySpare(event.pid(), this.request, this.isRegistration, this.since, this.failures,
					this.settings);
			next.replacement.spareIsReady(next);
		}
	}

	/** The call that waited first was interrupted; the one that waits now is answered. */
	@Override
	public void parked(Draft next, int request, boolean isRegistration) {
		if (this.isRegistration == isRegistration) {
			next.spare = new ReadySpare(this.pid, request, isRegistration, this.since, this.failures, this.settings);
		}
	}

	@Override
	public int failuresNow(Draft next) {
		return (next.now.nanos() - this.since >= STABLE) ? 1 : this.failures + 1;
	}

	@Override
	public boolean canTakeOver() {
		return this.pid != 0;
	}

	@Override
	public String goOn(Draft next) {
		next.phase = new Starting(next.now.nanos(), next.startupDeadline());
		if (this.isRegistration) {
			next.instance = next.instance.registered();
		}
		next.replyId(this.request);
		return " is promoted to";
	}

}
