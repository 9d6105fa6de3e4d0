package io.github.samboot.watchdog.internal.supervision;

import io.github.samboot.core.SupervisionState;

/**
 * The restart delay before the next instance.
 *
 * @param until when it is started
 */
record BackingOff(long until) implements Phase {

	@Override
	public SupervisionState state() {
		return SupervisionState.RECOVERING;
	}

	@Override
	public long wakeAt() {
		return this.until;
	}

	@Override
	public void timePassed(Draft next, Event.TimePassed event) {
		String how = Recovery.launch(next);
		if (next.instance.pid() != 0) {
			// the start of a process is logged when it is carried out
			next.info(Words.sentence(how) + ".");
		}
	}

	@Override
	public void stopRequested(Draft next, Event.StopRequested event) {
		Stops.withoutInstance(next, event);
	}

}
