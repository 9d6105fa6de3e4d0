package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;

import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.SupervisionState;

/** There is no process yet; the next one is being started. */
record Launching() implements Phase {

	/** What keeps a process from being started does not go away immediately. */
	private static final long SPAWN_PAUSE = Duration.ofSeconds(1).toNanos();

	@Override
	public SupervisionState state() {
		return SupervisionState.STARTING;
	}

	@Override
	public void begin(Draft next) {
		next.effects.add(new Effect.Spawn(Lane.ACTIVE, next.instance.id()));
	}

	@Override
	public void adopted(Draft next, Event.Adopted event) {
		next.instance = Instance.withId(event.instanceId()).started(event.pid());
		if (event.hasBeenUp()) {
			next.history = next.history.beenUp();
		}
		next.phase = new Starting(next.now.nanos(), next.startupDeadline());
	}

	@Override
	public void spawned(Draft next, Event.Spawned event) {
		next.instance = next.instance.started(event.pid());
		// how long instance 0 may take is not known before its initialize
		next.phase = new Starting(next.now.nanos(), next.isInitialized ? next.startupDeadline() : NEVER);
		next.save();
	}

	@Override
	public void spawnFailed(Draft next, Event.SpawnFailed event) {
		if (!next.history.hasBeenUp()) {
			next.warn("The application could not be started: " + event.problem());
			Recovery.quit(next, 127, false);
			return;
		}
		Failure failure = new Failure(IncidentReason.STARTUP_FAILED, "it could not be started: " + event.problem(),
				next.now);
		Recovery.recover(next, failure, new ExitStatus(127), SPAWN_PAUSE);
	}

	@Override
	public void stopRequested(Draft next, Event.StopRequested event) {
		Stops.withoutInstance(next, event);
	}

}
