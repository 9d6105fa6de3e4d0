package io.github.samboot.watchdog.internal.supervision;

import io.github.samboot.core.SupervisionState;

/**
 * The process waits in start for the cluster to be quorate.
 *
 * @param request the request to be answered
 * @param startupContinues whether start-up goes on after that
 * @param startupLeft how much of the start-up timeout is left, or {@link #NEVER}
 * @param goOnAt when it goes on now that the cluster is quorate, or {@link #NEVER}
 */
record AwaitingQuorum(int request, boolean startupContinues, long startupLeft, long goOnAt) implements Supervised {

	@Override
	public SupervisionState state() {
		return SupervisionState.WAITING_FOR_QUORUM;
	}

	@Override
	public long wakeAt() {
		return this.goOnAt;
	}

	@Override
	public void timePassed(Draft next, Event.TimePassed event) {
		goOn(next);
	}

	private void goOn(Draft next) {
		Startup.started(next, this.request, this.startupContinues,
				(this.startupLeft != NEVER) ? next.after(this.startupLeft) : NEVER);
	}

	private AwaitingQuorum until(long goOnAt) {
		return new AwaitingQuorum(this.request, this.startupContinues, this.startupLeft, goOnAt);
	}

	@Override
	public void quorum(Draft next, Event.Quorum event) {
		if (!event.quorate()) {
			next.phase = until(NEVER);
			return;
		}
		if (this.goOnAt != NEVER) {
			return;
		}
		long wait = next.history.hasBeenUp() ? Startup.spread(next) : 0;
		String members = event.members().toString();
		next.info("This node is quorate (members " + members.substring(1, members.length() - 1) + "); " + next.instance
				+ " continues" + ((wait != 0) ? " in " + Words.seconds(wait) : "") + ".");
		if (wait == 0) {
			goOn(next);
			return;
		}
		next.phase = until(next.after(wait));
	}

	@Override
	public void exited(Draft next, Event.Exited event) {
		Exits.beforeUp(next, event);
	}

	/** Over a connection that was made again, or by another thread. */
	@Override
	public void start(Draft next, Event.Start event) {
		next.refuse(this.request, "start was called again");
		next.phase = new AwaitingQuorum(event.request(), event.startupContinues(), this.startupLeft, this.goOnAt);
	}

	/** The thread that waited was interrupted, and will not send heartbeats later. */
	@Override
	public void stop(Draft next) {
		next.refuse(this.request, "the application is no longer waiting");
		next.info(next.name() + " no longer waits for quorum.");
		next.phase = new Off(false);
	}

	@Override
	public void finish(Draft next) {
		next.refuse(this.request, "supervision has been switched off meanwhile");
		Supervised.super.finish(next);
	}

	@Override
	public void decline(Draft next, Event.Decline event) {
		next.refuse(this.request, "supervision has been switched off meanwhile");
		Supervised.super.decline(next, event);
	}

	@Override
	public void extendStartup(Draft next, Event.ExtendStartup event) {
		if (this.startupLeft != NEVER) {
			next.phase = new AwaitingQuorum(this.request, this.startupContinues,
					Math.max(this.startupLeft, event.nanos()), this.goOnAt);
		}
	}

}
